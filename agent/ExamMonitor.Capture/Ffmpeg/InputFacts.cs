using System.Text.RegularExpressions;

namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>
/// What ffmpeg itself says of its input at the start: shows that facts from an earlier probe are stale, without a session more. Fed from
/// one thread.
/// </summary>
internal sealed partial class InputFacts
{
    private volatile bool _output;
    private string? _audio;
    private string? _video;

    /// <summary>Takes a line of standard error.</summary>
    public void Add(string line)
    {
        if (_output)
            return;
        if (line.StartsWith("Output #", StringComparison.Ordinal) || line.StartsWith("Stream mapping", StringComparison.Ordinal))
            _output = true;
        else if (StreamLine().Match(line) is { Success: true } match)
        {
            if (match.Groups["kind"].ValueSpan is "Audio")
                _audio ??= match.Groups["codec"].Value;
            else
                _video ??= match.Groups["codec"].Value;
        }
    }

    /// <summary>
    /// Whether the input is known whole by now, and differs: the line of the sound may come after that of the picture by any time.
    /// </summary>
    public bool Contradicts(StreamFacts facts) =>
        _output && _video is not null && (_video != facts.VideoCodec || _audio != facts.AudioCodec);

    [GeneratedRegex(
        @"^ +Stream #0:\d+[^:]*: (?<kind>Audio|Video): (?<codec>\w+)",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking
    )]
    private static partial Regex StreamLine();
}
