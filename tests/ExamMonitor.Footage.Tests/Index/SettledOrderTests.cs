using ExamMonitor.Recording.Index;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Index;

/// <summary>A row that is settled again, after an index was made anew, is older than what was entered since.</summary>
public sealed class SettledOrderTests
{
    [Fact]
    public void OlderRow_SettledAgain_LeavesTheNewestEntryWhereItIs()
    {
        using var folder = new TempFolder();
        using var index = FootageIndex.Open(folder["footage.db"]);
        index.Write(t => t.AddCamera(ArchiveBench.Room, ArchiveBench.Camera, 0));
        var camera = index.Read(q => q.Cameras())[0].No;
        foreach (var (number, leaf) in (ReadOnlySpan<(long, long)>)[(6, 5), (7, 6), (6, 5)])
            index.Write(t => t.Settle(camera, new(number, IsGap: true, number * 1000, number), leaf));
        Assert.Equal(6, index.Read(q => q.Cameras())[0].LastLeaf);
    }
}
