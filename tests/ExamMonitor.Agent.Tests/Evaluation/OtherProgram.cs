using System.Diagnostics;
using Xunit;

namespace ExamMonitor.Agent.Tests.Evaluation;

/// <summary>Programs that are not ours read what was printed and played.</summary>
internal static class OtherProgram
{
    /// <summary>Its output; a test fails with it.</summary>
    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(
            new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true }
        )!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
