using System.Globalization;
using ExamMonitor.Contracts;

namespace ExamMonitor.Recording.Volumes;

/// <summary>How free space stands to what is promised.</summary>
public enum SpaceLevel
{
    /// <summary>The reserve is free, with something over.</summary>
    Enough,

    /// <summary>Little is left over the reserve: idle footage gives way, the oldest first.</summary>
    IdleGivesWay,

    /// <summary>
    /// The reserve itself is not free: alarm, and no new exam is declared ready. A running one goes on into what there is.
    /// </summary>
    TooLittle,

    /// <summary>The probe failed: no space for new promises. Nothing goes for its sake either.</summary>
    Unknown,
}

/// <summary>Free space, judged. Pure.</summary>
/// <param name="Level">How it stands.</param>
/// <param name="FreeBytes">Free bytes; null when the probe failed.</param>
/// <param name="ReserveBytes">Bytes that the sessions of the day still need.</param>
/// <param name="BytesToFree">Bytes by which idle footage should give way, ≥ 0.</param>
public sealed record SpaceState(SpaceLevel Level, long? FreeBytes, long ReserveBytes, long BytesToFree)
{
    /// <summary>
    /// Free bytes that a volume always should have over its reserve: what all cameras of a site write while idle footage gives way.
    /// </summary>
    public const long Headroom = 2L << 30;

    /// <summary>The same of a volume: no more than a sixteenth part of it.</summary>
    /// <param name="totalBytes">Its size; null when it cannot be told.</param>
    public static long HeadroomOf(long? totalBytes) => Math.Min(Headroom, (totalBytes ?? long.MaxValue) / 16);

    /// <summary>Whether a new exam may be declared ready.</summary>
    public bool MayPromise => Level is SpaceLevel.Enough or SpaceLevel.IdleGivesWay;

    /// <summary>Whether a person must look.</summary>
    public bool IsAlarm => !MayPromise;

    /// <summary>The sentence for a person.</summary>
    public LocalText Text =>
        Level switch
        {
            SpaceLevel.Unknown => new(
                "Free space cannot be told, so no new exam is declared ready.",
                "无法获知剩余空间，因此不宣布新的考试就绪。"
            ),
            SpaceLevel.TooLittle => new(
                $"Only {Gb(FreeBytes)} GB are free; the day's exams need {Gb(ReserveBytes)} GB. No new exam is declared ready.",
                $"仅剩 {Gb(FreeBytes)} GB；当日考试需要 {Gb(ReserveBytes)} GB。不宣布新的考试就绪。"
            ),
            SpaceLevel.IdleGivesWay => new(
                $"{Gb(FreeBytes)} GB are free; the oldest footage without an exam gives way.",
                $"剩余 {Gb(FreeBytes)} GB；最早的空闲录像将先行清除。"
            ),
            _ => new(
                $"{Gb(FreeBytes)} GB are free; the day's exams need {Gb(ReserveBytes)} GB.",
                $"剩余 {Gb(FreeBytes)} GB；当日考试需要 {Gb(ReserveBytes)} GB。"
            ),
        };

    /// <summary>Judges free space.</summary>
    /// <param name="freeBytes">Free bytes; null when the probe failed.</param>
    /// <param name="reserveBytes">Bytes that the sessions of the day still need, ≥ 0.</param>
    /// <param name="headroom">Bytes that should be over; <see cref="Headroom"/> but in tests.</param>
    public static SpaceState Judge(long? freeBytes, long reserveBytes, long headroom = Headroom)
    {
        if (freeBytes is not { } free || free < 0)
            return new(SpaceLevel.Unknown, null, reserveBytes, 0);
        var wanted = long.MaxValue - headroom < reserveBytes ? long.MaxValue : reserveBytes + headroom;
        return free >= wanted
            ? new(SpaceLevel.Enough, free, reserveBytes, 0)
            : new(free >= reserveBytes && free > 0 ? SpaceLevel.IdleGivesWay : SpaceLevel.TooLittle, free, reserveBytes, wanted - free);
    }

    private static string Gb(long? bytes) => ((bytes ?? 0) / 1e9).ToString("0.0", CultureInfo.InvariantCulture);
}
