using ExamMonitor.Contracts.Maps;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Checks;

/// <summary>How a check went.</summary>
internal enum CheckLevel
{
    /// <summary>As it should be.</summary>
    Ok,

    /// <summary>Works, but is worth knowing.</summary>
    Warning,

    /// <summary>Must be mended.</summary>
    Failed,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Level">How it went.</param>
/// <param name="What">What was looked at, such as <c>camera R7/C1</c>.</param>
/// <param name="Text">What was found, and how to mend it.</param>
internal sealed record CheckItem(CheckLevel Level, string What, string Text)
{
    /// <summary>A finding as a check.</summary>
    public static CheckItem Of(Finding finding) =>
        new(
            finding.Level == FindingLevel.Error ? CheckLevel.Failed : CheckLevel.Warning,
            finding.Line is { } line
                ? FormattableString.Invariant($"{Path.GetFileName(finding.File)}:{line}")
                : Path.GetFileName(finding.File),
            $"{(finding.Key.Length == 0 ? string.Empty : finding.Key + ": ")}{finding.Text}{(finding.Mend is null ? string.Empty : " " + finding.Mend)}"
        );
}
