using ExamMonitor.Hosting.Configuration;
using Xunit;

namespace ExamMonitor.Agent.Tests.Configuration;

public sealed class SecretsTests
{
    [Theory]
    [InlineData("rtsp://u:p@host/path", "rtsp://host/path")]
    [InlineData("rtsp://u:p@ss@host:554/path?x=a@b", "rtsp://host:554/path?x=a@b")]
    [InlineData("rtsp://host/path@home", "rtsp://host/path@home")]
    [InlineData("host", "host")]
    [InlineData("", "")]
    [InlineData("u:p@host", "host")]
    public void WithoutCredentials_AnyAddress_ShowsNoPassword(string address, string shown) =>
        Assert.Equal(shown, Secrets.WithoutCredentials(address));

    [Fact]
    public void ReadOrCreate_Twice_MakesOneSecretForItsOwnerOnly()
    {
        var folder = Directory.CreateTempSubdirectory("exam-monitor-secret-").FullName;
        try
        {
            var path = Path.Combine(folder, "deep", "token");
            var first = Secrets.ReadOrCreate(path);
            Assert.Equal(64, first.Length);
            Assert.Equal(first, Secrets.ReadOrCreate(path));
            if (!OperatingSystem.IsWindows())
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
