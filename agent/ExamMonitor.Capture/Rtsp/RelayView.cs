namespace ExamMonitor.Capture.Rtsp;

/// <summary>What a relay has seen of its camera so far. Immutable.</summary>
internal sealed record RelayView
{
    /// <summary>Newest status with which the camera refused a request; null when it refused none.</summary>
    public int? Refused { get; init; }

    /// <summary>Whether it was asked to play.</summary>
    public bool Playing { get; init; }

    /// <summary>When it was asked to play, monotonic.</summary>
    public long PlayingSince { get; init; }

    /// <summary>Packets of pictures.</summary>
    public long VideoPackets { get; init; }

    /// <summary>Arrival of the newest packet of pictures, monotonic.</summary>
    public long LastVideo { get; init; }

    /// <summary>Whether a key frame has begun.</summary>
    public bool SawKeyFrame { get; init; }

    /// <summary>
    /// Monotonic timestamp at which the first key frame lies by its media time, which runs as arrivals do: the recording begins with it,
    /// however late ffmpeg hands it over. Null before it.
    /// </summary>
    public long? FirstKeyFrameAt { get; init; }

    /// <summary>Whether sound is announced.</summary>
    public bool SoundAnnounced { get; init; }

    /// <summary>Packets of sound.</summary>
    public long SoundPackets { get; init; }

    /// <summary>Arrival of the newest packet of sound, monotonic.</summary>
    public long LastSound { get; init; }

    /// <summary>Packets of pictures that never came.</summary>
    public long VideoLost { get; init; }

    /// <summary>Since when pictures are broken; null while they are whole.</summary>
    public DateTimeOffset? BrokenSinceUtc { get; init; }

    /// <summary>The newest moment at which pictures were broken.</summary>
    public DateTimeOffset? LastBrokenUtc { get; init; }

    /// <summary>Camera clock minus ours, ms, by its newest sender report; null while it sent none.</summary>
    public double? ClockOffsetMs { get; init; }

    /// <summary>Newest step of the camera's clock.</summary>
    public CameraClockStep? Step { get; init; }

    /// <summary>Steps so far.</summary>
    public long Steps { get; init; }

    /// <summary>Whether the RTP time of its picture stands.</summary>
    public bool TimeStands { get; init; }

    /// <summary>Whether the camera ended the connection.</summary>
    public bool Closed { get; init; }

    /// <summary>Whether it sent what is no RTSP.</summary>
    public bool Garbage { get; init; }
}
