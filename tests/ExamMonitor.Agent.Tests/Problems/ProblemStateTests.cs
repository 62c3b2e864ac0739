using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Problems;
using FsCheck;
using FsCheck.Fluent;
using Xunit;

namespace ExamMonitor.Agent.Tests.Problems;

public sealed class ProblemStateTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"exam-monitor-problems-{Guid.NewGuid():N}", "problems.json");

    public void Dispose()
    {
        if (Directory.Exists(Path.GetDirectoryName(_path)))
            Directory.Delete(Path.GetDirectoryName(_path)!, recursive: true);
    }

    private static Observation Wrong(string code, string camera = "C1", Severity severity = Severity.Critical, string text = "wrong") =>
        new(code, new(RoomId.Of("R1"), CameraId.Of(camera), null), severity, new(text, text));

    private static ProblemState Observe(ProblemState book, int second, params Observation[] wrong) =>
        book.Observe(Start.AddSeconds(second), wrong, _ => true);

    [Fact]
    public void Observe_SameProblemForAMinute_OpensOnceAndClosesOnce()
    {
        var book = ProblemState.Empty;
        for (var second = 0; second < 60; second++)
            book = Observe(book, second, Wrong("camera-covered"));
        book = Observe(Observe(book, 60), 61);
        Assert.Equal([ProblemChange.Opened, ProblemChange.Closed], book.Pending.Select(s => s.Change));
        Assert.Single(book.Pending.Select(s => s.Problem.Id).Distinct());
        Assert.Equal(Start, book.Pending[1].Problem.Since);
        Assert.Empty(book.Open);
    }

    [Fact]
    public void Observe_TextOrSeverityDiffers_IsOneChange()
    {
        var book = Observe(ProblemState.Empty, 0, Wrong("camera-moved", severity: Severity.Warning));
        book = Observe(Observe(book, 1, Wrong("camera-moved")), 2, Wrong("camera-moved"));
        Assert.Equal([ProblemChange.Opened, ProblemChange.Changed], book.Pending.Select(s => s.Change));
        Assert.Equal(Severity.Critical, Assert.Single(book.Open.Values).Observed.Severity);
    }

    [Fact]
    public void Observe_ProblemOutsideTheScope_StaysOpen()
    {
        var book = Observe(ProblemState.Empty, 0, Wrong("camera-covered"), Wrong("camera-covered", "C2"));
        book = book.Observe(Start.AddSeconds(1), [], k => k.Subject.Camera == CameraId.Of("C2"));
        Assert.Equal("C1", Assert.Single(book.Open.Values).Observed.Subject.Camera?.Text);
    }

    [Fact]
    public void Observe_SameProblemAgainInTheSameSecond_GetsAnIdOfItsOwn()
    {
        var book = Observe(Observe(Observe(ProblemState.Empty, 0, Wrong("camera-dark")), 0), 0, Wrong("camera-dark"));
        Assert.Equal(2, book.Pending.Where(s => s.Change == ProblemChange.Opened).Select(s => s.Problem.Id).Distinct().Count());
    }

    [Fact]
    public void Observe_AnySequence_EveryOpenedIsClosedAtMostOnceAndNumbersHaveNoHoles()
    {
        var codes = new[] { "a", "b", "c" };
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                bits =>
                {
                    var book = ProblemState.Empty;
                    for (var i = 0; i < bits.Length; i++)
                        book = Observe(book, i, [.. codes.Where((_, c) => (bits[i] & (1 << c)) != 0).Select(c => Wrong(c))]);
                    var numbers = book
                        .Pending.Select(s => s.Number)
                        .SequenceEqual(Enumerable.Range(1, book.Pending.Count).Select(n => (long)n));
                    return numbers
                        && book.Pending.GroupBy(s => s.Problem.Id)
                            .All(g =>
                                g.First().Change == ProblemChange.Opened
                                && g.Count(s => s.Change == ProblemChange.Closed) == (book.Open.ContainsKey(g.Key) ? 0 : 1)
                                && (book.Open.ContainsKey(g.Key) || g.Last().Change == ProblemChange.Closed)
                            );
                }
            )
            .QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Observe_NobodyCanTellThatItEnded_StaysOpen()
    {
        var book = Observe(ProblemState.Empty, 0, Wrong("camera-covered"));
        Assert.Single(book.Observe(Start.AddSeconds(1), [], _ => true, _ => false).Open);
        Assert.Empty(book.Observe(Start.AddSeconds(1), [], _ => true, _ => true).Open);
    }

    [Fact]
    public void Delivered_PartOfThePending_KeepsTheRest()
    {
        var book = Observe(Observe(ProblemState.Empty, 0, Wrong("a")), 1).Delivered(1);
        Assert.Equal(2, Assert.Single(book.Pending).Number);
    }

    [Fact]
    public void Store_AfterRestart_ProblemIsStillTheSameOne()
    {
        var before = Observe(ProblemState.Empty, 0, Wrong("camera-covered"));
        new ProblemStore(_path).Save(before);
        var loaded = new ProblemStore(_path).Load(out var fault);
        Assert.Null(fault);
        Assert.Single(loaded.Pending);
        var after = Observe(loaded.Delivered(1), 10, Wrong("camera-covered"));
        Assert.Empty(after.Pending);
        Assert.Equal(before.Open.Keys, after.Open.Keys);
        Assert.Equal(2, Observe(after, 11).LastNumber);
    }

    [Fact]
    public void Store_FileIsGarbage_IsPutAsideAndSaidSo()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_path)!);
        File.WriteAllText(_path, "{ half a bo");
        var book = new ProblemStore(_path).Load(out var fault);
        Assert.Empty(book.Open);
        Assert.Contains("put aside", fault, StringComparison.Ordinal);
        Assert.True(File.Exists(_path + ".unreadable"));
    }
}
