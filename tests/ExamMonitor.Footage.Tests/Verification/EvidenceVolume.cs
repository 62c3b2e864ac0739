using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;
using ExamMonitor.Retention;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>
/// A small volume with everything that a verification reads: segments and a gap, sessions, holds that stand and that were lifted, idle
/// footage that aged, exam footage that two persons let go, heads of many days. Made once by the code that makes real ones; each test gets
/// a copy.
/// </summary>
internal sealed class EvidenceVolume : IDisposable
{
    public const string Origin = "exam-monitor/S1/A1";
    public static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);
    public static readonly RoomId Room = RoomId.Of("R1");
    public static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly Lazy<string> Made = new(() => Make(null));
    private static readonly Lazy<string> MadeVouched = new(() => Make("Fay"));

    /// <param name="vouched">Whether a person vouched for the clock before the exam footage went.</param>
    public EvidenceVolume(bool vouched = false)
    {
        Root = Directory.CreateTempSubdirectory("evidence-").FullName;
        Copy(vouched ? MadeVouched.Value : Made.Value, Root);
    }

    public string Root { get; }

    /// <summary>The verifier's own clock.</summary>
    public DateTimeOffset Now { get; set; } = Start.AddDays(206);

    /// <summary>Keys that were replaced, PEM.</summary>
    public IReadOnlyList<string> EarlierKeys { get; set; } = [];

    public string PublicKeyPath => Path.Combine(Root, "public.pem");

    public string Volume => Path.Combine(Root, "volume");

    public string Ledger => Path.Combine(Volume, "ledger");

    public string KeyPath => Path.Combine(Root, "ledger.key");

    /// <summary>The newest head as somebody else kept it before anything was done to the volume.</summary>
    public string KnownHead => File.ReadAllText(Path.Combine(Root, "known.head"));

    /// <summary>Folder of the newest footage.</summary>
    public string Newest => "2026/09-20/R1/C1";

    /// <summary>Folder of footage that was let go.</summary>
    public string Gone => "2026/03-02/R1/C1";

    public string EntriesFile => Directory.GetFiles(Path.Combine(Ledger, "entries")).Order(StringComparer.Ordinal).Last();

    public string At(string path) => Path.Combine(Volume, path);

    public List<string> Lines(string path) => [.. File.ReadAllText(path).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

    public static void Write(string path, IEnumerable<string> lines) => File.WriteAllText(path, string.Concat(lines.Select(l => l + "\n")));

    public VerificationReport Verify(params string[] knownHeads)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(Root, "public.pem")));
        var terms = new VerificationTerms(key, Origin, KnownHeads: knownHeads) { Now = Now, EarlierKeys = [.. EarlierKeys.Select(KeyOf)] };
        return ArchiveVerifier.Run(Volume, terms, null, TestContext.Current.CancellationToken);
    }

    public FsckReport Fsck(FsckDepth depth)
    {
        using var index = FootageIndex.OpenToRead(Path.Combine(Root, "footage.db"));
        return FootageCare.Check(new DiskVolume(Volume), index, depth, null, TestContext.Current.CancellationToken);
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static ECDsa KeyOf(string pem)
    {
        var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }

    private static string Make(string? voucher)
    {
        var root = Directory.CreateTempSubdirectory("evidence-made-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(root, recursive: true);
        new EvidenceMaker(root, voucher).Run();
        return root;
    }

    private static void Copy(string from, string to)
    {
        foreach (var folder in Directory.GetDirectories(from, "*", SearchOption.AllDirectories))
            Directory.CreateDirectory(Path.Combine(to, Path.GetRelativePath(from, folder)));
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
            File.Copy(file, Path.Combine(to, Path.GetRelativePath(from, file)));
    }
}

/// <summary>Makes the volume: half a year at a site.</summary>
internal sealed class EvidenceMaker(string root, string? voucher)
{
    private readonly ManualTimeProvider _time = new(EvidenceVolume.Start);
    private FootageArchive? _archive;
    private FootageRetention? _retention;

    public void Run()
    {
        var disk = new DiskVolume(Directory.CreateDirectory(Path.Combine(root, "volume")).FullName);
        VolumeIdentity.Create(disk, SiteId.Of("S1"), EvidenceVolume.Start);
        using var log = LedgerLog.Open(Path.Combine(disk.Root, "ledger"), Path.Combine(root, "ledger.key"), EvidenceVolume.Origin);
        var options = new FootageOptions
        {
            VolumePath = disk.Root,
            IndexPath = Path.Combine(root, "footage.db"),
            Site = SiteId.Of("S1"),
        };
        _archive = FootageArchive.Open(
            options,
            disk,
            null,
            new(new FootageLedger(log, _time), _time, NullLogger.Instance),
            CancellationToken.None
        );
        var site = new SiteRetention
        {
            Profiles = ["shandong-rules"],
            IdleDays = 30,
            TimeZone = "UTC",
        };
        _retention = FootageRetention.Open(
            _archive,
            new RetentionLedger(log, _time),
            RetentionRulesReader.Combine(site).Rules,
            new() { ClockAllowance = TimeSpan.FromHours(1), TwoPersons = true }
        );
        March();
        Pass(TimeSpan.FromDays(40), log);
        _retention.Sweep("job:sweep", full: false, CancellationToken.None);
        Pass(TimeSpan.FromDays(150), log);
        if (voucher is not null)
            _retention.TrustClock(voucher);
        var digest = _retention.Propose().Digest;
        _retention.Approve(digest, "Ann", "The window is over.");
        _retention.Approve(digest, "Ben", "The window is over.");
        _retention.Sweep("job:sweep", full: false, CancellationToken.None);
        Pass(EvidenceVolume.Start.AddDays(202) - _time.GetUtcNow(), log);
        September();
        _retention.WriteStatements(new(2026, 9, 20));
        File.WriteAllText(Path.Combine(root, "known.head"), log.Sign(_time.GetUtcNow()));
        File.WriteAllText(Path.Combine(root, "public.pem"), log.ExportPublicKey());
        _archive.Context.Index.Dispose();
    }

    private void March()
    {
        _retention!.RememberSessions(
            [Session("S1", EvidenceVolume.Start.AddHours(9)), Session("S2", EvidenceVolume.Start.AddDays(202).AddHours(9))],
            "Cay"
        );
        for (var hour = 5; hour < 7; hour++)
            Record(hour, 2);
        _time.Advance(TimeSpan.FromHours(9));
        Record(9.25, 3);
        Record(12, 2);
        var at = EvidenceVolume.Start;
        _retention.PlaceHold(
            new([new(EvidenceVolume.Room, null, null, null, at.AddHours(12), at.AddHours(13))], "A dispute.", "Dora", null)
        );
        var lifted = _retention.PlaceHold(
            new([new(null, EvidenceVolume.Camera, null, null, at.AddHours(5), at.AddHours(6))], "A question.", "Dora", null)
        );
        _retention.LiftHold(lifted.Id, "Eve", "It was answered.");
        _archive!.Context.Index.Write(t =>
            t.AddGap(Row().No, new(UnixMs.Of(at.AddHours(14)), UnixMs.Of(at.AddHours(15)), GapCause.Network, new("No answer.", "无应答。")))
        );
        new CameraIndex(_archive.Context, Row()).Finish();
    }

    private void September()
    {
        _time.Advance(TimeSpan.FromHours(9));
        Record(9, 4, 202);
        _time.Advance(TimeSpan.FromHours(15));
    }

    private static ExamSession Session(string id, DateTimeOffset start) =>
        new(ExamSessionId.Of(id), BatchId.Of("B1"), EvidenceVolume.Room, start, start.AddHours(1), "Welding", 12, false);

    private void Pass(TimeSpan by, LedgerLog log)
    {
        for (; by > TimeSpan.Zero; by -= TimeSpan.FromDays(1))
        {
            _time.Advance(by < TimeSpan.FromDays(1) ? by : TimeSpan.FromDays(1));
            _retention!.Now();
        }

        log.Sign(_time.GetUtcNow());
    }

    private CameraRow Row() => _archive!.Context.Index.Read(q => q.Camera(EvidenceVolume.Room, EvidenceVolume.Camera))!;

    private void Record(double hour, int count, int day = 0)
    {
        var context = _archive!.Context;
        context.Index.Write(t => t.AddCamera(EvidenceVolume.Room, EvidenceVolume.Camera, UnixMs.Of(EvidenceVolume.Start)));
        var index = new CameraIndex(context, Row());
        for (var i = 0; i < count; i++)
        {
            var start = EvidenceVolume.Start.AddDays(day).AddHours(hour).AddMinutes(i);
            var path = ArchivePath.Of(EvidenceVolume.Room, EvidenceVolume.Camera, start, 1);
            var content = Encoding.UTF8.GetBytes($"{path.File} {start:O} ".PadRight(400 + i, '.'));
            context.Volume.CreateFolder(path.Folder);
            using (var file = context.Volume.Create(path.File))
            {
                file.Append([content]);
                file.Flush();
            }

            index.Do(t =>
                t.AddSegment(
                    Row().No,
                    new(
                        UnixMs.Of(start),
                        UnixMs.Of(start.AddMinutes(1)),
                        1,
                        path,
                        content.Length,
                        SHA256.HashData(content),
                        0,
                        60 * 90_000,
                        false,
                        content.Length,
                        []
                    )
                )
            );
        }

        index.Finish();
    }
}
