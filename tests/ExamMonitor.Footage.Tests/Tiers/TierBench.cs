using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>
/// An archive with committed segments, and an archive tier of it. The archive's clock is the test's; the tier's is the real one, since a
/// server's is.
/// </summary>
internal sealed class TierBench : IAsyncDisposable
{
    private readonly TempFolder _folder = new();
    private ArchiveTier? _tier;

    public ArchiveBench Archive { get; } = new();

    public CollectingTierLedger Ledger { get; } = new();

    public ManualTimeProvider Time { get; } = new(TimeProvider.System.GetUtcNow());

    public string TierPath => _folder["tier"];

    /// <summary>One for every process of a test.</summary>
    public static TierNoteTags Tags { get; } =
        new(
            () =>
                ECDsa.Create(
                    new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = [.. Enumerable.Range(1, 32).Select(i => (byte)i)] }
                ),
            "test"
        );

    public FixedSpans Exam { get; } = new();

    public TierOptions Options { get; set; } = null!;

    public ArchiveTier Tier => _tier ??= ArchiveTier.Of(Archive.Archive!, Options, Tags, Time, NullLogger<ArchiveTier>.Instance);

    public FootageIndex Index => Archive.Archive!.Context.Index;

    public IReadOnlyList<StoredSegment> Segments =>
        Archive.Archive!.FindSegments(
            ArchiveBench.Room,
            ArchiveBench.Camera,
            DateTimeOffset.MinValue.AddYears(1),
            DateTimeOffset.MaxValue.AddYears(-1)
        );

    /// <summary>Segments of about a minute, all of them exam footage of a window that ends in 200 days.</summary>
    public static async Task<TierBench> StartAsync(int minutes = 3, TierOptions? options = null)
    {
        var bench = new TierBench();
        Directory.CreateDirectory(bench.TierPath);
        bench.Options =
            options
            ?? new()
            {
                Kind = TierKind.Folder,
                Path = bench.TierPath,
                Create = true,
            };
        await bench.Archive.OpenAsync();
        var clip = await Clip.OfAsync(new FragmentedClip(Seconds: 62 * minutes, Fps: 2, Gop: 4, Size: "64x64"));
        await bench.Archive.FeedAsync(clip);
        await bench.Archive.SettleAsync();
        bench.Exam.Items.Add(
            new(ArchiveBench.Room, ArchiveBench.Start.AddHours(-1), ArchiveBench.Start.AddHours(2), bench.Time.GetUtcNow().AddDays(200))
        );
        return bench;
    }

    public Task RunAsync(CancellationToken cancellationToken = default) => Tier.RunOnceAsync(Exam, Ledger, null, cancellationToken);

    /// <summary>Another process: the archive and the tier are opened anew.</summary>
    public async Task ReopenAsync()
    {
        CloseTier();
        await Archive.CloseAsync();
        await Archive.OpenAsync();
    }

    public void CloseTier()
    {
        _tier?.Dispose();
        _tier = null;
    }

    /// <summary>Changes the index, as a database tool does.</summary>
    public void Sql(string text)
    {
        using var connection = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Archive.Options.IndexPath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of tests.
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public string LocalPath(StoredSegment segment) => Path.Combine(Archive.VolumePath, segment.Path);

    public CopyRow? Copy(StoredSegment segment) => Index.Read(q => q.CopyOfSegment(segment.Id));

    public async ValueTask DisposeAsync()
    {
        CloseTier();
        await Archive.DisposeAsync();
        _folder.Dispose();
    }
}

/// <summary>Exam footage as a test says.</summary>
internal sealed class FixedSpans : IExamFootage
{
    public List<ExamSpan> Items { get; } = [];

    public IReadOnlyList<ExamSpan> Spans() => [.. Items];
}

/// <summary>A ledger in memory that can fail.</summary>
internal sealed class CollectingTierLedger : ITierLedger
{
    public List<(string Kind, IReadOnlyDictionary<string, string> Facts)> Entries { get; } = [];

    public Func<Exception?>? Fail { get; set; }

    /// <summary>Called after an entry was made; an exception is a crash between the entry and the note of it.</summary>
    public Action? After { get; set; }

    public void Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts)
    {
        if (Fail?.Invoke() is { } failure)
            throw failure;
        Entries.Add((kind, facts));
        After?.Invoke();
    }

    public List<long> RefusedNotes { get; } = [];

    public void Refused(long no) => RefusedNotes.Add(no);

    /// <summary>Segments that were entered elsewhere: all but those with an entry of their removal stand.</summary>
    public HashSet<string> Segments { get; } = new(StringComparer.Ordinal);

    public List<string> RefusedFiles { get; } = [];

    public IReadOnlySet<string> Standing(IReadOnlyCollection<string> paths) =>
        paths
            .Where(p => Segments.Contains(p) && !Entries.Exists(e => e.Kind == "local-removed" && e.Facts["path"] == p))
            .ToHashSet(StringComparer.Ordinal);

    public void RefusedGarbage(string path) => RefusedFiles.Add(path);

    public bool TakesUntagged { get; set; }

    public IReadOnlySet<string> Entered(IReadOnlyCollection<string> ids, long from) =>
        Entries.Skip((int)from).Select(e => e.Facts["id"]).Where(ids.Contains).ToHashSet(StringComparer.Ordinal);

    public int Count(string kind) => Entries.Count(e => e.Kind == kind);
}
