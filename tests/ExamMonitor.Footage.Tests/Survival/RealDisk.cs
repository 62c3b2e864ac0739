using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>Cameras that record onto a small real disk with the real ledger on it, by a clock that the test moves.</summary>
internal sealed class RealDisk : IDisposable
{
    public static readonly string Origin = Checkpoint.OriginOf(SiteId.Of("S1"), AgentId.Of("A1"));
    private static readonly Lazy<Task<Clip>> Source = new(() =>
        Clip.OfAsync(new FragmentedClip(Seconds: 20, Fps: 10, Gop: 10, Size: "640x360"))
    );

    private readonly TempFolder _own = new();
    private readonly Clip _clip;
    private readonly string _root;
    private LedgerLog? _log;
    private CameraJournal[] _cameras = [];
    private int _at;

    private RealDisk(Clip clip, string root, long reserve)
    {
        (_clip, _root) = (clip, root);
        Options = new()
        {
            VolumePath = root,
            IndexPath = _own["index.db"],
            Site = SiteId.Of("S1"),
            SegmentLength = TimeSpan.FromSeconds(10),
            FlushInterval = TimeSpan.FromSeconds(2),
            BookkeepingReserveBytes = reserve,
        };
    }

    public static async Task<RealDisk> NewAsync(SmallDisk disk, long reserve = 0)
    {
        // Bare of what mkfs puts there.
        if (Directory.Exists(Path.Combine(disk.Path, "lost+found")))
            Directory.Delete(Path.Combine(disk.Path, "lost+found"));
        return new(await Source.Value, disk.Path, reserve);
    }

    public FootageOptions Options { get; }

    public ManualTimeProvider Time { get; } = new(ArchiveBench.Start);

    public ILogger Logger { get; set; } = NullLogger.Instance;

    public Func<IVolume, IVolume> Wrap { get; set; } = v => v;

    public FootageArchive? Archive { get; private set; }

    public LedgerLog Log => _log!;

    /// <summary>Opens the archive, and begins a run of each camera.</summary>
    public void Open(int cameras = 2)
    {
        var ledger = new LazyLedger(() => new FootageLedger(OpenLog(), Time));
        Archive = FootageArchive.Open(Options, Wrap(new DiskVolume(_root)), null, new(ledger, Time, Logger), CancellationToken.None);
        _cameras = [.. Enumerable.Range(1, cameras).Select(Journal)];
        foreach (var camera in _cameras)
            camera.StartRun(_clip.Initialization, new RunFacts("aac", false), Time.GetUtcNow());
        _at = 0;
    }

    /// <summary>Whether a camera's writer is in trouble.</summary>
    public bool InTrouble => _cameras.Any(c => c.State.Trouble is not null);

    /// <summary>Whether every camera is recorded.</summary>
    public bool Recording => _cameras.All(c => c.State.Recording);

    /// <summary>Records one fragment of each camera, about a second.</summary>
    public void Second()
    {
        if (_at == _clip.Fragments.Count)
        {
            foreach (var camera in _cameras)
            {
                camera.EndRun(GapCause.Network, null, Time.GetUtcNow());
                camera.StartRun(_clip.Initialization, new RunFacts("aac", false), Time.GetUtcNow());
            }

            _at = 0;
        }

        var fragment = _clip.Fragments[_at++];
        Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
        foreach (var camera in _cameras)
            camera.Append(fragment, Time.GetUtcNow());
    }

    /// <summary>Records until the disk gives trouble; fails when it never does.</summary>
    public int RecordUntilFull(int most = 5000)
    {
        for (var i = 1; i <= most; i++)
        {
            Second();
            if (InTrouble)
                return i;
        }

        throw new InvalidOperationException($"The disk took {most} s.");
    }

    /// <summary>Retention of the archive: what is no exam may go after a day.</summary>
    public FootageRetention Retain() =>
        FootageRetention.Open(
            Archive!,
            new RetentionLedger(_log ?? OpenLog(), Time),
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
            new RetentionOptions { ClockAllowance = TimeSpan.FromHours(1) }
        );

    /// <summary>Lets days pass as a running agent sees them.</summary>
    public static void Pass(RealDisk real, FootageRetention retention, int days)
    {
        for (var i = 0; i < days * 2; i++)
        {
            real.Time.Advance(TimeSpan.FromHours(12));
            _ = retention.Now();
        }
    }

    /// <summary>Stops in order, as the agent does: cameras, archive, a signed head when it can be written.</summary>
    public void Stop()
    {
        foreach (var camera in _cameras)
        {
            camera.Close(GapCause.Agent, null, Time.GetUtcNow());
            camera.Dispose();
        }

        _cameras = [];
        try
        {
            _ = _log?.Sign(Time.GetUtcNow());
        }
        catch (IOException)
        {
            // Full: what was not signed yet is signed by the next start.
        }

        Kill();
    }

    /// <summary>Lets the process go as a kill does: nothing is committed.</summary>
    public void Kill()
    {
        foreach (var camera in _cameras)
            camera.Dispose();
        _cameras = [];
        Archive?.Context.Index.Dispose();
        _log?.Dispose();
        (Archive, _log) = (null, null);
    }

    /// <summary>What <c>verify</c> says.</summary>
    public VerificationReport Verify()
    {
        using var key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(_own["ledger.key"]));
        return ArchiveVerifier.Run(_root, new(key, Origin), null, CancellationToken.None);
    }

    /// <summary>Wall seconds that committed segments hold.</summary>
    public double HeldSeconds()
    {
        using var index = FootageIndex.Open(Options.IndexPath);
        return index.Read(q => q.Cameras().Sum(c => q.Segments(c, 0, long.MaxValue / 2).Sum(s => (s.EndUtc - s.StartUtc).TotalSeconds)));
    }

    public void Dispose()
    {
        Kill();
        _own.Dispose();
    }

    private LedgerLog OpenLog() => _log ??= LedgerLog.Open(Path.Combine(_root, "ledger"), _own["ledger.key"], Origin);

    private CameraJournal Journal(int number)
    {
        var (context, camera) = (
            Archive!.Context,
            CameraId.Of(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"C{number}"))
        );
        context.Index.Write(t => t.AddCamera(ArchiveBench.Room, camera, context.NowMs));
        return new CameraJournal(context, context.Index.Read(q => q.Camera(ArchiveBench.Room, camera))!);
    }

    /// <summary>As the agent's: opened when the archive has looked at the volume.</summary>
    private sealed class LazyLedger(Func<FootageLedger> open) : ILedgerSink
    {
        private FootageLedger? _ledger;

        public int Generation => (_ledger ??= open()).Generation;

        public long Append(FootageLeaf leaf) => (_ledger ??= open()).Append(leaf);

        public long? NewestNumber(RoomId room, CameraId camera) => (_ledger ??= open()).NewestNumber(room, camera);

        public IEnumerable<EnteredItem> Items() => (_ledger ??= open()).Items();

        public CameraPlace? FindLost(RoomId room, CameraId camera, long lastLeaf) => (_ledger ??= open()).FindLost(room, camera, lastLeaf);
    }
}
