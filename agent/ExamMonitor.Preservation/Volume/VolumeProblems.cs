using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Problems;
using ExamMonitor.Recording;

namespace ExamMonitor.Preservation.Volume;

/// <summary>What is wrong with the footage volume, its index, and the clock that footage is filed by.</summary>
/// <param name="archive">Archive.</param>
/// <param name="watch">How the volume stands.</param>
/// <param name="options">How much must stay free.</param>
internal sealed class VolumeProblems(FootageArchive archive, VolumeWatch watch, FootageSection options) : IProblemSource
{
    /// <summary>How long a person is told of an index that was damaged and mended itself: its disk is to be looked at.</summary>
    private static readonly TimeSpan IndexRemembered = TimeSpan.FromHours(12);
    private static readonly ProblemSubject Agent = new(null, null, null);

    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset now)
    {
        if (ClockRule.FindFault(now, null) is { } clock)
            yield return new("clock-implausible", Agent, Severity.Critical, clock);
        if (archive.IndexDamage is { } index && (index.Rebuilding || now - index.Since < IndexRemembered))
            yield return new("index-damaged", Agent, index.Rebuilding ? Severity.Critical : Severity.Warning, index.Text);
        var volume = watch.State;
        if (volume.Text is { } broken)
        {
            yield return new(
                volume.Fault switch
                {
                    VolumeFault.WrongVolume => "volume-wrong",
                    VolumeFault.Silent => "volume-silent",
                    _ => "volume-not-writable",
                },
                Agent,
                Severity.Critical,
                broken
            );
            if (volume.Fault is not (VolumeFault.NotWritable or VolumeFault.Full))
                yield break;
        }

        if (volume.FreeBytes is { } bytes && bytes < options.ReserveBytes)
            yield return new(
                "space-short",
                Agent,
                Severity.Critical,
                new(
                    "The footage volume has less free space than the sessions of a day need (footage.reserveBytes): make room or add a disk before the next exam.",
                    "录像卷剩余空间低于单日考试所需（footage.reserveBytes）：请在下次考试前腾出空间或增加磁盘。"
                )
            );
        if (volume.FreeBytes is null)
            yield return new(
                "free-space-unknown",
                Agent,
                Severity.Critical,
                new(
                    "The free space of the footage volume cannot be told; it counts as full for new promises. Check the volume.",
                    "无法读取录像卷的剩余空间，按已满处理。请检查存储卷。"
                )
            );
    }
}
