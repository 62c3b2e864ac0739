using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Writing;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// An archive with small files for footage, its retention, a clock that the test moves, and a ledger that survives what a ledger survives.
/// </summary>
internal sealed class RetentionWorld : IDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    public static readonly RoomId Room = RoomId.Of("R1");

    private readonly string _folder = Directory.Exists("/dev/shm")
        ? Directory.CreateDirectory($"/dev/shm/exam-monitor-test-{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory("exam-monitor-test-").FullName;

    public RetentionWorld(IVolume? volume = null, SiteRetention? site = null, RetentionOptions? options = null)
    {
        Volume = volume ?? new SimulatedVolumeOf().Volume;
        Site =
            site
            ?? new SiteRetention
            {
                Profiles = ["shandong-rules"],
                IdleDays = 30,
                TimeZone = "UTC",
            };
        Retain = options ?? new RetentionOptions { ClockAllowance = TimeSpan.FromHours(1) };
        Options = new()
        {
            VolumePath = volume?.Root ?? "/simulated",
            IndexPath = Path.Combine(_folder, "footage.db"),
            Site = SiteId.Of("S1"),
        };
    }

    public FootageOptions Options { get; }

    public SiteRetention Site { get; set; }

    public RetentionOptions Retain { get; set; }

    public IVolume Volume { get; set; }

    public Survival.SimulatedVolume Simulated => (Survival.SimulatedVolume)Volume;

    public ManualTimeProvider Time { get; } = new(Start);

    public SurvivingLedger Ledger { get; } = new();

    public FootageArchive? Archive { get; private set; }

    public FootageRetention? Retention { get; private set; }

    public FootageRetention Open()
    {
        Archive = FootageArchive.Open(Options, Volume, null, new(Ledger, Time, NullLogger.Instance), CancellationToken.None);
        Ledger.Time = Time;
        return Retention = FootageRetention.Open(Archive, Ledger, RetentionRulesReader.Combine(Site).Rules, Retain);
    }

    public void Close()
    {
        Archive?.Context.Index.Dispose();
        (Archive, Retention) = (null, null);
    }

    /// <summary>Commits a segment of a few bytes, as the writer would: file, row, day line, ledger.</summary>
    public void Record(CameraId camera, DateTimeOffset start, TimeSpan length, RoomId? room = null) =>
        Record(camera, [(start, length)], room);

    public void Record(CameraId camera, IEnumerable<(DateTimeOffset Start, TimeSpan Length)> segments, RoomId? room = null)
    {
        var context = Archive!.Context;
        context.Index.Write(t => t.AddCamera(room ?? Room, camera, UnixMs.Of(Start)));
        var row = context.Index.Read(q => q.Camera(room ?? Room, camera))!;
        var index = new CameraIndex(context, row);
        foreach (var (start, length) in segments)
        {
            var attempt = 1;
            // As the writer does: a second that was taken, by a clock that was set back, gets a suffix.
            while (context.Volume.Length(ArchivePath.Of(room ?? Room, camera, start, attempt).File) is not null)
                attempt++;
            var path = ArchivePath.Of(room ?? Room, camera, start, attempt);
            var content = Encoding.UTF8.GetBytes($"{path.File} {start:O}");
            context.Volume.CreateFolder(path.Folder);
            using (var file = context.Volume.Create(path.File))
            {
                file.Append([content]);
                file.Flush();
            }

            context.Volume.FlushFolder(path.Folder);
            index.Do(t =>
                t.AddSegment(
                    row.No,
                    new(
                        UnixMs.Of(start),
                        UnixMs.Of(start + length),
                        1,
                        path,
                        content.Length,
                        SHA256.HashData(content),
                        0,
                        (long)(length.TotalSeconds * 90_000),
                        false,
                        10,
                        []
                    )
                )
            );
        }

        index.Finish();
    }

    public static ExamSession Session(
        string id,
        DateTimeOffset start,
        double hours = 2,
        string batch = "B1",
        bool cancelled = false,
        RoomId? room = null
    ) => new(ExamSessionId.Of(id), BatchId.Of(batch), room ?? Room, start, start.AddHours(hours), "Welding", 12, cancelled);

    /// <summary>Lets time pass as a running agent sees it: the clock is taken every hour.</summary>
    public void Pass(TimeSpan by)
    {
        for (; by > TimeSpan.Zero; by -= TimeSpan.FromDays(1))
        {
            Time.Advance(by < TimeSpan.FromDays(1) ? by : TimeSpan.FromDays(1));
            Retention?.Now();
        }
    }

    public SweepReport Sweep(bool full = false) => Retention!.Sweep("job:sweep", full, CancellationToken.None);

    /// <summary>Steps of a sweep on disk, index and ledger.</summary>
    public int CountSteps(Action sweep) => Simulated.CountSteps(Hook, sweep);

    /// <summary>Sweeps in a process that dies at that step, and closes.</summary>
    public void DieAt(int step, bool after)
    {
        Simulated.DieAt(step, after, Hook, () => Sweep());
        Close();
        Ledger.BeforeAppend = null;
    }

    public List<StoredSegment> Held() =>
        [
            .. Archive!
                .Context.Index.Read(q => q.Cameras())
                .SelectMany(c => Archive.Context.Index.Read(q => q.Segments(c, 0, long.MaxValue / 2))),
        ];

    public void Dispose()
    {
        Close();
        Directory.Delete(_folder, recursive: true);
    }

    private sealed class SimulatedVolumeOf
    {
        public Survival.SimulatedVolume Volume { get; } = new();
    }

    private void Hook(Action tick) => (Archive!.Context.Index.BeforeWrite, Ledger.BeforeAppend) = (tick, tick);
}

/// <summary>
/// A ledger in memory: entries survive the death of a process; a power cut takes those behind the last <see cref="Commit"/>.
/// </summary>
internal sealed class SurvivingLedger : IRetentionLedger, ILedgerSink
{
    private readonly Lock _gate = new();
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Dictionary<(string, string, long), long> _leaves = [];
    private int _committed;

    public TimeProvider Time { get; set; } = TimeProvider.System;

    public List<byte[]> Entries { get; } = [];

    public Action? BeforeAppend { get; set; }

    public long Size => Entries.Count;

    public DateTimeOffset? NewestCheckpoint { get; set; }

    public ECDsa Key => _key;

    public (long Size, string Root)? SignedHead => _committed > 0 ? (_committed, RootOf(_committed)!) : null;

    public string? RootOf(long size) => Convert.ToBase64String(SHA256.HashData(Entries[(int)size - 1]));

    public long Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts)
    {
        BeforeAppend?.Invoke();
        lock (_gate)
        {
            Entries.Add(LedgerEntry.Format(kind, Time.GetUtcNow(), room, camera, facts));
            return Entries.Count - 1;
        }
    }

    public long Append(FootageLeaf leaf)
    {
        lock (_gate)
        {
            if (_leaves.TryGetValue((leaf.Room.Text, leaf.Camera.Text, leaf.Number), out var known))
                return known;
            Entries.Add(LedgerEntry.Format(leaf, Time.GetUtcNow()));
            return _leaves[(leaf.Room.Text, leaf.Camera.Text, leaf.Number)] = Entries.Count - 1;
        }
    }

    public long? NewestNumber(RoomId room, CameraId camera) =>
        Items().Where(i => i.Room == room.Text && i.Camera == camera.Text).Max(i => (long?)i.Number);

    public IEnumerable<EnteredItem> Items() =>
        Entries
            .ToList()
            .Select((e, i) => (Entry: LedgerEntry.Parse(e)!, Number: i))
            .Where(e => e.Entry.Number is not null)
            .Select(e => new EnteredItem(
                e.Number,
                e.Entry.Room!,
                e.Entry.Camera!,
                e.Entry.Number!.Value,
                e.Entry.Start!.Value,
                e.Entry.Sha256
            ));

    public void Commit()
    {
        BeforeAppend?.Invoke();
        (_committed, NewestCheckpoint) = (Entries.Count, Time.GetUtcNow());
    }

    public ParsedEntry? ReadProved(long number) => number >= 0 && number < Entries.Count ? LedgerEntry.Parse(Entries[(int)number]) : null;

    public List<LedgerFinding> Findings { get; } = [];

    public void Report(LedgerFinding finding) => Findings.Add(finding);

    public IEnumerable<ParsedEntry?> ReadFrom(long number) => Entries.Skip((int)number).ToList().Select(e => LedgerEntry.Parse(e));

    public string SignNote(string text) => SignedNote.Sign(text, "exam-monitor/S1/A1", _key).Format();

    public bool IsSigned(SignedNote note) => note.IsSignedBy("exam-monitor/S1/A1", _key);

    /// <summary>An older copy takes the place.</summary>
    public void Rewind(int entries)
    {
        Entries.RemoveRange(entries, Entries.Count - entries);
        _committed = Math.Min(_committed, entries);
        foreach (var late in _leaves.Where(l => l.Value >= entries).Select(l => l.Key).ToList())
            _leaves.Remove(late);
    }

    /// <summary>Takes entries that were not on the disk; never those of footage, whose owner tests that.</summary>
    public void LosePower()
    {
        for (
            var i = Entries.Count - 1;
            i >= _committed && LedgerEntry.Parse(Entries[i])!.Kind is not (LedgerEntry.Segment or LedgerEntry.Gap);
            i--
        )
            Entries.RemoveAt(i);
    }
}
