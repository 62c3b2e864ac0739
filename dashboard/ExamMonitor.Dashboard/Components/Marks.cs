using ExamMonitor.Dashboard.State;

namespace ExamMonitor.Dashboard.Components;

/// <summary>Which of a station's three claims.</summary>
public enum ClaimKind
{
    /// <summary>In view.</summary>
    Covered,

    /// <summary>Lit.</summary>
    Lit,

    /// <summary>Recorded.</summary>
    Recorded,
}

/// <summary>Names of marks in style sheets and resources.</summary>
internal static class Marks
{
    public static string Class(Mark mark) =>
        mark switch
        {
            Mark.Yes => "is-yes",
            Mark.No => "is-no",
            _ => "is-unknown",
        };

    /// <summary>Resource key of a claim's state, such as <c>CoveredNo</c>.</summary>
    public static string Key(ClaimKind kind, Mark mark) => $"{kind}{mark}";

    public static ClaimReading Claim(StationReading station, ClaimKind kind) =>
        kind switch
        {
            ClaimKind.Covered => station.Covered,
            ClaimKind.Lit => station.Lit,
            _ => station.Recorded,
        };
}
