using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Retention;

/// <summary>A hold to be placed.</summary>
/// <param name="Scopes">1 to 100.</param>
/// <param name="Reason">Why; 1 to 1,000 characters.</param>
/// <param name="Owner">Who asks for it; 1 to 100 characters.</param>
/// <param name="Until">Ends by itself at this instant, UTC; null only ends when it is lifted.</param>
public sealed record HoldPlacement(IReadOnlyList<FootageScope> Scopes, string Reason, string Owner, DateTimeOffset? Until)
{
    internal const int MostReason = 1000;

    internal static void Require(HoldPlacement request)
    {
        if (request.Scopes.Count is 0 or > 100)
            throw new ArgumentException("A hold has 1 to 100 scopes.", nameof(request));
        foreach (var scope in request.Scopes)
        {
            if (scope is { From: { } from, To: { } to } && to <= from)
                throw new ArgumentException("A scope ends after it begins: give \"to\" after \"from\".", nameof(request));
        }

        RequireText(request.Reason, MostReason, "reason");
        RequireText(request.Owner, 100, "owner");
    }

    internal static void RequireText(string text, int most, string name)
    {
        if (text.Length == 0 || text.Length > most || string.IsNullOrWhiteSpace(text) || text.Any(c => char.IsControl(c) && c != '\n'))
            throw new ArgumentException(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"\"{name}\" has 1 to {most} characters and no control characters."
                ),
                name
            );
    }
}
