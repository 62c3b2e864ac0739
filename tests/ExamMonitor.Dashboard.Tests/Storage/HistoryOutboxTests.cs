using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.TestKit;

namespace ExamMonitor.Dashboard.Tests.Storage;

/// <summary>Facts that wait on disk, cut at any byte by a crash.</summary>
public sealed class HistoryOutboxTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string Path => _folder["history-outbox.jsonl"];

    /// <summary>The line that was being written may be lost; what was there before it, and what comes after it, is not.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(-1)]
    public void Append_AfterACrashInTheMiddleOfALine_LosesNothingElse(int kept)
    {
        var before = new HistoryOutbox(_folder.Path);
        Assert.True(before.Append([Fact("a")]));
        var length = new FileInfo(Path).Length;
        Assert.True(before.Append([Fact("b")]));
        using (var file = new FileStream(Path, FileMode.Open))
            file.SetLength(kept < 0 ? file.Length - 1 : length + kept);
        var after = new HistoryOutbox(_folder.Path);
        Assert.True(after.Append([Fact("c"), Fact("d")]));
        Assert.Equal(kept < 0 ? ["a", "b", "c", "d"] : ["a", "c", "d"], Drain(after));
        Assert.Equal(0, after.Waiting);
    }

    /// <summary>The same process goes on after a full disk took half a line.</summary>
    [Fact]
    public void Append_AfterHalfAWrite_BeginsALineOfItsOwn()
    {
        var outbox = new HistoryOutbox(_folder.Path);
        Assert.True(outbox.Append([Fact("a")]));
        File.AppendAllText(Path, "{\"kind\":\"prob");
        Assert.True(outbox.Append([Fact("b")]));
        Assert.Equal(["a", "b"], Drain(outbox));
    }

    public void Dispose() => _folder.Dispose();

    private static ProblemFact Fact(string id) =>
        new(DemoFloor.Site, DemoFloor.Problem(id, ProblemChange.Opened, DateTimeOffset.UnixEpoch.AddYears(56), 1));

    private static List<string> Drain(HistoryOutbox outbox)
    {
        var found = new List<string>();
        while (outbox.Oldest(2) is { Lines: > 0 } some)
        {
            found.AddRange(some.Facts.OfType<ProblemFact>().Select(f => f.Event.Id));
            outbox.Take(some.End, some.Lines);
        }

        return found;
    }
}
