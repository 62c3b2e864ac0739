using System.Globalization;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.Law;

/// <summary>Something wrong with a law profile or with a site's choice of them. Whatever it is, it never makes a window shorter.</summary>
/// <param name="Level">An error keeps the footage concerned for ever until it is mended; a warning changes nothing.</param>
/// <param name="File">Name of the file or setting.</param>
/// <param name="Line">From 1; 0 when no line is meant.</param>
/// <param name="Path">JSON path, such as <c>$.rules[0].window</c>.</param>
/// <param name="Problem">What is wrong.</param>
/// <param name="Mend">What to do about it.</param>
public sealed record LawFinding(FindingLevel Level, string File, int Line, string Path, LocalText Problem, LocalText Mend)
{
    /// <summary>One line for a log or a terminal: <c>file:line: error: problem mend ($.path)</c>.</summary>
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{File}:{Line}: {(Level == FindingLevel.Error ? "error" : "warning")}: {Problem.En} {Mend.En} ({Path})"
        );
}

/// <summary>What was read of a profile.</summary>
/// <param name="Name">Id that was asked for, or name of the file.</param>
/// <param name="Profile">The profile, with a rule whose window could not be used keeping for ever; null when nothing of it could be used,
/// which keeps everything for ever.</param>
/// <param name="Findings">What is wrong, in order of lines.</param>
public sealed record LawProfileReading(string Name, LawProfile? Profile, IReadOnlyList<LawFinding> Findings);
