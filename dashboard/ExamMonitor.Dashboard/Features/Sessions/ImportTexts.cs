using System.Globalization;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Dashboard.Features.Sessions;

/// <summary>Sentences out of an import's answer. Pure.</summary>
internal static class ImportTexts
{
    /// <summary>Why nothing was done, in the language of the page: findings and refusals; null when the answer names none.</summary>
    public static string? WhyNot(ScheduleImport? import)
    {
        if (import is null || import.Applied)
            return null;
        var findings = import.Findings.Select(f =>
            $"{f.Problem.For(CultureInfo.CurrentUICulture)} {f.Mend.For(CultureInfo.CurrentUICulture)}"
        );
        var refusals = import.Changes.Where(c => c.Kind == SessionChangeKind.Refused).Select(c => c.Why?.For(CultureInfo.CurrentUICulture));
        var all = string.Join(" ", findings.Concat(refusals).Where(t => !string.IsNullOrWhiteSpace(t)).Take(5));
        return all.Length > 0 ? all : null;
    }
}
