using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Evidence;
using ExamMonitor.Problems;
using ExamMonitor.TestKit;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace ExamMonitor.Agent.Tests.Problems;

public sealed class EvidenceStoreTests : IDisposable
{
    private static readonly DateTimeOffset s_now = TimeProvider.System.GetUtcNow();
    private static readonly (RoomId Room, CameraId C1, CameraId C2, StationId Station) s_ids = (
        RoomId.Of("R1"),
        CameraId.Of("C1"),
        CameraId.Of("C2"),
        StationId.Of("S1")
    );
    private readonly TempFolder _folder = new();
    private readonly EvidenceCache _shelf = new();

    public void Dispose() => _folder.Dispose();

    private EvidenceStore Store(long bytes = 1_000_000) =>
        new(_folder["evidence"], _shelf, new(TimeSpan.FromDays(30), bytes), NullLogger<EvidenceStore>.Instance);

    private static Problem Of(string id, string code, CameraId? camera, StationId? station) =>
        new(id, new(code, new(s_ids.Room, camera, station), Severity.Critical, new("x", "x"), "/live"), s_now);

    private void Shelve(CameraId camera, StationId? station, byte mark = 7, int secondsAgo = 1) =>
        _shelf.Put(new(s_ids.Room, camera, station, s_now.AddSeconds(-secondsAgo), [1, mark], [2, mark]));

    [Fact]
    public void Keep_CameraAndStation_EachGetTheirOwnPair()
    {
        Shelve(s_ids.C1, null, 1);
        Shelve(s_ids.C1, s_ids.Station, 2);
        Shelve(s_ids.C2, s_ids.Station, 3);
        var store = Store();
        Assert.Equal("/api/v1/rooms/R1/cameras/C1/problems/p-1/now.jpg", store.Keep(Of("p-1", "camera-covered", s_ids.C1, null)));
        Assert.Equal("/api/v1/rooms/R1/cameras/C2/problems/p-2/now.jpg", store.Keep(Of("p-2", "station-not-covered", null, s_ids.Station)));
        Assert.Equal([2, 3], File.ReadAllBytes(Store().PathOf(s_ids.Room, s_ids.C2, "p-2", "now")!));
        Assert.Equal([1, 3], File.ReadAllBytes(Store().PathOf(s_ids.Room, s_ids.C2, "p-2", "reference")!));
    }

    [Fact]
    public void Keep_NoneStaleOrNotOfThePicture_KeepsNothing()
    {
        Shelve(s_ids.C1, null, secondsAgo: 300);
        Shelve(s_ids.C2, null);
        Assert.Null(Store().Keep(Of("p", "camera-covered", s_ids.C1, null)));
        Assert.Null(Store().Keep(Of("p", "sound-silent", s_ids.C2, null)));
        Assert.Null(Store().Keep(Of("p", "station-not-lit", null, s_ids.Station)));
        Assert.NotNull(Store().Keep(Of("p", "camera-covered", s_ids.C2, null)));
    }

    [Fact]
    public void Keep_MoreThanTheBounds_LetsTheOldestGo()
    {
        Shelve(s_ids.C1, null);
        var store = Store(bytes: 500);
        for (var i = 0; i < 6; i++)
        {
            store.Keep(Of($"p{i}", "camera-covered", s_ids.C1, null));
            foreach (var file in Directory.GetFiles(_folder["evidence"], $"p{i}.*", SearchOption.AllDirectories))
                File.SetLastWriteTimeUtc(file, s_now.UtcDateTime.AddHours(i - 10));
        }

        store.Prune(s_now);
        Assert.True(File.Exists(store.PathOf(s_ids.Room, s_ids.C1, "p5", "now")));
        Assert.False(File.Exists(store.PathOf(s_ids.Room, s_ids.C1, "p0", "now")));
        Assert.InRange(
            Directory.GetFiles(_folder["evidence"], "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length),
            150,
            500
        );
        store.Prune(s_now.AddDays(31));
        Assert.Empty(Directory.GetFiles(_folder["evidence"], "*", SearchOption.AllDirectories));
    }

    [Theory]
    [InlineData("../p", "now")]
    [InlineData("p", "../now")]
    [InlineData("p/q", "now")]
    [InlineData("", "now")]
    [InlineData("P", "now")]
    public void PathOf_NameThatCannotBe_IsNone(string problem, string picture) =>
        Assert.Null(Store().PathOf(s_ids.Room, s_ids.C1, problem, picture));

    [Fact]
    public void Find_PictureOfAnExceptionsOnset_IsTheStationsOrTheCamerasThatCouldNotSay()
    {
        Shelve(s_ids.C1, null);
        Shelve(s_ids.C2, s_ids.Station);
        var store = Store();
        store.Keep(Of("p-1", "camera-covered", s_ids.C1, null));
        store.Keep(Of("p-2", "station-not-covered", null, s_ids.Station));
        string? Find(string reason, int from) =>
            store.Find(s_ids.Room, s_ids.Station, reason, s_now.AddSeconds(from), s_now.AddSeconds(from + 60));
        Assert.Equal("/api/v1/rooms/R1/cameras/C2/problems/p-2/now.jpg", Find("obstructed", -2));
        Assert.Equal("/api/v1/rooms/R1/cameras/C1/problems/p-1/now.jpg", Find("camera:covered", -2));
        Assert.Null(Find("camera:frozen", -2));
        Assert.Null(Find("obstructed", -600));
        Assert.Null(store.Find(RoomId.Of("R2"), s_ids.Station, "obstructed", s_now, s_now.AddMinutes(1)));
    }

    [Fact]
    public void Shelf_MoreThanItHolds_ForgetsTheOldest()
    {
        for (var i = 0; i <= EvidenceCache.Most; i++)
            Shelve(CameraId.Of($"C{i}"), null);
        Assert.Null(_shelf.Find(s_ids.Room, CameraId.Of("C0"), null));
        Assert.NotNull(_shelf.Find(s_ids.Room, CameraId.Of($"C{EvidenceCache.Most}"), null));
    }

    [Fact]
    public void WithPictures_Opened_IsInTheStepAndStaysThroughChangesAndARestart()
    {
        var observed = Of("x", "camera-covered", s_ids.C1, null).Observed;
        var book = ProblemState.Empty.Observe(s_now, [observed], _ => true).WithPictures(p => "/kept/" + p.Observed.Code);
        Assert.Equal("/kept/camera-covered", Assert.Single(book.Pending).Problem.Evidence);
        var store = new ProblemStore(_folder["problems.json"]);
        store.Save(book.Delivered(1));
        var after = store.Load(out _).Observe(s_now.AddSeconds(1), [observed], _ => true);
        Assert.Empty(after.Pending);
        after = after
            .Observe(s_now.AddSeconds(2), [observed with { Severity = Severity.Warning }], _ => true)
            .WithPictures(_ => "/other")
            .Observe(s_now.AddSeconds(3), [], _ => true);
        Assert.Equal(["/kept/camera-covered", "/kept/camera-covered"], after.Pending.Select(s => s.Problem.Evidence));
    }
}
