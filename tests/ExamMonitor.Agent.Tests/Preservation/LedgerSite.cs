using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Media;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Preservation.Scrubbing;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;
using ExamMonitor.Retention;
using ExamMonitor.Retention.Scrubbing;
using ExamMonitor.TestKit;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Agent.Tests.Preservation;

/// <summary>
/// A volume with footage, holds, rules and a signed ledger, and the agent's folder beside it: opened, stopped and tampered with.
/// </summary>
internal sealed class LedgerSite : IDisposable
{
    private static readonly RoomId Room = RoomId.Of("R7");
    private static readonly CameraId Camera = CameraId.Of("C1");
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    public string Volume => _folder["volume"];

    public string Ledger => Path.Combine(Volume, "ledger");

    public string Heads => _folder["heads"];

    public string Key => _folder["key.pem"];

    public string Index => _folder["index.db"];

    public string Entries => Directory.GetFiles(Path.Combine(Ledger, "entries")).Single();

    public string Anchor => Directory.GetFiles(_folder["heads"]).Single();

    public string DayHeads => Directory.GetFiles(Path.Combine(Ledger, "checkpoints")).Single();

    /// <summary>Segment files, oldest first.</summary>
    public IReadOnlyList<string> Segments =>
        [.. Directory.GetFiles(Volume, "*.mp4", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    public void Dispose() => _folder.Dispose();

    public string RelativeOf(string file) => Path.GetRelativePath(Volume, file).Replace('\\', '/');

    /// <summary>Records segments, a head after each, and stops in order.</summary>
    public async Task FillAsync(int segments)
    {
        await using var open = await OpenAsync();
        for (var i = 0; i < segments; i++)
        {
            await RecordAsync(open.Archive);
            open.Ledger.SignIfChanged();
        }

        open.Desk.Place(
            new(new(null, null, _time.GetUtcNow().AddDays(-1), _time.GetUtcNow().AddDays(1), null, null), null),
            new("Wang", "complaint"),
            _time.GetUtcNow()
        );
        await open.Archive.DisposeAsync();
        open.Ledger.SignIfChanged();
    }

    /// <summary>Starts the agent's parts, lets the scrub look at everything, signs, and stops: the names of the problems.</summary>
    public async Task<IReadOnlyList<string>> StartAsync()
    {
        await using var open = await OpenAsync();
        var desk = new ScrubService(_folder["scrub.json"], open.Ledger, NullLogger<ScrubService>.Instance);
        var source = new ArchiveScrubSource(open.Archive, open.Ledger.Log);
        foreach (var segment in source.WithoutDayLine(DateTimeOffset.UnixEpoch))
            desk.Take(new LedgerFinding(LedgerDamage.DayLineChanged, ScrubService.DayLineOf(segment.Path)));
        var slice = await new Scrubber(source, _time).RunAsync(desk.State, long.MaxValue, null, () => true, CancellationToken.None);
        new LedgerScrubber(open.Ledger.Log, desk.Take).Run(new(), int.MaxValue, () => true);
        desk.Take(new(), slice with { Finished = false, New = [.. slice.New.Where(f => f.Kind != ScrubMismatch.DayLine)] });
        if (open.Ledger.Log.MaySign)
            open.Ledger.Log.Sign(_time.GetUtcNow());
        var names = desk.Observe(_time.GetUtcNow(), TimeSpan.FromDays(30)).Select(o => o.Code).ToList();
        if (open.Retention.Problems.Count > 0)
            names.Add("retention-unreadable");
        return [.. names.Order(StringComparer.Ordinal)];
    }

    /// <summary>One run of the scrub's job; hurried as <c>ledger scrub --now</c> does.</summary>
    /// <returns>State afterwards, problems, and whether the hurry has ended.</returns>
    public async Task<(ScrubState State, IReadOnlyList<string> Problems, bool IsHurried)> ScrubAsync(bool now)
    {
        await using var open = await OpenAsync();
        var scrub = new ScrubService(_folder["scrub.json"], open.Ledger, NullLogger<ScrubService>.Instance) { HasLookedAtDayLines = true };
        if (now)
            ExamMonitor.Agent.Api.LedgerEndpoints.ScrubNow(scrub, open.Archive);
        var job = new ScrubJob(scrub, open.Archive, open.Ledger, new(), _time, new Lifetime());
        var running = job.Execute(null!).AsTask();
        while (!running.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        }

        await running;
        return (scrub.State, [.. scrub.Observe(_time.GetUtcNow(), TimeSpan.FromDays(30)).Select(o => o.Code)], scrub.IsHurried);
    }

    /// <summary>Lets time pass.</summary>
    public void Pass(TimeSpan by) => _time.Advance(by);

    /// <summary>Appends a line to the newest file of entries, as a text editor does.</summary>
    public void AppendLine(string line) => File.AppendAllText(Entries, line + "\n");

    /// <summary>Writes the lines of the ledger anew.</summary>
    public void RewriteEntries(Func<IReadOnlyList<string>, IEnumerable<string>> change) =>
        File.WriteAllText(Entries, string.Concat(change(File.ReadAllLines(Entries)).Select(l => l + "\n")));

    /// <summary>Changes the index, as a database tool does.</summary>
    public void WriteIndex(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Index};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Texts of tests.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    /// <summary>Flips a bit of a file.</summary>
    public static void Flip(string path, int at)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[at] ^= 1;
        File.WriteAllBytes(path, bytes);
    }

    /// <summary>Everything of the ledger as text, to look for a line in.</summary>
    public string ReadEntries() => File.ReadAllText(Entries, Encoding.UTF8);

    private async Task RecordAsync(FootageArchive archive)
    {
        using var stream = new MemoryStream(await new FragmentedClip(Seconds: 4, Fps: 5, Gop: 5, Size: "64x64").BytesAsync());
        var reader = new FragmentReader(stream);
        var recorder = archive.Recorder(Room, Camera);
        var before = archive.HeldBytes();
        await recorder.StartRunAsync(
            await reader.ReadInitializationAsync(CancellationToken.None),
            new("aac", false),
            _time.GetUtcNow(),
            CancellationToken.None
        );
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
        {
            _time.Advance(new Pts90k(fragment.Duration).ToTimeSpan());
            await recorder.AppendAsync(fragment, _time.GetUtcNow(), CancellationToken.None);
        }

        await recorder.EndRunAsync(GapCause.Network, null, _time.GetUtcNow(), CancellationToken.None);
        // A segment that waits for another run is committed after a minute.
        _time.Advance(TimeSpan.FromSeconds(100));
        await Eventually.TrueAsync(() => archive.HeldBytes() > before, TimeSpan.FromSeconds(20));
    }

    private async Task<Open> OpenAsync()
    {
        Directory.CreateDirectory(Volume);
        var ledger = new VolumeLedger(Volume, Key, SiteId.Of("S"), AgentId.Of("A"), _time, _folder["heads"]);
        try
        {
            var archive = await FootageArchive.OpenAsync(
                new()
                {
                    VolumePath = Volume,
                    IndexPath = Index,
                    Site = SiteId.Of("S"),
                },
                ledger,
                _time,
                NullLogger<FootageArchive>.Instance,
                CancellationToken.None
            );
            var rules = RetentionRulesReader.Combine(new SiteRetention { IdleDays = 30 }).Rules;
            var retention = FootageRetention.Open(archive, new RetentionLedger(ledger.Log, _time), rules, new());
            return new(archive, ledger, retention, new(retention, new SiteCalendar(TimeZoneInfo.Utc)));
        }
        catch
        {
            ledger.Dispose();
            throw;
        }
    }

    private sealed record Open(FootageArchive Archive, VolumeLedger Ledger, FootageRetention Retention, HoldService Desk) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Archive.DisposeAsync();
            Ledger.Dispose();
        }
    }

    private sealed class Lifetime : Microsoft.Extensions.Hosting.IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => throw new NotSupportedException();
    }
}
