using ExamMonitor.TestKit;

namespace ExamMonitor.CameraSimulator.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public async Task Read_AWholeFile_ServesIt()
    {
        using var folder = new TempFolder();
        var path = await WriteAsync(
            folder,
            $$"""
            {
              "clipFolder": {{System.Text.Json.JsonSerializer.Serialize(Path.Combine(Tools.Root, "samples", "video"))}},
              "cameras": [ { "id": "C1", "clips": ["av-sync.mp4"], "userName": "viewer", "password": "secret", "transport": "tcp", "audio": "pcma", "order": "shuffle" } ]
            }
            """
        );
        await using var server = await CameraSimulatorServer.StartAsync(SimulatorConfiguration.Read(path), TimeProvider.System);
        Assert.Empty(await Tools.DecodeAsync(server.RtspAddress("C1").WithLogIn("viewer", "secret"), 1));
    }

    [Theory]
    [InlineData("""{ "cameras": [] }""", "cameras: expected name at least one camera")]
    [InlineData("{\n \"cameras\": [\n  { \"id\": \"C1\", \"clip\": [\"x\"] } ] }", "line 3")]
    [InlineData("""{ "cameras": [ { "id": "a b", "clips": ["x"] } ] }""", "cameras.id")]
    [InlineData("""{ "cameras": [ { "id": "C1", "clips": [] } ] }""", "cameras.C1.clips")]
    [InlineData("""{ "cameras": [ { "id": "C1", "clips": ["x"], "userName": "u" } ] }""", "cameras.C1.userName")]
    [InlineData("""{ "cameras": [ { "id": "C1", "clips": ["x"] }, { "id": "C1", "clips": ["x"] } ] }""", "an id that no other camera has")]
    public async Task Read_AWrongFile_SaysWhere(string text, string expected)
    {
        using var folder = new TempFolder();
        var path = await WriteAsync(folder, text);
        Assert.Contains(
            expected,
            Assert.Throws<InvalidConfigurationException>(() => SimulatorConfiguration.Read(path)).Message,
            StringComparison.Ordinal
        );
    }

    private static async Task<string> WriteAsync(TempFolder folder, string text)
    {
        var path = Path.Combine(folder.Path, "cameras.json");
        await File.WriteAllTextAsync(path, text);
        return path;
    }
}
