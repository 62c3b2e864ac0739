using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text;
using ExamMonitor.Capture.Children;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>Children end with us, whatever happens to us.</summary>
public sealed class ChildProcessTests
{
    private const string ParentRole = "EXAM_MONITOR_TEST_PARENT";

    // The test program itself plays the parent that is killed: started with this variable it starts a child, says its id and waits.
    [ModuleInitializer]
    internal static void PlayParent()
    {
        if (Environment.GetEnvironmentVariable(ParentRole) is null)
            return;
        var child = ChildProcess.StartAsync(new("sleep", ["600"]), TimeProvider.System).GetAwaiter().GetResult();
        Console.WriteLine(child.Id);
        Console.ReadLine();
    }

    [Fact]
    public async Task Child_ParentKilled_DiesToo()
    {
        var info = new ProcessStartInfo(Environment.ProcessPath!)
        {
            RedirectStandardOutput = true,
            RedirectStandardInput = true,
            UseShellExecute = false,
            Environment = { [ParentRole] = "1" },
        };
        using var parent = Process.Start(info)!;
        var child = int.Parse((await parent.StandardOutput.ReadLineAsync())!);
        Assert.True(IsAlive(child));
        parent.Kill();
        await Eventually.TrueAsync(() => !IsAlive(child), TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Child_StartingThreadEnds_LivesOn()
    {
        ChildProcess? child = null;
        var thread = new Thread(() => child = ChildProcess.StartAsync(new("sleep", ["600"]), TimeProvider.System).GetAwaiter().GetResult());
        thread.Start();
        thread.Join();
        await Task.Delay(TimeSpan.FromMilliseconds(300), TimeProvider.System);
        Assert.False(child!.HasExited);
        await child.DisposeAsync();
        Assert.False(IsAlive(child.Id));
    }

    [Fact]
    public async Task Stop_ChildThatIgnoresIt_IsKilledAfterTheGrace()
    {
        await using var child = await ChildProcess.StartAsync(
            new("sh", ["-c", "trap '' TERM; while :; do sleep 1; done"]) { TerminateToStop = true },
            TimeProvider.System
        );
        await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
        Assert.False(await child.StopAsync(TimeSpan.FromMilliseconds(500)));
        Assert.True(child.HasExited);
    }

    [Fact]
    public async Task Stop_ChildThatListens_EndsByItself()
    {
        await using var child = await ChildProcess.StartAsync(new("cat", []), TimeProvider.System);
        Assert.True(await child.StopAsync());
    }

    [Fact]
    public async Task Input_IsWrittenAndClosed()
    {
        await using var child = await ChildProcess.StartAsync(new("cat", []) { Input = "secret"u8.ToArray() }, TimeProvider.System);
        using var reader = new StreamReader(child.Output, Encoding.UTF8);
        Assert.Equal("secret", await reader.ReadToEndAsync());
        Assert.Equal(0, await child.WaitForExitAsync(CancellationToken.None));
    }

    [Fact]
    public async Task ErrorLines_AreCutAndEmptyOnesDropped()
    {
        var lines = new List<string>();
        await using var child = await ChildProcess.StartAsync(
            new("sh", ["-c", "head -c 9000 /dev/zero | tr '\\0' x >&2; printf '\\n\\nsecond\\033[0m\\nlast' >&2; exit 3"])
            {
                ErrorLine = lines.Add,
            },
            TimeProvider.System
        );
        Assert.Equal(3, await child.WaitForExitAsync(CancellationToken.None));
        Assert.Equal([ChildProcess.LongestErrorLine, 10, 4], lines.Select(l => l.Length));
    }

    [Fact]
    public async Task Start_MissingProgram_NamesItAndWhatToDo()
    {
        var error = await Assert.ThrowsAsync<ChildProcessException>(() =>
            ChildProcess.StartAsync(new("no-such-program-here", []), TimeProvider.System)
        );
        Assert.Contains("no-such-program-here was not found. Install it", error.Message);
    }

    private static bool IsAlive(int pid) =>
        File.Exists($"/proc/{pid}/stat") && !File.ReadAllText($"/proc/{pid}/stat").Contains(") Z", StringComparison.Ordinal);
}
