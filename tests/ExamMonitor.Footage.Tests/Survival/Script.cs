using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// One camera's day in small: two runs, a rotation, a restart inside a file. Run over a simulated disk until it ends or dies.
/// </summary>
internal sealed class Script : IDisposable
{
    public static readonly TimeSpan FlushInterval = TimeSpan.FromSeconds(2);

    private static readonly Lazy<Task<Clip>> Source = new(() =>
        Clip.OfAsync(new FragmentedClip(Seconds: 26, Fps: 5, Gop: 5, Size: "64x64"))
    );

    // Thousands of index files are made: in memory where the system has such a place.
    private readonly string _folder = Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/exam-monitor-test-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("exam-monitor-test-").FullName;

    private Script(Clip clip) => Clip = clip;

    public Clip Clip { get; }

    public ManualTimeProvider Time { get; } = new(ArchiveBench.Start);

    public CollectingLedger Ledger { get; } = new();

    public SimulatedVolume Volume { get; private set; } = new();

    /// <summary>Media time that was handed to the journal as written, run by run.</summary>
    public List<(DateTimeOffset Start, DateTimeOffset End)> Handed { get; } = [];

    public FootageOptions Options { get; private init; } = null!;

    public Action<FootageIndex>? WithIndex { get; set; }

    public static async Task<Script> NewAsync()
    {
        var script = new Script(await Source.Value);
        return new(script.Clip)
        {
            Options = new()
            {
                VolumePath = "/simulated",
                IndexPath = Path.Combine(script._folder, "footage.db"),
                Site = SiteId.Of("S1"),
                SegmentLength = TimeSpan.FromSeconds(10),
                FlushInterval = FlushInterval,
            },
        };
    }

    /// <summary>Puts the disk of a dead process under the next one.</summary>
    public void Restart(SimulatedVolume volume) => Volume = volume;

    public FootageArchive Open()
    {
        var archive = FootageArchive.Open(Options, Volume, null, new(Ledger, Time, NullLogger.Instance), CancellationToken.None);
        WithIndex?.Invoke(archive.Context.Index);
        return archive;
    }

    /// <summary>Steps on disk and index of a run.</summary>
    public static async Task<int> CountStepsAsync()
    {
        using var script = await NewAsync();
        return script.Volume.CountSteps(script.Hook, script.Play);
    }

    /// <summary>Runs, and dies at that step.</summary>
    public void DieAt(int step, bool after)
    {
        Volume.DieAt(step, after, Hook, Play);
        WithIndex = null;
    }

    /// <summary>Runs to the end. A death of the process comes out as <see cref="ProcessDeathException"/>.</summary>
    public void Play()
    {
        var archive = Open();
        try
        {
            using var journal = Journal(archive);
            StartRun(journal);
            Feed(journal, 0, 13);
            journal.EndRun(GapCause.Network, null, Time.GetUtcNow());
            Time.Advance(TimeSpan.FromSeconds(1));
            StartRun(journal);
            Feed(journal, 13, 17);
            journal.EndRun(GapCause.Camera, null, Time.GetUtcNow());
            Time.Advance(TimeSpan.FromSeconds(2));
            journal.ChangeGap(GapCause.Authentication, null, Time.GetUtcNow());
            Time.Advance(TimeSpan.FromSeconds(2));
            StartRun(journal);
            Feed(journal, 17, 24);
            Time.Advance(TimeSpan.FromSeconds(1));
            journal.Idle(Time.GetUtcNow());
            journal.Close(GapCause.Agent, null, Time.GetUtcNow());
        }
        finally
        {
            archive.Context.Index.Dispose();
        }
    }

    /// <summary>After a death: opens, records a little more, closes.</summary>
    public void PlayAgain()
    {
        Time.Advance(TimeSpan.FromSeconds(30));
        var archive = Open();
        try
        {
            using var journal = Journal(archive);
            StartRun(journal);
            Feed(journal, 24, 26);
            journal.Close(GapCause.Agent, null, Time.GetUtcNow());
        }
        finally
        {
            archive.Context.Index.Dispose();
        }
    }

    public void Dispose()
    {
        Directory.Delete(Path.GetDirectoryName(Options.IndexPath)!, recursive: true);
        if (Directory.Exists(_folder))
            Directory.Delete(_folder, recursive: true);
    }

    public static CameraJournal Journal(FootageArchive archive)
    {
        var context = archive.Context;
        context.Index.Write(t => t.AddCamera(ArchiveBench.Room, ArchiveBench.Camera, context.NowMs));
        return new CameraJournal(context, context.Index.Read(q => q.Camera(ArchiveBench.Room, ArchiveBench.Camera))!);
    }

    public void StartRun(CameraJournal journal) => journal.StartRun(Clip.Initialization, new RunFacts("aac", false), Time.GetUtcNow());

    public void Feed(CameraJournal journal, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var start = Time.GetUtcNow();
            Time.Advance(new Pts90k(Clip.Fragments[i].Duration).ToTimeSpan());
            journal.Append(Clip.Fragments[i], Time.GetUtcNow());
            Handed.Add((start, Time.GetUtcNow()));
        }
    }

    private void Hook(Action tick) => WithIndex = index => index.BeforeWrite = tick;
}
