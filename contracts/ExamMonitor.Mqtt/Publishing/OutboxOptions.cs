using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>Where events wait for the broker, and how many may.</summary>
public sealed class OutboxOptions
{
    /// <summary>Folder of its own; made when missing. One process at a time.</summary>
    [Required]
    public required string Folder { get; init; }

    /// <summary>Most events that wait, [16, 1,000,000]; default 50,000. The oldest are dropped beyond that, and counted.</summary>
    [Range(16, 1_000_000)]
    public int MaxRecords { get; init; } = 50_000;

    /// <summary>
    /// Most bytes that wait, in memory and on disk, [64 KiB, 1 GiB]; default 32 MiB. The oldest are dropped beyond that, and counted.
    /// </summary>
    [Range(64 * 1024, 1024 * 1024 * 1024)]
    public int MaxBytes { get; init; } = 32 * 1024 * 1024;
}

/// <summary>An event that waits.</summary>
/// <param name="Position">Grows by one with each event of this outbox.</param>
/// <param name="Topic">Where it goes.</param>
/// <param name="Payload">As it will be sent.</param>
public sealed record OutboxRecord(long Position, string Topic, ReadOnlyMemory<byte> Payload)
{
    internal int SizeBytes => OutboxCodec.Overhead + (Topic.Length * 3) + Payload.Length;
}
