using System.Buffers.Binary;
using System.IO.Pipelines;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Tests.Judging;
using ExamMonitor.Coverage.Vision;
using ExamMonitor.Coverage.Watching;
using Xunit;

namespace ExamMonitor.Coverage.Tests.Watching;

public sealed class WatchTests : IDisposable
{
    private static readonly WatchedName s_name = new(RoomId.Of("R1"), CameraId.Of("C1"));
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("watch-");
    private readonly SyntheticRoom _room = new();

    [Fact]
    public async Task Pictures_OfferedToTheChild_ComeBackAsVerdicts()
    {
        await using var bench = Start(Configuration());
        await bench.UntilAsync(l => l.ReadyWith is not null);
        Assert.Equal([s_name], bench.Listener.ReadyWith!.Watched);
        for (var s = 0; s < 8; s++)
        {
            bench.Link.Offer(s_name, SyntheticRoom.Size, _room.Frame(s), SyntheticWatch.At(s));
            await bench.UntilAsync(l => l.Pictures > s);
        }

        var last = bench.Listener.Verdicts[^1];
        Assert.Equal([CameraHealth.Ok], last.Camera.Health);
        Assert.True(Assert.Single(last.Camera.Stations).Covered);
        Assert.Equal(SyntheticWatch.At(7), last.Camera.At);
    }

    [Fact]
    public async Task Pictures_OfferedFasterThanJudged_AreDroppedAndCounted_AndTheNewestIsJudged()
    {
        await using var bench = Start(Configuration());
        await bench.UntilAsync(l => l.ReadyWith is not null);
        for (var s = 0; s < 60; s++)
            bench.Link.Offer(s_name, SyntheticRoom.Size, _room.Frame(s % 4), SyntheticWatch.At(s));
        await bench.UntilAsync(l => l.Pictures + bench.Link.Dropped == 60);
        Assert.True(bench.Link.Dropped > 0);
        // While nothing changes the newest one may have been set aside.
        Assert.InRange(bench.Listener.Verdicts[^1].Camera.At, SyntheticWatch.At(58), SyntheticWatch.At(59));
    }

    [Fact]
    public async Task CameraCovered_ItsPicturesComeOnceAndBeforeTheVerdict_WithTheHiddenPartMarked()
    {
        await using var bench = Start(Configuration());
        await bench.UntilAsync(l => l.ReadyWith is not null);
        for (var s = 0; s < 30; s++)
        {
            var hand = s < 5 ? null : SyntheticRoom.Patch(0, 0, 400, 360, 70);
            bench.Link.Offer(s_name, SyntheticRoom.Size, _room.Frame(s, change: hand), SyntheticWatch.At(s));
            await bench.UntilAsync(l => l.Pictures > s);
        }

        var (evidence, after) = Assert.Single(bench.Listener.Evidence);
        Assert.Null(evidence.Station);
        var settled = bench.Listener.Verdicts.FindIndex(v => v.Camera.Health.Contains(CameraHealth.Covered));
        Assert.Equal((settled, bench.Listener.Verdicts[settled].Camera.At), (after, evidence.At));
        var (reference, now) = (Picture.Decode(evidence.Reference), Picture.Decode(evidence.Now));
        Assert.Equal((SyntheticRoom.Size, SyntheticRoom.Size), (reference.Size, now.Size));
        Assert.True(Redness(now, 200, 180) > 25, "the hidden part is tinted");
        Assert.InRange(Redness(now, 560, 40), -12, 12);
        Assert.InRange(Redness(reference, 200, 180), -12, 12);
        Assert.True(reference.Bgr[PixelOf(120, 90)] < reference.Bgr[PixelOf(120, 90) + 2], "the station is outlined");
    }

    [Fact]
    public async Task Rooms_ChangedWhileTheChildRuns_LeaveACameraWhosePartIsTheSameWhatItLearnt()
    {
        var hand = SyntheticRoom.Patch(0, 0, 400, 360, 70);
        await using var bench = Start(Configuration());
        await bench.UntilAsync(l => l.ReadyWith is not null);
        for (var s = 0; s < 30; s++)
            await OfferAsync(s);
        Assert.Contains(CameraHealth.Covered, bench.Listener.Verdicts[^1].Camera.Health);

        // Another camera comes: a camera that began anew would need seconds to settle.
        await ChangeAsync(
            Configuration(c => new Dictionary<CameraId, string>(c) { [CameraId.Of("C2")] = Path.Combine(_folder.FullName, "C1.png") })
        );
        Assert.Equal(2, bench.Listener.ReadyWith!.Watched.Count);
        await OfferAsync(30);
        Assert.Contains(CameraHealth.Covered, bench.Listener.Verdicts[^1].Camera.Health);

        // Its own station moves: what was learnt held for the map of before.
        var room = Configuration().Rooms[0];
        await ChangeAsync(new([room with { Map = room.Map with { Stations = [room.Map.Stations[0] with { Center = new(2, 2) }] } }]));
        await OfferAsync(31);
        Assert.DoesNotContain(CameraHealth.Covered, bench.Listener.Verdicts[^1].Camera.Health);

        async Task OfferAsync(int s)
        {
            bench.Link.Offer(s_name, SyntheticRoom.Size, _room.Frame(s, change: s < 5 ? null : hand), SyntheticWatch.At(s));
            await bench.UntilAsync(l => l.Pictures > s);
        }

        async Task ChangeAsync(WatchConfiguration configuration)
        {
            var before = bench.Listener.ReadyWith;
            bench.Link.Configure(configuration);
            await bench.UntilAsync(l => !ReferenceEquals(l.ReadyWith, before));
        }
    }

    private static int PixelOf(int x, int y) => ((y * SyntheticRoom.Width) + x) * 3;

    private static int Redness(Picture picture, int x, int y) => picture.Bgr[PixelOf(x, y) + 2] - picture.Bgr[PixelOf(x, y)];

    [Fact]
    public async Task CameraWithoutReadableReference_IsRefusedWithAReason_AndTheOthersAreWatched()
    {
        var configuration = Configuration(c => new Dictionary<CameraId, string>(c)
        {
            [CameraId.Of("C2")] = Path.Combine(_folder.FullName, "missing.png"),
        });
        await using var bench = Start(configuration);
        await bench.UntilAsync(l => l.ReadyWith is not null);
        var refusal = Assert.Single(bench.Listener.ReadyWith!.Refused);
        Assert.Equal("C2", refusal.Camera.Text);
        Assert.Contains("missing.png", refusal.Text.En, StringComparison.Ordinal);
        Assert.Equal([s_name], bench.Listener.ReadyWith.Watched);
    }

    [Fact]
    public async Task PictureTooSmallToMeasure_IsRefused_AndTheLinkGoesOn()
    {
        await using var bench = Start(Configuration());
        bench.Link.Offer(s_name, new(16, 16), new byte[384], SyntheticWatch.At(0));
        await bench.UntilAsync(l => l.Refusals.Count == 1);
        bench.Link.Offer(s_name, SyntheticRoom.Size, _room.Frame(0), SyntheticWatch.At(1));
        await bench.UntilAsync(l => l.Verdicts.Count == 1);
    }

    [Fact]
    public async Task Child_ThatEnds_EndsTheLinkWithAnError()
    {
        var (toChild, fromChild) = (new Pipe(), new Pipe());
        using var link = new WatchLink(toChild.Writer.AsStream(), fromChild.Reader.AsStream(), Configuration(), new Recorder());
        var running = link.RunAsync(CancellationToken.None);
        await fromChild.Writer.CompleteAsync();
        await Assert.ThrowsAnyAsync<IOException>(() => running.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    [Theory]
    [InlineData(2, int.MaxValue)]
    [InlineData(2, -1)]
    [InlineData(1, 17 << 20)]
    [InlineData(3, 9)]
    [InlineData(99, 1)]
    [InlineData(17, 4)]
    [InlineData(19, 1)]
    public async Task Server_GivenAHostileLengthOrKind_RefusesBeforeReadingOn(int kind, int length)
    {
        var input = new MemoryStream();
        input.Write(WatchFrames.Json(WatchKind.Configure, Configuration()));
        Span<byte> header = stackalloc byte[5];
        BinaryPrimitives.WriteInt32LittleEndian(header, length);
        header[4] = (byte)kind;
        input.Write(header);
        input.Write(new byte[64]);
        input.Position = 0;
        await Assert.ThrowsAnyAsync<WatchProtocolException>(() => WatchServer.RunAsync(input, new MemoryStream(), CancellationToken.None));
    }

    [Fact]
    public async Task Server_GivenRandomBytesForPictures_NeverFailsOtherThanByProtocol()
    {
        var random = new Random(11);
        for (var i = 0; i < 300; i++)
        {
            var payload = new byte[random.Next(0, 400)];
            random.NextBytes(payload);
            var input = new MemoryStream();
            input.Write(WatchFrames.Json(WatchKind.Configure, new WatchConfiguration([])));
            var header = new byte[5];
            WatchFrames.WriteHeader(header, WatchKind.Picture, payload.Length);
            input.Write(header);
            input.Write(payload);
            input.Position = 0;
            await Assert.ThrowsAnyAsync<WatchProtocolException>(() =>
                WatchServer.RunAsync(input, new MemoryStream(), CancellationToken.None)
            );
        }
    }

    [Fact]
    public async Task Server_WhosePipeEndsInsideAFrame_SaysSo()
    {
        var input = new MemoryStream([1, 0, 0, 0, 1]);
        await Assert.ThrowsAsync<EndOfStreamException>(() => WatchServer.RunAsync(input, new MemoryStream(), CancellationToken.None));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private WatchConfiguration Configuration(Func<Dictionary<CameraId, string>, Dictionary<CameraId, string>>? change = null)
    {
        var reference = Path.Combine(_folder.FullName, "C1.png");
        if (!File.Exists(reference))
            File.WriteAllBytes(reference, _room.Setup().Reference.EncodePng());
        var top = SyntheticRoom.Worktops[0];
        PixelPoint[] region = [new(top.X, top.Y), new(top.X + top.W, top.Y), new(top.X + top.W, top.Y + top.H), new(top.X, top.Y + top.H)];
        var map = new StationMap(
            StationMap.SchemaName,
            new(RoomId.Of("R1"), "Room", [new(0, 0), new(6, 0), new(6, 6), new(0, 6)], 3),
            [
                new(
                    top.Station,
                    "1",
                    new(1, 1),
                    new(1.2, 0.6),
                    0.75,
                    0,
                    new Dictionary<CameraId, IReadOnlyList<PixelPoint>> { [CameraId.Of("C1")] = region }
                ),
            ],
            [
                new(CameraId.Of("C1"), SyntheticRoom.Size, "C1.png"),
                .. change is null ? (MapCamera[])[] : [new(CameraId.Of("C2"), SyntheticRoom.Size, "missing.png")],
            ]
        );
        var references = new Dictionary<CameraId, string> { [CameraId.Of("C1")] = reference };
        return new([new(map, change is null ? references : change(references))]);
    }

    private static Bench Start(WatchConfiguration configuration) => new(configuration);

    private sealed class Bench : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly Pipe _toChild = new();
        private readonly Pipe _fromChild = new();
        private readonly Task _server;
        private readonly Task _running;

        public Bench(WatchConfiguration configuration)
        {
            Link = new(_toChild.Writer.AsStream(), _fromChild.Reader.AsStream(), configuration, Listener);
            _server = Task.Run(() => WatchServer.RunAsync(_toChild.Reader.AsStream(), _fromChild.Writer.AsStream(), _stop.Token));
            _running = Task.Run(() => Link.RunAsync(_stop.Token));
        }

        public Recorder Listener { get; } = new();

        public WatchLink Link { get; }

        public async Task UntilAsync(Func<Recorder, bool> condition)
        {
            for (var i = 0; i < 3000; i++)
            {
                lock (Listener.Gate)
                {
                    if (condition(Listener))
                        return;
                }

                if (_server.IsFaulted)
                    await _server;
                if (_running.IsFaulted)
                    await _running;
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }

            Assert.Fail("The watch child did not answer in time.");
        }

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _server);
            Link.Dispose();
            _stop.Dispose();
        }
    }

    private sealed class Recorder : IWatchListener
    {
        public Lock Gate { get; } = new();

        public WatchReady? ReadyWith { get; private set; }

        public List<WatchVerdict> Verdicts { get; } = [];

        public List<WatchRefusal> Refusals { get; } = [];

        public void Ready(WatchReady ready)
        {
            lock (Gate)
                ReadyWith = ready;
        }

        public void Judged(WatchVerdict verdict)
        {
            lock (Gate)
                Verdicts.Add(verdict);
        }

        public List<(WatchEvidence Evidence, int After)> Evidence { get; } = [];

        public void Shown(WatchEvidence evidence)
        {
            lock (Gate)
                Evidence.Add((evidence, Verdicts.Count));
        }

        public void Taken()
        {
            lock (Gate)
                Pictures++;
        }

        public int Pictures { get; private set; }

        public void Refused(WatchRefusal refusal)
        {
            lock (Gate)
                Refusals.Add(refusal);
        }
    }
}
