namespace ExamMonitor.Contracts.Draws;

/// <summary>By what the units of a draw are parted into strata. <see cref="Phase"/> and <see cref="Station"/> also part a session into
/// units.</summary>
public enum DrawDimension
{
    /// <summary>What is examined: the title of the session.</summary>
    Project,

    /// <summary>Batch.</summary>
    Batch,

    /// <summary>Room.</summary>
    Room,

    /// <summary>Phase of the session: its beginning, middle and end, or as many parts as were asked for.</summary>
    Phase,

    /// <summary>Station.</summary>
    Station,
}
