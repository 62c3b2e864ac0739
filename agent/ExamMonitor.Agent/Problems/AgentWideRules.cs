using ExamMonitor.Agent.Broker;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Agent.Watching;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Footage;

namespace ExamMonitor.Agent.Problems;

/// <summary>What is wrong with the agent as a whole.</summary>
internal static class AgentWideRules
{
    /// <summary>How long a person is told of an index that was damaged and mended itself: its disk is to be looked at.</summary>
    private static readonly TimeSpan IndexRemembered = TimeSpan.FromHours(12);
    private static readonly ProblemSubject Agent = new(null, null, null);

    /// <summary>Everything that is wrong now.</summary>
    public static IEnumerable<Observation> Of(DateTimeOffset now, AgentRuntime runtime, BrokerChild? broker, WatchService? watch, long reserveBytes)
    {
        if (ClockRule.FindFault(now, null) is { } clock) yield return new("clock-implausible", Agent, Severity.Critical, clock);
        foreach (var problem in BrokerRules.Of(now, runtime.Publisher.Status.Connection, broker?.Failure, runtime.Broker.Address.ToString(), runtime.Publisher.ClientId)) yield return problem;
        if (runtime.Publisher.Status.OutboxFault is { } fault) yield return new("outbox-not-durable", Agent, Severity.Warning, fault);
        if (watch?.Failure is { } failure) yield return new("measuring-stopped", Agent, Severity.Critical, failure);
        if (runtime.Archive.IndexDamage is { } index && (index.Rebuilding || now - index.Since < IndexRemembered))
            yield return new("index-damaged", Agent, index.Rebuilding ? Severity.Critical : Severity.Warning, index.Text);
        var volume = runtime.Volume.State;
        if (volume.Text is { } broken)
        {
            yield return new(volume.Fault switch { VolumeFault.WrongVolume => "volume-wrong", VolumeFault.Silent => "volume-silent", _ => "volume-not-writable" }, Agent, Severity.Critical, broken);
            if (volume.Fault is not (VolumeFault.NotWritable or VolumeFault.Full)) yield break;
        }

        if (volume.FreeBytes is { } bytes && bytes < reserveBytes)
            yield return new("space-short", Agent, Severity.Critical, new("The footage volume has less free space than the sessions of a day need (footage.reserveBytes): make room or add a disk before the next exam.", "录像卷剩余空间低于单日考试所需（footage.reserveBytes）：请在下次考试前腾出空间或增加磁盘。"));
        if (volume.FreeBytes is null)
            yield return new("free-space-unknown", Agent, Severity.Critical, new("The free space of the footage volume cannot be told; it counts as full for new promises. Check the volume.", "无法读取录像卷的剩余空间，按已满处理。请检查存储卷。"));
    }
}
