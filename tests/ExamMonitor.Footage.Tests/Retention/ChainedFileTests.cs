using System.Text;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class ChainedFileTests
{
    private const string Path = "retention/file.jsonl";
    private readonly SimulatedVolume _volume = new();

    private sealed record Line(string Text);

    private static byte[] Format(string text, string previous) => ChainedFile.Format(new Line(text), previous);

    private static string[] Texts(IVolume volume) => [.. ChainedFile.Read(volume, Path).Select(l => ChainedFile.Parse<Line>(l, Path).Text)];

    private byte[] WriteTwo()
    {
        var first = Format("one", ChainedFile.Zeros);
        var second = Format("two", ChainedFile.HashOf(first));
        ChainedFile.Append(_volume, Path, [first, second]);
        return _volume.Bytes(Path);
    }

    [Fact]
    public void Read_WhatWasAppended_IsThereInOrder()
    {
        Assert.Empty(ChainedFile.Read(_volume, Path));
        WriteTwo();
        Assert.Equal(["one", "two"], Texts(_volume));
    }

    [Fact]
    public void Read_LineThatDoesNotFollow_IsRefused()
    {
        WriteTwo();
        ChainedFile.Append(_volume, Path, [Format("three", ChainedFile.Zeros)]);
        Assert.Contains(
            "Line 3",
            Assert.Throws<RetentionException>(() => ChainedFile.Read(_volume, Path)).Message,
            StringComparison.Ordinal
        );
        _volume.Spoil(Path, _ => [.. Format("one", new('1', 64)), (byte)'\n']);
        Assert.Throws<RetentionException>(() => ChainedFile.Read(_volume, Path));
    }

    /// <summary>What a crash leaves behind the last whole line: a beginning, or a page that was never written, to the end or not.</summary>
    [Theory]
    [InlineData("{\"prev")]
    [InlineData("\0\0\0\0")]
    [InlineData("\0\0\0\0\n")]
    [InlineData("\0\0{\"previous\":\"x\"}\n")]
    public void Read_TornTail_EndsBeforeIt(string tail)
    {
        WriteTwo();
        _volume.Spoil(Path, b => [.. b, .. Encoding.UTF8.GetBytes(tail)]);
        Assert.Equal(["one", "two"], Texts(_volume));
        _volume.Spoil(Path, _ => Encoding.UTF8.GetBytes(tail));
        Assert.Empty(ChainedFile.Read(_volume, Path));
    }

    [Fact]
    public void Read_AFileThatIsTooLong_IsRefused()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["retention"]);
        File.Create(folder[Path]).Dispose();
        SetLength(ChainedFile.MaxBytes);
        Assert.Empty(ChainedFile.Read(new DiskVolume(folder.Path), Path));
        SetLength(ChainedFile.MaxBytes + 1);
        Assert.Throws<RetentionException>(() => ChainedFile.Read(new DiskVolume(folder.Path), Path));

        void SetLength(long length)
        {
            using var file = File.OpenWrite(folder[Path]);
            file.SetLength(length);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("no JSON")]
    public void Parse_WhatIsNoSuchLine_IsRefused(string line) =>
        Assert.Throws<RetentionException>(() => ChainedFile.Parse<Line>(Encoding.UTF8.GetBytes(line), Path));

    [Theory]
    [InlineData("{\"previous\":\"abc\",\"text\":\"one\"}", "abc", "{\"text\":\"one\"}")]
    [InlineData("{\"text\":\"one\",\"previous\":\"abc\"}", null, "{\"text\":\"one\",\"previous\":\"abc\"}")]
    [InlineData("{\"previous\":7,\"text\":\"one\"}", null, "{\"previous\":7,\"text\":\"one\"}")]
    [InlineData("{\"previous\":\"abc\"}", "abc", "{\"previous\":\"abc\"}")]
    [InlineData("no JSON", null, "no JSON")]
    [InlineData("{}", null, "{}")]
    [InlineData("[1]", null, "[1]")]
    [InlineData("[\"previous\",\"abc\"]", null, "[\"previous\",\"abc\"]")]
    [InlineData("", null, "")]
    public void Link_OfALine_IsItsFirstMember(string line, string? previous, string rest)
    {
        Assert.Equal(previous, ChainedFile.PreviousOf(Encoding.UTF8.GetBytes(line)));
        Assert.Equal(rest, Encoding.UTF8.GetString(ChainedFile.WithoutLink(Encoding.UTF8.GetBytes(line))));
    }

    /// <summary>A crash may have left a beginning of the new file; the exchange is on the disk when it is done.</summary>
    [Fact]
    public void Replace_BesideALeftover_IsWholeAfterAPowerCut()
    {
        ChainedFile.Replace(_volume, Path, "old"u8.ToArray());
        using (var left = _volume.Create(Path + ".new"))
            left.Append(["half"u8.ToArray()]);
        ChainedFile.Replace(_volume, Path, "new"u8.ToArray());
        for (var seed = 0; seed < 20; seed++)
        {
            var after = _volume.AfterPowerCut(seed);
            Assert.Equal("new", Encoding.UTF8.GetString(after.Bytes(Path)));
            Assert.Equal([Path], after.AllFiles());
        }
    }
}
