using System.Diagnostics;
using System.Text.Json;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Packs.Verification;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Packs.Tests;

/// <summary>The verifier as a person runs it.</summary>
public sealed class VerifyProgramTests(PackSite site) : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Pack_ThatHolds_IsToldOnOneScreenAndEndsWithZero()
    {
        await File.WriteAllTextAsync(_folder["agent.pem"], site.PublicKey, TestContext.Current.CancellationToken);
        var head = Head(site.Zip);
        var (code, output) = await RunAsync(
            site.Zip,
            "--key",
            _folder["agent.pem"],
            "--head",
            ShortHead.Format(head.Size, head.Root).ToLowerInvariant()
        );
        Assert.Equal(0, code);
        Assert.InRange(output.Split('\n').Length, 8, 24);
        Assert.Contains("nobody, since the head of the head that was typed", output, StringComparison.Ordinal);
        (code, output) = await RunAsync("pack", site.Zip);
        Assert.Equal(0, code);
        Assert.Contains("Anybody: the key", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pack_Tampered_EndsWithOneAndNamesIt()
    {
        var tampering = new Tampering(site.Zip);
        tampering.Flip(tampering.First("footage/"), 100);
        tampering.WriteFolder(_folder["unpacked"]);
        var (code, output) = await RunAsync("pack", _folder["unpacked"], "--json");
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("clip-changed", json.RootElement.GetProperty("findings")[0].GetProperty("kind").GetString());
    }

    [Theory]
    [InlineData("--head", "2417 no head")]
    [InlineData("--key", "/etc/hostname")]
    public async Task Pack_WithAnArgumentThatIsNone_EndsWithTwo(string option, string value) =>
        Assert.Equal(2, (await RunAsync("pack", site.Zip, option, value)).Code);

    private static Checkpoint Head(string zip)
    {
        using var source = PackVerifier.Open(zip);
        using var reader = new StreamReader(source.Open(PackFormat.Head));
        return SignedNote.TryParse(reader.ReadToEnd(), out var note) && Checkpoint.TryParse(note.Text, out var head)
            ? head
            : throw new InvalidDataException(zip);
    }

    private static async Task<(int Code, string Output)> RunAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "exam-monitor-verify"), arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        _ = await errors;
        return (process.ExitCode, await output);
    }
}
