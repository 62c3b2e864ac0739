using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Media.Tests;

public sealed class FragmentFileScannerTests
{
    private static async Task<FragmentFile> ScanAsync(byte[] bytes)
    {
        using var stream = new MemoryStream(bytes);
        return await FragmentFileScanner.ScanAsync(stream, null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task WholeFile_IsListedToItsEnd()
    {
        var clip = await new FragmentedClip(Seconds: 4).BytesAsync();
        var file = await ScanAsync(clip);
        Assert.Null(file.Problem);
        Assert.Equal(4, file.Fragments.Count);
        Assert.Equal(file.Initialization!.Bytes.Length, file.Fragments[0].Offset);
        Assert.Equal(file.Fragments[^1].Offset + file.Fragments[^1].SizeBytes, file.WholeBytes);
    }

    [Fact]
    public async Task CutFile_KeepsWholeFragmentsOnly()
    {
        var clip = await new FragmentedClip(Seconds: 4).BytesAsync();
        var whole = await ScanAsync(clip);
        var cut = await ScanAsync(clip[..(int)(whole.Fragments[3].Offset + 5000)]);
        Assert.Equal(3, cut.Fragments.Count);
        Assert.Equal(whole.Fragments[3].Offset, cut.WholeBytes);
        Assert.True(cut.Problem!.Truncated);
    }

    [Fact]
    public async Task FileWithAZeroedTail_KeepsWholeFragmentsOnly()
    {
        var clip = await new FragmentedClip(Seconds: 4).BytesAsync();
        var whole = await ScanAsync(clip);
        clip.AsSpan((int)whole.Fragments[2].Offset).Clear();
        var zeroed = await ScanAsync(clip);
        Assert.Equal(whole.Fragments[2].Offset, zeroed.WholeBytes);
        Assert.False(zeroed.Problem!.Truncated);
    }

    [Fact]
    public async Task EmptyFile_HoldsNothing()
    {
        var file = await ScanAsync([]);
        Assert.Equal((0L, 0, true), (file.WholeBytes, file.Fragments.Count, file.Problem!.Truncated));
    }
}
