using System.Collections.Concurrent;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Watching;
using ExamMonitor.Floor.Evidence;
using ExamMonitor.Floor.Rooms;

namespace ExamMonitor.Floor.Watching;

/// <summary>Puts what the measuring process says into the store. Verdicts come from one thread; the rest is safe from any.</summary>
internal sealed partial class VerdictListener : IWatchListener
{
    private static readonly TimeSpan SettledAfter = TimeSpan.FromSeconds(12);
    private volatile Dictionary<WatchedName, (MapCamera Camera, StationMap Map)> _cameras;
    private readonly ConcurrentDictionary<WatchedName, DateTimeOffset> _first = new();
    private readonly EvidenceCache _cache;
    private readonly VerdictStore _verdicts;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private long _answers;
    private long _measured;
    private long _waitingSince;

    /// <summary>Makes a listener.</summary>
    public VerdictListener(IReadOnlyList<RoomSetup> rooms, VerdictStore verdicts, EvidenceCache cache, TimeProvider time, ILogger log)
    {
        (_verdicts, _cache, _time, _log) = (verdicts, cache, time, log);
        _cameras = Of(rooms);
    }

    /// <summary>Other rooms are watched from now on: what was said under another map is forgotten.</summary>
    public void Replace(IReadOnlyList<RoomSetup> rooms)
    {
        var (before, after) = (_cameras, Of(rooms));
        foreach (var (name, _) in before.Where(c => !(after.TryGetValue(c.Key, out var now) && ReferenceEquals(now.Map, c.Value.Map))))
        {
            _first.TryRemove(name, out _);
            _verdicts.Forget(name.Room, name.Camera);
        }

        _cameras = after;
    }

    private static Dictionary<WatchedName, (MapCamera Camera, StationMap Map)> Of(IReadOnlyList<RoomSetup> rooms) =>
        rooms
            .SelectMany(r => r.Cameras.Select(c => (Name: new WatchedName(r.Id, c.Id), c.Map, Room: r.Map)))
            .ToDictionary(c => c.Name, c => (c.Map, c.Room));

    /// <summary>Pictures answered since the agent's start.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <summary>Pictures judged since the agent's start; while nothing changes, every other one.</summary>
    public long Measured => Interlocked.Read(ref _measured);

    /// <summary>Timestamp since when an offered picture has waited for an answer; null when none does.</summary>
    public long? WaitingSince => Interlocked.Read(ref _waitingSince) is > 0 and var since ? since : null;

    /// <summary>A new process begins: what it says is settled only after a while.</summary>
    /// <returns>Pictures answered so far.</returns>
    public long Begin()
    {
        _first.Clear();
        Interlocked.Exchange(ref _waitingSince, 0);
        return Answers;
    }

    /// <summary>Whether a picture of this camera is worth offering; then an answer is waited for.</summary>
    public bool Wants(WatchedName name)
    {
        if (!_cameras.ContainsKey(name) || _verdicts.Refusal(name.Room, name.Camera) is not null)
            return false;
        Interlocked.CompareExchange(ref _waitingSince, _time.GetTimestamp(), 0);
        return true;
    }

    /// <inheritdoc/>
    public void Ready(WatchReady ready)
    {
        LogReady(_log, ready.Watched.Count);
        foreach (var watched in ready.Watched)
            _verdicts.Refuse(watched.Room, watched.Camera, null);
        foreach (var refusal in ready.Refused.Where(r => _cameras.ContainsKey(new(r.Room, r.Camera))))
        {
            LogRefused(_log, refusal.Room, refusal.Camera, refusal.Text.En);
            if (!ready.Watched.Contains(new(refusal.Room, refusal.Camera)))
                _verdicts.Refuse(refusal.Room, refusal.Camera, refusal.Text);
        }
    }

    /// <inheritdoc/>
    public void Judged(WatchVerdict verdict)
    {
        Interlocked.Increment(ref _measured);
        var name = new WatchedName(verdict.Room, verdict.Camera.Camera);
        if (!_cameras.TryGetValue(name, out var camera))
            return;
        var settled = verdict.Camera.At - _first.GetOrAdd(name, verdict.Camera.At) >= SettledAfter;
        _verdicts.Put(name.Room, name.Camera, VerdictReading.Of(verdict.Camera, camera.Camera, settled));
    }

    /// <inheritdoc/>
    public void Shown(WatchEvidence evidence) => _cache.Put(evidence);

    /// <inheritdoc/>
    public void Taken() => Answered();

    /// <inheritdoc/>
    public void Refused(WatchRefusal refusal)
    {
        Answered();
        LogRefused(_log, refusal.Room, refusal.Camera, refusal.Text.En);
    }

    private void Answered()
    {
        Interlocked.Increment(ref _answers);
        Interlocked.Exchange(ref _waitingSince, 0);
    }

    [LoggerMessage(EventId = 410, Level = LogLevel.Information, Message = "{Cameras} cameras are measured")]
    private static partial void LogReady(ILogger log, int cameras);

    [LoggerMessage(EventId = 411, Level = LogLevel.Warning, Message = "{Room}/{Camera} is not measured: {Reason}")]
    private static partial void LogRefused(ILogger log, RoomId room, CameraId camera, string reason);
}
