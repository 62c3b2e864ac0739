using System.ComponentModel.DataAnnotations;
using ExamMonitor.Contracts;

namespace ExamMonitor.Recording;

/// <summary>Where footage is kept and how it is written.</summary>
public sealed class FootageOptions
{
    /// <summary>
    /// Root folder of the volume, absolute. The volume tells itself by <c>volume.json</c>; a strange or missing one is refused.
    /// </summary>
    [Required]
    public required string VolumePath { get; init; }

    /// <summary>
    /// SQLite file of the index, absolute; its folder is made. Loses nothing when lost: it is made again from the volume.
    /// </summary>
    [Required]
    public required string IndexPath { get; init; }

    /// <summary>Site, written into <c>volume.json</c>.</summary>
    public required SiteId Site { get; init; }

    /// <summary>Whether an empty folder may become a volume. Default true. A folder with other things in it never does.</summary>
    public bool CreateVolume { get; init; } = true;

    /// <summary>Length of a segment; it ends with the first sync sample after it. 10 s to 5 min, default 60 s.</summary>
    [Range(typeof(TimeSpan), "00:00:10", "00:05:00")]
    public TimeSpan SegmentLength { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Longest time that written bytes wait in the page cache: what a power cut costs. 0 (after every fragment) to 5 s, default 2 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:05")]
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Bytes of one camera that may wait for a slow disk; beyond it fragments are given up as a gap of cause <c>disk</c>. 1 MiB to 1 GiB,
    /// default 32 MiB.
    /// </summary>
    [Range(1 << 20, 1 << 30)]
    public int QueueBytes { get; init; } = 32 << 20;

    /// <summary>A sample that stands longer than this is a hole in the footage, not a picture. 1 s to 5 min, default 5 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan LongestSample { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Media per camera that live viewers can have, and back to the newest key frame. 4 s to 2 min, default 12 s: sound that is listened
    /// to each ten seconds, and two.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:04", "00:02:00")]
    public TimeSpan LiveLength { get; init; } = TimeSpan.FromSeconds(12);

    /// <summary>
    /// Bytes per camera that live viewers can have; in memory are those that the disk has not taken. 1 MiB to 1 GiB, default 32 MiB.
    /// </summary>
    [Range(1 << 20, 1 << 30)]
    public int LiveBytes { get; init; } = 32 << 20;

    /// <summary>
    /// Bytes of a file on the volume that is given back when the disk is full, so that ledger, register, holds and heads can be written and
    /// idle footage can go. At most a thirty-second part of the volume. 0 to 64 GiB, default 0: none.
    /// </summary>
    [Range(0, 64L << 30)]
    public long BookkeepingReserveBytes { get; init; }
}
