using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Recording;
using ExamMonitor.Retention;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What one life of the writer is told.</summary>
/// <param name="Volume">Root of the volume.</param>
/// <param name="Folder">The agent's own folder: index, key, memory of heads.</param>
/// <param name="Clip">File of fragments.</param>
/// <param name="Start">True time of the start.</param>
/// <param name="Offset">What the clock is wrong by at the start.</param>
/// <param name="StepAt">Fragment at which the clock is set; −1 for never.</param>
/// <param name="Step">By how much.</param>
/// <param name="StepAtSweep">Whether it is set right before the sweep instead.</param>
/// <param name="PassMinutes">Time that passes in the running process before it records.</param>
/// <param name="SweepAt">Fragment at which it sweeps; −1 for never.</param>
/// <param name="Vouch">Whether a person vouches for the clock at the start.</param>
internal sealed record SurvivalOrders(
    string Volume,
    string Folder,
    string Clip,
    DateTimeOffset Start,
    TimeSpan Offset,
    int StepAt,
    TimeSpan Step,
    bool StepAtSweep,
    int PassMinutes,
    int SweepAt,
    bool Vouch
)
{
    public static SurvivalOrders Read(string path) => JsonSerializer.Deserialize<SurvivalOrders>(File.ReadAllText(path))!;

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this));
}

/// <summary>
/// The site whose agent is killed: three cameras, an exam of four hours every second day, footage without exam kept for a day.
/// </summary>
internal static class SurvivalSite
{
    public const int Cameras = 3;

    public static readonly RoomId Room = RoomId.Of("R1");
    public static readonly DateTimeOffset Epoch = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    public static readonly string Origin = Checkpoint.OriginOf(SiteId.Of("S1"), AgentId.Of("A1"));

    public static CameraId Camera(int number) =>
        CameraId.Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"C{number + 1}"));

    public static FootageOptions Options(string volume, string folder) =>
        new()
        {
            VolumePath = volume,
            IndexPath = Path.Combine(folder, "index.db"),
            Site = SiteId.Of("S1"),
            SegmentLength = TimeSpan.FromSeconds(10),
            BookkeepingReserveBytes = 64L << 20,
        };

    /// <summary>Sessions of the days around a moment; the same ones whoever asks.</summary>
    public static IReadOnlyList<ExamSession> Sessions(DateTimeOffset around)
    {
        var day = Math.Max(0, (int)(around - Epoch).TotalDays / 2 * 2);
        return [SessionOf(day), SessionOf(day + 2)];
    }

    private static ExamSession SessionOf(int day)
    {
        var (name, start) = (day.ToString(System.Globalization.CultureInfo.InvariantCulture), Epoch.AddDays(day).AddHours(8));
        return new(ExamSessionId.Of("S" + name), BatchId.Of("B" + name), Room, start, start.AddHours(4), "Welding", 12, false);
    }

    /// <summary>The session that runs at a true moment; null when none does.</summary>
    public static ExamSession? SessionAt(DateTimeOffset at) => Sessions(at).FirstOrDefault(s => s.Start <= at && at < s.End);

    public static FootageRetention Retain(FootageArchive archive, LedgerLog log, TimeProvider time) =>
        FootageRetention.Open(
            archive,
            new RetentionLedger(log, time),
            RetentionRulesReader
                .Combine(
                    new SiteRetention
                    {
                        Profiles = ["shandong-rules"],
                        IdleDays = 1,
                        TimeZone = "UTC",
                    }
                )
                .Rules,
            new RetentionOptions()
        );
}

/// <summary>
/// A clock that runs faster than the real one, may be wrong, and may leap together with the monotonic clock, as time does that passes
/// unfilmed.
/// </summary>
/// <param name="start">True time at which it begins.</param>
/// <param name="speed">How many times as fast.</param>
internal sealed class SurvivalClock(DateTimeOffset start, int speed) : TimeProvider
{
    private readonly long _began = System.GetTimestamp();
    private long _passed;
    private long _offset;

    public DateTimeOffset True => start + TimeSpan.FromTicks(GetTimestamp());

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => True + TimeSpan.FromTicks(Interlocked.Read(ref _offset));

    public override long GetTimestamp() => (System.GetElapsedTime(_began).Ticks * speed) + Interlocked.Read(ref _passed);

    public void Pass(TimeSpan by) => Interlocked.Add(ref _passed, by.Ticks);

    public void Step(TimeSpan by) => Interlocked.Add(ref _offset, by.Ticks);
}

/// <summary>The ledger as the agent has it: opened at its first use, with a memory of the newest head beside the key.</summary>
internal sealed class SurvivalLedger(string volume, string folder, TimeProvider time) : ILedgerSink, IDisposable
{
    private readonly Lock _gate = new();
    private LedgerLog? _log;
    private FootageLedger? _ledger;

    public LedgerLog Log => Open().Log;

    public long? Entries => Log.Size;

    public long Append(FootageLeaf leaf) => Open().Ledger.Append(leaf);

    public long? NewestNumber(RoomId room, CameraId camera) => Open().Ledger.NewestNumber(room, camera);

    public IEnumerable<EnteredItem> Items() => Open().Ledger.Items();

    public CameraPlace? FindLost(RoomId room, CameraId camera, long lastLeaf) => Open().Ledger.FindLost(room, camera, lastLeaf);

    public void Dispose() => _log?.Dispose();

    private (LedgerLog Log, FootageLedger Ledger) Open()
    {
        lock (_gate)
        {
            if (_log is not null)
                return (_log, _ledger!);
            var memory = LedgerAnchor.PathOf(Path.Combine(folder, "heads"), volume);
            var log = LedgerLog.Open(Path.Combine(volume, "ledger"), Path.Combine(folder, "ledger.key"), SurvivalSite.Origin, memory);
            _ledger = new(log, time);
            // As the agent does: what was wrong is a part of the history.
            foreach (var finding in log.Findings)
                _ledger.Append(LedgerEntry.LedgerFinding, null, null, finding.ToFacts());
            return (_log = log, _ledger);
        }
    }
}
