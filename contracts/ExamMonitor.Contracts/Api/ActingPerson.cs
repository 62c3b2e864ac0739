using System.Diagnostics.CodeAnalysis;

namespace ExamMonitor.Contracts.Api;

/// <summary>Who asks for a change, and why. Sent as two headers with every write; both stand in the ledger.</summary>
/// <remarks>
/// The agent takes the name on trust from whoever holds the token: the dashboard knows who is logged in, the agent does not. Header values
/// are percent-encoded UTF-8 (RFC 3986), since names are written in any script.
/// </remarks>
/// <param name="Name">Name as the body knows the person; 1 to <see cref="LongestName"/> characters, no control characters.</param>
/// <param name="Reason">Why; at most <see cref="LongestReason"/> characters, no control characters but line feed; null where none is
/// needed.</param>
public sealed record ActingPerson(string Name, string? Reason = null)
{
    /// <summary>Header with the name.</summary>
    public const string NameHeader = "Exam-Monitor-Person";

    /// <summary>Header with the reason.</summary>
    public const string ReasonHeader = "Exam-Monitor-Reason";

    /// <summary>Longest name, in characters.</summary>
    public const int LongestName = 100;

    /// <summary>Longest reason, in characters.</summary>
    public const int LongestReason = 1000;

    /// <summary>Puts the headers onto a request.</summary>
    public void AddTo(HttpRequestMessage request)
    {
        request.Headers.Add(NameHeader, Uri.EscapeDataString(Name));
        if (Reason is not null)
            request.Headers.Add(ReasonHeader, Uri.EscapeDataString(Reason));
    }

    /// <summary>Reads the headers' values; false when the name is missing, or a text is too long or holds control characters.</summary>
    public static bool TryRead(string? name, string? reason, [NotNullWhen(true)] out ActingPerson? person)
    {
        person = null;
        var who = Decode(name, LongestName);
        var why = Decode(reason, LongestReason);
        if (string.IsNullOrEmpty(who) || (!string.IsNullOrEmpty(reason) && why is null))
            return false;
        person = new(who, string.IsNullOrEmpty(why) ? null : why);
        return true;
    }

    private static string? Decode(string? header, int longest)
    {
        if (header is null || header.Length > longest * 12)
            return null;
        var text = Uri.UnescapeDataString(header).Trim();
        return text.Length <= longest && !text.Any(c => (char.IsControl(c) && c != '\n') || c == '\uFFFD') ? text : null;
    }
}
