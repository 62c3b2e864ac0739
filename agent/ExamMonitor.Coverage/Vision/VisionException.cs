namespace ExamMonitor.Coverage.Vision;

/// <summary>A picture was refused, or OpenCV failed.</summary>
/// <param name="operation">What was asked for, such as <c>decode a picture</c>.</param>
/// <param name="status">The kind of failure.</param>
/// <param name="detail">What was wrong.</param>
public sealed class VisionException(string operation, VisionStatus status, string detail)
    : Exception($"The vision library could not {operation}: {detail} ({status}).")
{
    /// <summary>What was asked for.</summary>
    public string Operation { get; } = operation;

    /// <summary>The kind of failure.</summary>
    public VisionStatus Status { get; } = status;
}

/// <summary>Why the vision library refused or failed.</summary>
public enum VisionStatus
{
    /// <summary>A size or a number that it does not take.</summary>
    BadArgument,

    /// <summary>Not a picture of an accepted kind, damaged, or too large.</summary>
    BadPicture,

    /// <summary>OpenCV cannot be loaded on this machine.</summary>
    NotLoaded,

    /// <summary>OpenCV itself failed.</summary>
    Internal,
}
