using ExamMonitor.Contracts.Maps;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>Prints findings, one per line.</summary>
internal static class FindingText
{
    /// <summary>Writes all findings and, when there are errors, how many.</summary>
    /// <returns>Whether there is no error among them.</returns>
    public static async Task<bool> WriteAsync(TextWriter output, IReadOnlyList<Finding> findings)
    {
        foreach (var finding in findings)
            await output.WriteLineAsync(finding.ToString()).ConfigureAwait(false);
        var errors = findings.Count(f => f.Level == FindingLevel.Error);
        if (errors > 0)
            await output.WriteLineAsync($"{errors} error{(errors == 1 ? string.Empty : "s")} to mend.").ConfigureAwait(false);
        return errors == 0;
    }
}
