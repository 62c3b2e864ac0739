namespace ExamMonitor.Coverage.Vision;

/// <summary>The vision library refused a call or failed.</summary>
/// <param name="operation">What was asked for, such as <c>decode a picture</c>.</param>
/// <param name="status">The library's status.</param>
/// <param name="detail">The library's own text.</param>
public sealed class VisionException(string operation, VisionStatus status, string detail)
    : Exception($"The vision library could not {operation}: {detail} ({status}).")
{
    /// <summary>What was asked for.</summary>
    public string Operation { get; } = operation;

    /// <summary>The library's status.</summary>
    public VisionStatus Status { get; } = status;
}

/// <summary>Outcome of a call into the vision library; the numbers of <c>em_status</c>.</summary>
public enum VisionStatus
{
    /// <summary>Done.</summary>
    Ok = 0,

    /// <summary>The caller's fault.</summary>
    BadArgument = 1,

    /// <summary>Not a picture of an accepted kind, damaged, or too large.</summary>
    BadPicture = 2,

    /// <summary>The caller's buffer is too small.</summary>
    TooSmall = 3,

    /// <summary>Out of memory.</summary>
    NoMemory = 4,

    /// <summary>The library itself failed.</summary>
    Internal = 5,
}
