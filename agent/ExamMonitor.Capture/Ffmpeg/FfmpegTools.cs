using System.Globalization;
using System.Text;
using ExamMonitor.Capture.Children;

namespace ExamMonitor.Capture;

/// <summary>The <c>ffmpeg</c> and <c>ffprobe</c> of this machine, found and checked. Immutable.</summary>
/// <param name="FfmpegPath">Path of ffmpeg.</param>
/// <param name="FfprobePath">Path of ffprobe.</param>
/// <param name="Version">As it says of itself, such as <c>5.1.6-0+deb12u1</c>.</param>
public sealed record FfmpegTools(string FfmpegPath, string FfprobePath, string Version)
{
    /// <summary>
    /// Oldest version that takes stream options inside a concat script and copies the camera's clock into <c>prft</c> boxes.
    /// </summary>
    public static readonly Version Oldest = new(5, 1);

    private const string HowToInstall =
        "Debian, Ubuntu: sudo apt-get install ffmpeg. Windows: winget install Gyan.FFmpeg. Or give its path in the configuration.";

    /// <summary>Finds both and asks ffmpeg for its version.</summary>
    /// <exception cref="ChildProcessException">One is missing, does not run or is too old; the message says what to install.</exception>
    public static async Task<FfmpegTools> FindAsync(
        string? ffmpegPath,
        string? ffprobePath,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var ffmpeg = Locate("ffmpeg", ffmpegPath);
        var beside = Path.Combine(Path.GetDirectoryName(ffmpeg) ?? string.Empty, Executable("ffprobe"));
        var ffprobe = ffprobePath is null && File.Exists(beside) ? beside : Locate("ffprobe", ffprobePath);
        var version = await AskVersionAsync(ffmpeg, time, cancellationToken).ConfigureAwait(false);
        if (IsTooOld(version))
            throw new ChildProcessException($"{ffmpeg} is version {version}; {Oldest} or newer is needed. {HowToInstall}");
        return new(ffmpeg, ffprobe, version);
    }

    /// <summary>
    /// Whether a version is known to be too old. Builds without a number (<c>N-1234-gabcdef</c>, <c>git-…</c>) are nightly builds and count
    /// as new.
    /// </summary>
    internal static bool IsTooOld(string version)
    {
        var digits = version.TrimStart('n').Split('-', '+', '~')[0].Split('.');
        return int.TryParse(digits[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && new Version(
                major,
                digits.Length > 1 && int.TryParse(digits[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor) ? minor : 0
            ) < Oldest;
    }

    private static string Locate(string name, string? configured)
    {
        if (configured is not null)
        {
            return File.Exists(configured)
                ? Path.GetFullPath(configured)
                : throw new ChildProcessException($"The configured path of {name}, {configured}, does not exist. {HowToInstall}");
        }

        return (Environment.GetEnvironmentVariable("PATH") ?? string.Empty)
                .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Select(folder => Path.Combine(folder, Executable(name)))
                .FirstOrDefault(File.Exists)
            ?? throw new ChildProcessException($"{name} was not found. {HowToInstall}");
    }

    private static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    private static async Task<string> AskVersionAsync(string ffmpeg, TimeProvider time, CancellationToken cancellationToken)
    {
        var child = await ChildProcess.StartAsync(new(ffmpeg, ["-version"]), time, cancellationToken).ConfigureAwait(false);
        var (patience, wait) = (ChildPatience.Usual(), new ProcessorWait(child.Id));
        await using (child.ConfigureAwait(false))
        {
            try
            {
                var buffer = new byte[4096];
                var length = await patience
                    .WaitAsync(
                        child.Output.ReadAtLeastAsync(buffer, 64, throwOnEndOfStream: false, cancellationToken).AsTask(),
                        wait.Next,
                        time,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                var words = Encoding.UTF8.GetString(buffer, 0, length).Split((char[]?)null, 4, StringSplitOptions.RemoveEmptyEntries);
                return words is ["ffmpeg", "version", var version, ..]
                    ? version
                    : throw new ChildProcessException($"{ffmpeg} does not answer -version like ffmpeg. {HowToInstall}");
            }
            catch (TimeoutException e)
            {
                throw new ChildProcessException($"{ffmpeg} does not answer -version. {e.Message}, and not for want of a processor.", e);
            }
        }
    }
}
