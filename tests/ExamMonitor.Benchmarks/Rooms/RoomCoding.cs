using System.Globalization;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>
/// How a room's clip is coded. Without a rate: H.264 at the room's quality, each picture a key frame, as the analysis reads key frames
/// alone.
/// </summary>
/// <param name="Kbit">Rate of a camera of 25 frames a second, kbit/s; null codes at the room's quality.</param>
/// <param name="Group">Seconds from key frame to key frame.</param>
/// <param name="Codec"><c>libx264</c> or <c>libx265</c>.</param>
/// <param name="Denoise">Strength of a spatial filter before the coder, as cameras have one; 0 for none.</param>
internal sealed record RoomCoding(int? Kbit, int Group, string Codec, int Denoise)
{
    /// <summary>Frames that a key frame costs as much as.</summary>
    private const double KeyFrameWorth = 8;

    /// <summary><c>--kbit RATE --group SECONDS --codec NAME --denoise STRENGTH</c>.</summary>
    public static RoomCoding Of(string[] args)
    {
        return new(
            Value("--kbit") is { } kbit ? int.Parse(kbit, CultureInfo.InvariantCulture) : null,
            int.Parse(Value("--group") ?? "1", CultureInfo.InvariantCulture),
            Value("--codec") ?? "libx264",
            int.Parse(Value("--denoise") ?? "0", CultureInfo.InvariantCulture)
        );

        string? Value(string name) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : null;
    }

    /// <summary>Arguments of ffmpeg. The clips have one picture a second: each gets what a key frame of the camera would.</summary>
    /// <param name="rateFactor">Of the room.</param>
    public IReadOnlyList<string> Arguments(int rateFactor)
    {
        string[] filter = Denoise > 0 ? ["-vf", $"hqdn3d={Denoise}:{Denoise}:0:0"] : [];
        string[] coder = ["-c:v", Codec, "-preset", "veryfast", "-threads", "1", "-g", $"{Group}", "-keyint_min", $"{Group}", "-bf", "0"];
        if (Codec == "libx265")
            coder = [.. coder, "-x265-params", $"log-level=none:bframes=0:keyint={Group}:min-keyint={Group}:scenecut=0:pools=1"];
        else
            coder = [.. coder, "-sc_threshold", "0"];
        var each = Kbit is { } kbit ? (int)(kbit * KeyFrameWorth / (25 + ((KeyFrameWorth - 1) / Group))) : 0;
        string[] rate = Kbit is null ? ["-crf", $"{rateFactor}"] : ["-b:v", $"{each}k", "-maxrate", $"{each}k", "-bufsize", $"{2 * each}k"];
        return [.. filter, .. coder, .. rate];
    }
}
