using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Evaluation;

namespace ExamMonitor.Dashboard.Features.Evaluation;

/// <summary>A finding while it is written. It lies in the browser, so that a lost page does not lose it.</summary>
/// <param name="Verdict">Verdict; null while none was chosen.</param>
/// <param name="Tags">Tags, parted by spaces.</param>
/// <param name="Note">Note.</param>
/// <param name="Moments">Marked moments.</param>
internal sealed record FindingDraft(SampleVerdict? Verdict, string Tags, string Note, IReadOnlyList<MarkedMoment> Moments)
{
    /// <summary>Nothing yet.</summary>
    public static FindingDraft Empty { get; } = new(null, "", "", []);

    /// <summary>As the browser keeps it.</summary>
    public string ToText() => JsonSerializer.Serialize(this, ContractJson.Options);

    /// <summary>Reads what a browser kept; what is no draft is an empty one.</summary>
    public static FindingDraft Of(string? text)
    {
        try
        {
            return
                text is { Length: > 0 and < 200_000 } && JsonSerializer.Deserialize<FindingDraft>(text, ContractJson.Options) is { } draft
                ? draft
                : Empty;
        }
        catch (JsonException)
        {
            return Empty;
        }
    }

    /// <summary>Words of <see cref="Tags"/>.</summary>
    public IReadOnlyList<string> Words() =>
        [
            .. Tags.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
                .Distinct(StringComparer.OrdinalIgnoreCase)
                .Take(20),
        ];
}
