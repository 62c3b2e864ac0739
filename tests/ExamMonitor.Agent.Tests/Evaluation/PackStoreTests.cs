using System.IO.Compression;
using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Evaluation;
using ExamMonitor.Packs;
using ExamMonitor.Packs.Zip;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Agent.Tests.Evaluation;

public sealed class PackStoreTests : IDisposable
{
    private const string Clip = "footage/2026/03-02/R1/C1/010000Z.mp4";
    private static readonly DateTimeOffset At = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private readonly TempFolder _folder = new();
    private readonly byte[] _footage = RandomNumberGenerator.GetBytes(50_000);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pack_AfterARestart_IsTheSameToTheByte()
    {
        var summary = Open().Write(Summary("P1"), Drawn(), Held(), At);
        var first = BytesOf(Open().Find("P1")!.Value.Layout);
        Assert.Equal(first.Length, summary.SizeBytes);
        Assert.Equal(summary, Assert.Single(Open().List()) with { Stretches = summary.Stretches });
        Assert.Equal(first, BytesOf(Open().Find("P1")!.Value.Layout));

        // A download that broke off in the clip goes on from there, in another process.
        using var rest = new ZipStream(Open().Find("P1")!.Value.Layout);
        rest.Position = 20_000;
        using var joined = new MemoryStream();
        joined.Write(first, 0, 20_000);
        rest.CopyTo(joined);
        Assert.Equal(first, joined.ToArray());
        using var zip = new ZipArchive(joined, ZipArchiveMode.Read);
        Assert.Equal(["pack.json", "proof/1.txt", Clip], zip.Entries.Select(e => e.FullName));
        using var clip = zip.GetEntry(Clip)!.Open();
        using var read = new MemoryStream();
        clip.CopyTo(read);
        Assert.Equal(_footage, read.ToArray());
    }

    [Fact]
    public void Pack_BrokenOffWhileItWasMade_IsNotThereAndItsOrderIs()
    {
        var order = new PackOrder("P2", At, new PackRequest([ExamSessionId.Of("S1")]), "Li", "renewal");
        Open().Write(order);
        File.WriteAllBytes(_folder["packs/P2.parts"], [1, 2, 3]);
        Assert.Null(Open().Find("P2"));
        Assert.Empty(Open().List());
        Assert.Equal(("P2", "Li", "S1"), Assert.Single(Open().Orders()) is var o ? (o.Id, o.Person, o.Request.Sessions[0].Text) : default);
        Open().Write(Summary("P2"), Drawn(), Held(), At);
        Open().Forget(order);
        Assert.Empty(Open().Orders());
        Open().Remove("P2");
        Assert.Empty(Directory.EnumerateFiles(_folder["packs"]));
    }

    private static PackSummary Summary(string id) =>
        new(id, At, "Li", "renewal", 0, 1, 0, 7, PackState.Ready, [new(ExamSessionId.Of("S1"), RoomId.Of("R1"), At, At.AddHours(1))]);

    private static byte[] BytesOf(ZipLayout layout)
    {
        using var stream = new ZipStream(layout);
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    private ZipLayout Drawn() =>
        new(
            [
                ZipItem.Of("pack.json", "{}"u8.ToArray()),
                ZipItem.Of("proof/1.txt", 5, () => new MemoryStream("proof"u8.ToArray())),
                ZipItem.Of(Clip, _footage.Length, () => new MemoryStream(_footage)),
            ],
            At
        );

    private static Dictionary<string, PackClip> Held() =>
        new(StringComparer.Ordinal)
        {
            [Clip] = new(Clip, RoomId.Of("R1"), CameraId.Of("C1"), At, At.AddMinutes(1), 50_000, new string('0', 64), 3),
        };

    private PackStore Open() =>
        new(
            new EvaluationPlaces(_folder["volume"], _folder["draws"], _folder["packs"], _folder["copies"], TwoPersons: false),
            new Clips(_footage)
        );

    private sealed class Clips(byte[] footage) : IPackClips
    {
        public Stream Open(PackPlanClip clip, string path) => new MemoryStream(footage, writable: false);
    }
}
