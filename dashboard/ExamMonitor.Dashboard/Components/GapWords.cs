using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Resources;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Components;

/// <summary>Why there is no footage, in a word. Pure.</summary>
internal static class GapWords
{
    /// <summary>The word: what was destroyed later has no cause of its own.</summary>
    public static string Of(GapCause? cause, bool destroyed, IStringLocalizer<Strings> l) =>
        l[destroyed ? "GapDestroyed" : "Cause" + cause];
}
