using ExamMonitor.TestKit;
using FsCheck;
using FsCheck.Fluent;

namespace ExamMonitor.Footage.Tests.Field;

/// <summary>Runs time lines against one archive, and collects what is untrue.</summary>
internal static class FieldRun
{
    /// <summary>Time lines, the same for the same seed.</summary>
    public static IReadOnlyList<FieldTimeLine> Sample(int count, ulong seed = 2026) =>
        [.. FieldGenerator.TimeLines().Sample(count, new Rnd(seed), 50)];

    /// <summary>Complaints, each with its time line.</summary>
    public static async Task<IReadOnlyList<string>> RunAsync(IReadOnlyList<FieldTimeLine> lines)
    {
        var small = (await Clip.OfAsync(new FragmentedClip(Seconds: 6, Fps: 5, Gop: 5, Audio: false, Size: "64x64"))).Initialization;
        var large = (await Clip.OfAsync(new FragmentedClip(Seconds: 6, Fps: 5, Gop: 5, Audio: false, Size: "128x64"))).Initialization;
        await using var bench = new ArchiveBench();
        await bench.OpenAsync();
        var (driver, complaints) = (new FieldDriver(bench, small, large), new List<string>());
        foreach (var line in lines)
        {
            var outcome = await driver.RunAsync(line);
            complaints.AddRange(FieldCheck.Of(line, outcome, bench.Archive!).Select(c => $"{c} — {Describe(line)}"));
        }

        return complaints;
    }

    private static string Describe(FieldTimeLine line) =>
        FormattableString.Invariant($"{line.Fps} fps, key each {line.Gop}, from {line.RtpStart:x}, {line.Seconds} s, sound {line.Sound}: ")
        + string.Join("; ", line.Events.Select(e => FormattableString.Invariant($"{e.Kind} {e.Value} at {e.At:0.00}")));
}
