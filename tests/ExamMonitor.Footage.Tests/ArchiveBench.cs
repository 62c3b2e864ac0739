using System.Diagnostics;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests;

/// <summary>An archive in a folder of its own, one camera, and a clock that the test moves.</summary>
internal sealed class ArchiveBench : IAsyncDisposable
{
    public static readonly RoomId Room = RoomId.Of("R7");
    public static readonly CameraId Camera = CameraId.Of("C1");
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);

    private readonly TempFolder _folder = new();

    public ArchiveBench()
    {
        Directory.CreateDirectory(_folder["volume"]);
        Options = new()
        {
            VolumePath = _folder["volume"],
            IndexPath = _folder["index/footage.db"],
            Site = SiteId.Of("S1"),
        };
    }

    public FootageOptions Options { get; set; }

    public ManualTimeProvider Time { get; } = new(Start);

    public string VolumePath => _folder["volume"];

    public FootageArchive? Archive { get; private set; }

    public CollectingLedger Ledger { get; } = new();

    public async Task<FootageArchive> OpenAsync() =>
        Archive = await FootageArchive.OpenAsync(Options, Ledger, Time, NullLogger<FootageArchive>.Instance, CancellationToken.None);

    public async Task CloseAsync()
    {
        if (Archive is not null)
            await Archive.DisposeAsync();
        Archive = null;
    }

    public async ValueTask DisposeAsync()
    {
        await CloseAsync();
        _folder.Dispose();
    }

    /// <summary>Feeds a clip as a run; the clock moves to each fragment's end before it arrives.</summary>
    public async Task FeedAsync(Clip clip, int? count = null, bool end = true)
    {
        var recorder = Archive!.Recorder(Room, Camera);
        await recorder.StartRunAsync(clip.Initialization, new RunFacts("aac", false), Time.GetUtcNow(), CancellationToken.None);
        foreach (var fragment in clip.Fragments.Take(count ?? int.MaxValue))
        {
            Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.DrainAsync();
        if (end)
            await recorder.EndRunAsync(GapCause.Network, new("Cable.", "网线。"), Time.GetUtcNow(), CancellationToken.None);
    }

    /// <summary>Records a few seconds of the same camera's name in another room, and commits them.</summary>
    public async Task RecordOtherRoomAsync(string room)
    {
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 6, Fps: 5, Gop: 5, Size: "64x64"));
        var recorder = Archive!.Recorder(RoomId.Of(room), Camera);
        await recorder.StartRunAsync(clip.Initialization, new RunFacts("aac", false), Time.GetUtcNow(), CancellationToken.None);
        foreach (var fragment in clip.Fragments)
        {
            Time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, Time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, Time.GetUtcNow(), CancellationToken.None);
        Time.Advance(TimeSpan.FromSeconds(100));
        await recorder.DrainAsync();
    }

    /// <summary>Lets a minute pass, so that a segment which waits for another run is committed.</summary>
    public async Task SettleAsync()
    {
        Time.Advance(TimeSpan.FromSeconds(100));
        await Archive!.Recorder(Room, Camera).DrainAsync();
    }

    public string[] Files(string pattern) =>
        [.. Directory.GetFiles(VolumePath, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    /// <summary>Runs a program and returns what it said; fails when it fails.</summary>
    public static async Task<(string Output, string Errors)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? (await output, errors) : throw new InvalidOperationException($"{program}: {errors}");
    }

    /// <summary>Fails unless every picture and sound of a file decodes without a word of complaint.</summary>
    public static async Task PlaysAsync(string file)
    {
        var (_, errors) = await RunAsync("ffmpeg", "-v", "error", "-nostdin", "-xerror", "-i", file, "-map", "0", "-f", "null", "-");
        Xunit.Assert.Equal("", errors);
    }
}

/// <summary>A clip cut into fragments.</summary>
internal sealed record Clip(InitializationSegment Initialization, IReadOnlyList<Fragment> Fragments)
{
    public static async Task<Clip> OfAsync(FragmentedClip shape)
    {
        using var stream = new MemoryStream(await shape.BytesAsync());
        var reader = new FragmentReader(stream);
        var initialization = await reader.ReadInitializationAsync(CancellationToken.None);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
            fragments.Add(fragment);
        return new(initialization, fragments);
    }
}

/// <summary>A ledger in memory that obeys <see cref="ILedgerSink"/>.</summary>
internal sealed class CollectingLedger : ILedgerSink
{
    private readonly Lock _gate = new();

    public List<FootageLeaf> Leaves { get; } = [];

    public Func<FootageLeaf, Exception?>? Fail { get; set; }

    public long Append(FootageLeaf leaf)
    {
        lock (_gate)
        {
            var had = Leaves.FindIndex(l => l.Room == leaf.Room && l.Camera == leaf.Camera && l.Number == leaf.Number);
            if (had >= 0)
                return had;
            if (Fail?.Invoke(leaf) is { } failure)
                throw failure;
            Leaves.Add(leaf);
            return Leaves.Count - 1;
        }
    }

    public IEnumerable<EnteredItem> Items()
    {
        lock (_gate)
            return
            [
                .. Leaves.Select(
                    (l, i) => new EnteredItem(i, l.Room.Text, l.Camera.Text, l.Number, l.StartUtc, (l as SegmentLeaf)?.Sha256)
                ),
            ];
    }
}
