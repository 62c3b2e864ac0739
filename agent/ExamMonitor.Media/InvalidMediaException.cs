namespace ExamMonitor.Media;

/// <summary>Bytes that are no fragmented MP4 that this product can keep: what is wrong, and where.</summary>
public sealed class InvalidMediaException : Exception
{
    /// <summary>Makes one.</summary>
    /// <param name="problem">Sentence without the offset.</param>
    /// <param name="offset">Bytes from the start of the stream, ≥ 0.</param>
    /// <param name="truncated">Whether the stream merely ended inside a box.</param>
    public InvalidMediaException(string problem, long offset, bool truncated = false)
        : base($"{problem} (at byte {offset})")
    {
        Offset = offset;
        Truncated = truncated;
    }

    /// <summary>Where, bytes from the start of the stream.</summary>
    public long Offset { get; }

    /// <summary>
    /// Whether the stream ended inside a box: what a killed producer or a power cut leaves, everything before it is good.
    /// </summary>
    public bool Truncated { get; }
}
