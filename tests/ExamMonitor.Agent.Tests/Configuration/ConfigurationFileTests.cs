using ExamMonitor.Hosting.Configuration;
using Xunit;

namespace ExamMonitor.Agent.Tests.Configuration;

public sealed class ConfigurationFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("exam-monitor-config-").FullName;

    private const string Good = """
        site: demo
        agent: a1
        folder: state
        footage:
          volume: footage
        rooms:
          - map: room.json
            cameras:
              - id: C1
                address: rtsp://127.0.0.1:8554/cam0
                user: viewer
                passwordFile: camera-password
        """;

    public ConfigurationFileTests()
    {
        File.WriteAllText(Path.Combine(_folder, "room.json"), "{}");
        Secrets.WritePrivately(Path.Combine(_folder, "camera-password"), "s3cret\n");
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private ConfigurationReading Read(string text) => ConfigurationFile.Parse(Path.Combine(_folder, "agent.yaml"), "agent.yaml", text);

    private Finding Single(string text) => Assert.Single(Read(text).Findings);

    [Fact]
    public void Read_GoodFile_BindsAndFindsNothing()
    {
        var reading = Read(Good);
        Assert.Empty(reading.Findings);
        Assert.True(reading.IsUsable);
        Assert.Equal("demo", reading.Options.Site.Text);
        var camera = reading.Options.Rooms[0].Cameras[0];
        Assert.Equal(("C1", "viewer", "tcp", true), (camera.Id.Text, camera.User, camera.Transport, camera.Enabled));
    }

    [Fact]
    public void Read_JsonInsteadOfYaml_BindsTheSame()
    {
        var reading = Read(
            """{"site":"demo","agent":"a1","footage":{"volume":"f"},"rooms":[{"map":"room.json","cameras":[{"id":"C1","address":"rtsp://h/1"}]}]}"""
        );
        Assert.Empty(reading.Findings);
        Assert.Equal("rtsp://h/1", reading.Options.Rooms[0].Cameras[0].Address);
    }

    [Theory]
    [InlineData("                transprot: udp", 13, "Did you mean 'transport'?")]
    [InlineData("                adress: x", 13, "Did you mean 'address'?")]
    [InlineData("                zebra: x", 13, "Known keys: id, address,")]
    [InlineData("                password: hunter2", 13, "passwordFile")]
    public void Read_UnknownKey_NamesLineAndNearestKey(string line, int number, string mend)
    {
        var finding = Single(Good + "\n" + line[8..]);
        Assert.Equal(number, finding.Line);
        Assert.Contains(mend, finding.Mend, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", finding.ToString(), StringComparison.Ordinal);
        Assert.StartsWith($"agent.yaml:{number}: error: rooms[0].cameras[0].", finding.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("site: demo", "site: a/b", 1, "site")]
    [InlineData("site: demo\n", "", 1, "site")]
    [InlineData("id: C1", "id: ..", 9, "rooms[0].cameras[0].id")]
    [InlineData("rtsp://127.0.0.1:8554/cam0", "http://127.0.0.1/", 10, "rooms[0].cameras[0].address")]
    [InlineData("rtsp://127.0.0.1:8554/cam0", "rtsp://viewer:s3cret@127.0.0.1/", 10, "rooms[0].cameras[0].address")]
    [InlineData("room.json", "absent.json", 7, "rooms[0].map")]
    [InlineData("                user: viewer\n", "", 9, "rooms[0].cameras[0]")]
    [InlineData(
        "passwordFile: camera-password",
        "passwordEnvironment: EXAM_MONITOR_UNSET_VARIABLE",
        12,
        "rooms[0].cameras[0].passwordEnvironment"
    )]
    [InlineData("volume: footage", "volume: footage\n  segmentSeconds: 5", 6, "footage.segmentSeconds")]
    [InlineData("volume: footage", "volume: footage\n  segmentSeconds: soon", 6, "footage.segmentSeconds")]
    [InlineData("folder: state", "folder: state\ntimeZone: Mars/Base", 4, "timeZone")]
    [InlineData("folder: state", "folder: state\napi: { listen: \"0.0.0.0:80\" }", 4, "api.listen")]
    [InlineData("folder: state", "folder: state\napi: { listen: somewhere }", 4, "api.listen")]
    [InlineData("folder: state", "folder: state\nbroker: { mode: address }", 4, "broker.address")]
    [InlineData(
        "folder: state",
        "folder: state\nbroker: { mode: address, address: \"mqtt://10.0.0.5:1883\", user: a }",
        4,
        "broker.address"
    )]
    [InlineData("folder: state", "folder: state\nbroker: { address: \"mqtt://10.0.0.5:1883\" }", 4, "broker.mode")]
    public void Read_WrongValue_NamesKeyAndLine(string good, string wrong, int line, string key)
    {
        Assert.Contains(good.Replace("                ", "        ", StringComparison.Ordinal), Good, StringComparison.Ordinal);
        var findings = Read(
            Good.Replace(good.Replace("                ", "        ", StringComparison.Ordinal), wrong, StringComparison.Ordinal)
        ).Findings;
        var finding = findings[0];
        Assert.Equal((line, key), (finding.Line, finding.Key));
        Assert.All(findings, f => Assert.DoesNotContain("s3cret", f.ToString(), StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("- a list")]
    [InlineData("site: [unclosed")]
    [InlineData("a: &x [1,2]\nb: *x")]
    [InlineData("site: demo\n---\nsite: demo")]
    [InlineData("site: demo\nsite: demo")]
    [InlineData("[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]")]
    public void Read_NotAConfiguration_IsAFindingNotAnException(string text)
    {
        var reading = Read(text);
        Assert.False(reading.IsUsable);
        Assert.All(reading.Findings, f => Assert.NotEmpty(f.Text));
    }

    [Fact]
    public void Read_AbsentFile_SaysHowToBegin()
    {
        var finding = Assert.Single(ConfigurationFile.Read(Path.Combine(_folder, "nowhere.yaml")).Findings);
        Assert.Contains("no such file", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SecretReadableByOthers_IsRefusedWithTheCommandThatMendsIt()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(
            Path.Combine(_folder, "camera-password"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead
        );
        var finding = Single(Good);
        Assert.Equal(12, finding.Line);
        Assert.Contains("chmod 600", finding.Mend, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_CameraTwice_NamesTheFirst()
    {
        var finding = Single(Good + "\n      - id: C1\n        address: rtsp://h/2");
        Assert.Equal((13, "rooms[0].cameras[1].id"), (finding.Line, finding.Key));
    }
}
