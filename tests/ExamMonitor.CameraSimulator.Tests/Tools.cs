using System.Diagnostics;
using System.Globalization;

namespace ExamMonitor.CameraSimulator.Tests;

/// <summary>Runs ffmpeg and ffprobe, and knows where the sample clips are.</summary>
internal static class Tools
{
    public static string Root { get; } = FindRoot();

    public static string Video(string name) => Path.Combine(Root, "samples", "video", name);

    public static async Task<(int Code, string Out, string Error)> RunAsync(string tool, TimeSpan limit, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(tool, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            }
        )!;
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        using var timeout = new CancellationTokenSource(limit, TimeProvider.System);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException e)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{tool} {string.Join(' ', arguments)}\n{await error}", e);
        }

        return (process.ExitCode, await output, await error);
    }

    /// <summary>ffmpeg as a client: decodes some seconds and returns what it complains about.</summary>
    public static async Task<string> DecodeAsync(Uri address, double seconds, string transport = "tcp") =>
        (
            await RunAsync(
                "ffmpeg",
                TimeSpan.FromSeconds(seconds + 90),
                "-v",
                "error",
                "-rtsp_transport",
                transport,
                "-i",
                address.ToString(),
                "-t",
                seconds.ToString(CultureInfo.InvariantCulture),
                "-f",
                "null",
                "-"
            )
        ).Error.Trim();

    public static Uri WithLogIn(this Uri address, string name, string password) =>
        new UriBuilder(address) { UserName = name, Password = password }.Uri;

    /// <summary>A clip of 2 s (unless told otherwise) of a test picture, made by ffmpeg.</summary>
    public static async Task<string> MakeClipAsync(string folder, string name, string[] video, string[] audio, double seconds = 2)
    {
        var path = Path.Combine(folder, name);
        var made = await RunAsync(
            "ffmpeg",
            TimeSpan.FromSeconds(60),
            [
                "-v",
                "error",
                "-y",
                "-f",
                "lavfi",
                "-i",
                "testsrc2=s=320x180:r=25",
                "-f",
                "lavfi",
                "-i",
                "sine=f=440:r=48000",
                "-pix_fmt",
                "yuv420p",
                .. video,
                .. audio,
                "-t",
                seconds.ToString(CultureInfo.InvariantCulture),
                path,
            ]
        );
        Assert.True(made.Code == 0, made.Error);
        return path;
    }

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Monitor.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests run outside their repository.");
        }

        return folder;
    }
}
