using System.Text;
using ExamMonitor.Contracts.Files;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Files;

public sealed class WholeFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Replace_OfAFileThatIsThere_LeavesTheNewContentAndNothingBeside()
    {
        WholeFile.Replace(_folder["mark"], "old"u8);
        WholeFile.Replace(_folder["mark"], "new"u8);
        Assert.Equal("new", File.ReadAllText(_folder["mark"]));
        Assert.Equal([_folder["mark"]], Directory.GetFileSystemEntries(_folder.Path));
    }

    /// <summary>A link at the place of the part file must not lead the bytes elsewhere.</summary>
    [Fact]
    public void Replace_WithALinkInTheWay_LeavesWhatItLeadsTo()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(_folder["other"], "untouched");
        File.CreateSymbolicLink(_folder["mark"] + WholeFile.PartEnding, _folder["other"]);
        WholeFile.Replace(_folder["mark"], Encoding.UTF8.GetBytes("new"));
        Assert.Equal(("untouched", "new"), (File.ReadAllText(_folder["other"]), File.ReadAllText(_folder["mark"])));
        Assert.Null(new FileInfo(_folder["mark"]).LinkTarget);
    }

    [Fact]
    public void ReplacePrivately_OverWhatACrashLeftOpenForOthers_IsTheOwnersAlone()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(_folder["key"] + WholeFile.PartEnding, "half");
        File.SetUnixFileMode(_folder["key"] + WholeFile.PartEnding, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        WholeFile.ReplacePrivately(_folder["key"], "secret"u8);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder["key"]));
    }
}
