using System.Text.Json;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Capture.Rtsp;
using FFMpegCore;

namespace ExamMonitor.Capture;

/// <summary>What a camera answered.</summary>
/// <param name="Facts">Null when it did not answer with a stream that can be kept.</param>
/// <param name="Failure">Null when it did.</param>
public sealed record ProbeResult(StreamFacts? Facts, RunEnd? Failure);

/// <summary>Asks a camera what it sends, with ffprobe. Opens one RTSP session and closes it before it returns. Thread-safe.</summary>
/// <param name="tools">ffprobe.</param>
/// <param name="time">Clock.</param>
public sealed class CameraProbe(FfmpegTools tools, TimeProvider time)
{
    private const int LargestAnswer = 256 << 10;

    /// <summary>Asks.</summary>
    /// <param name="source">Camera.</param>
    /// <param name="address">Which of its streams; null for the recorded one.</param>
    /// <param name="timeout">For the whole of it.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ProbeResult> AskAsync(CameraSource source, Uri? address, TimeSpan timeout, CancellationToken cancellationToken)
    {
        address ??= source.Address;
        var errors = new ErrorLines(source.Credentials);
        try
        {
            using var limit = new CancellationTokenSource(timeout, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var (relay, refusal) = await RtspRelay.OpenAsync(source, address, time, null, either.Token).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            if (relay is null)
                return Failed(refusal!);
            await using (relay.ConfigureAwait(false))
            {
                try
                {
                    var (answer, code) = await RunAsync(relay.Target, timeout, errors, either.Token).ConfigureAwait(false);
                    return code == 0
                        ? Judge(answer, address)
                        : Failed(new ChildEnding(address, errors.Snapshot(), code) { Seen = relay.View, Played = timeout }.Explain());
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    return Failed(
                        new ChildEnding(address, errors.Snapshot(), null)
                        {
                            Seen = relay.View,
                            Played = timeout,
                            Silence = timeout,
                        }.Explain()
                    );
                }
            }
        }
        catch (ChildProcessException e)
        {
            return Failed(StreamFailure.Program(e.Message));
        }
    }

    /// <summary>Reads ffprobe's answer.</summary>
    internal ProbeResult Judge(ReadOnlyMemory<byte> json, Uri address)
    {
        try
        {
            var streams = (JsonSerializer.Deserialize<FFProbeAnalysis>(json.Span)?.Streams ?? []).OfType<FFProbeStream>().ToList();
            var audio = streams.FirstOrDefault(s => s.CodecType == "audio")?.CodecName;
            var videos = streams.Where(s => s.CodecType == "video").ToList();
            if (videos.Count == 0)
                return Failed(StreamFailure.NoVideo(address.Authority));
            var (codec, width, height) = (videos[0].CodecName ?? "an unknown format", videos[0].Width ?? 0, videos[0].Height ?? 0);
            if (codec is not ("h264" or "hevc"))
                return Failed(StreamFailure.Unsupported(address.Authority, codec));
            return width is < 16 or > 16384 || height is < 16 or > 16384
                ? Failed(StreamFailure.Unreadable(address.Authority))
                : new(new(codec, width, height, audio), null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return Failed(StreamFailure.Unreadable(address.Authority));
        }
    }

    private ProbeResult Failed(StreamFailure failure) => new(null, new(failure.Cause, failure.Text, time.GetUtcNow()));

    private async Task<(ReadOnlyMemory<byte> Answer, int Code)> RunAsync(
        Uri address,
        TimeSpan timeout,
        ErrorLines errors,
        CancellationToken ct
    )
    {
        string[] words =
        [
            "-hide_banner",
            "-loglevel",
            "warning",
            "-print_format",
            "json",
            "-show_entries",
            "stream=codec_type,codec_name,width,height:stream_disposition=",
            .. ConcatScript.InputOptions,
            "-i",
            "pipe:0",
        ];
        var start = new ChildProcessStart(tools.FfprobePath, words)
        {
            ErrorLine = errors.Add,
            Input = ConcatScript.Format(
                address,
                null,
                RtspTransport.Tcp,
                TimeSpan.FromTicks(Math.Min(timeout.Ticks, TimeSpan.FromSeconds(10).Ticks))
            ),
        };
        var child = await ChildProcess.StartAsync(start, time, ct).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            var buffer = new byte[LargestAnswer];
            var length = await child.Output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, ct).ConfigureAwait(false);
            return (buffer.AsMemory(0, length), await child.WaitForExitAsync(ct).ConfigureAwait(false));
        }
    }
}
