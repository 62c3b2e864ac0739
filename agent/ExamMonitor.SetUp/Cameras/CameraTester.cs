using System.Collections.Concurrent;
using System.Security.Cryptography;
using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.SetUp;
using ExamMonitor.SetUp.Rooms;

namespace ExamMonitor.SetUp.Cameras;

/// <summary>
/// Tries a camera with the very code that records: some seconds of its stream, its picture, its sub-stream. Thread-safe; two at a time.
/// </summary>
internal sealed class CameraTester(
    FfmpegTools tools,
    KeyFrameSnapshot snapshot,
    RoomRegistry rooms,
    AgentFolder folder,
    TimeProvider time,
    ILogger<CameraTester> log
) : IDisposable
{
    /// <summary>Seconds of media: two key frames of the widest distance that is in order, and one more.</summary>
    private const double Seconds = 6;

    private const int MostPictures = 20;
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(14),
        SubStreamLongest = TimeSpan.FromSeconds(8),
        Kept = TimeSpan.FromMinutes(10);
    private readonly SemaphoreSlim _two = new(2, 2);
    private readonly ConcurrentDictionary<string, (DateTimeOffset At, byte[] Jpeg)> _pictures = new(StringComparer.Ordinal);

    /// <summary>Picture of a test; null when it is not kept any more.</summary>
    public byte[]? PictureOf(string test) =>
        _pictures.TryGetValue(test, out var kept) && time.GetUtcNow() - kept.At < Kept ? kept.Jpeg : null;

    /// <summary>Tries a camera.</summary>
    public async Task<CameraTest> TestAsync(CameraAccess access, CancellationToken cancellationToken)
    {
        var (began, test) = (time.GetTimestamp(), Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        foreach (var (path, address) in new[] { ("$.address", access.Address), ("$.analysisAddress", access.AnalysisAddress) })
        {
            if (address is not null && CameraAddress.Fault(address) is { } fault)
                return Refused(new(FindingLevel.Error, "address", path, fault.Problem, fault.Mend));
        }

        var source = Source(access);
        if (source.FirstMistake() is { } mistake)
            return Refused(new(FindingLevel.Error, "address", "$.address", new(mistake, mistake), CameraTestFindings.LookAtAddress));
        await _two.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (sink, vitals) = await RecordAsync(source, cancellationToken).ConfigureAwait(false);
            var jpeg = await PictureAsync(sink, cancellationToken).ConfigureAwait(false);
            if (jpeg is not null)
                Keep(test, jpeg);
            var recorded = sink.Start is { } start
                ? new StreamMeasures(
                    start.Stream.VideoCodec,
                    new(start.Stream.Width, start.Stream.Height),
                    sink.FramesPerSecond,
                    sink.BitRateKbps,
                    sink.KeyFrameSeconds ?? vitals.JudgedFrom?.KeyFrameSeconds,
                    start.Stream.AudioCodec,
                    vitals.ClockOffsetMs
                )
                : null;
            var sub = access.AnalysisAddress is null
                ? null
                : await new CameraProbe(tools, time)
                    .AskAsync(source, source.AnalysisAddress, SubStreamLongest, cancellationToken)
                    .ConfigureAwait(false);
            var analysis = sub?.Facts is { } f
                ? new StreamMeasures(f.VideoCodec, new(f.Width, f.Height), null, null, null, f.AudioCodec, null)
                : null;
            SetUpFinding[] findings = [.. CameraTestFindings.Of(sink.Failure, recorded, sub?.Failure, analysis, sink.Seconds)];
            return new(
                test,
                recorded is not null && findings.All(f => f.Level != FindingLevel.Error || f.Path == "$.analysisAddress"),
                jpeg is not null,
                recorded,
                analysis,
                findings,
                Elapsed()
            );
        }
        finally
        {
            _two.Release();
        }

        CameraTest Refused(SetUpFinding finding) => new(test, false, false, null, null, [finding], Elapsed());
        double Elapsed() => Math.Round(time.GetElapsedTime(began).TotalMilliseconds);
    }

    /// <inheritdoc/>
    public void Dispose() => _two.Dispose();

    private async Task<(CameraTestSink Sink, CameraVitals Vitals)> RecordAsync(CameraSource source, CancellationToken cancellationToken)
    {
        var sink = new CameraTestSink(Seconds);
        var context = new CaptureContext(
            tools,
            new CaptureOptions { FfmpegPath = tools.FfmpegPath, FfprobePath = tools.FfprobePath },
            time,
            log
        );
        var supervisor = new CameraSupervisor(context, source with { AnalysisAddress = null }, sink);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var run = supervisor.RunAsync(stop.Token);
        await Task.WhenAny(sink.Done, Task.Delay(Longest, time, cancellationToken)).ConfigureAwait(false);
        var vitals = supervisor.Vitals;
        await stop.CancelAsync().ConfigureAwait(false);
        await run.ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return (sink, vitals);
    }

    private async Task<byte[]?> PictureAsync(CameraTestSink sink, CancellationToken cancellationToken)
    {
        if (sink is not { Start: { } start, Picture: { } picture })
            return null;
        try
        {
            return await snapshot.JpegAsync(start.Initialization.Bytes, picture.Bytes, null, cancellationToken).ConfigureAwait(false);
        }
        catch (ChildProcessException)
        {
            // The test says what it measured all the same.
            return null;
        }
    }

    private CameraSource Source(CameraAccess access)
    {
        var password = access.Password ?? KeptPassword(access);
        return new(access.Room ?? RoomId.Of("test"), access.Camera ?? CameraId.Of("test"), new(access.Address))
        {
            Credentials = string.IsNullOrEmpty(access.User) ? null : new(access.User, password ?? string.Empty),
            AnalysisAddress = access.AnalysisAddress is { } analysis ? new(analysis) : null,
            AllowPasswordInClear = access.AllowPasswordInClear,
            Transport = access.Transport == "udp" ? RtspTransport.Udp : RtspTransport.Tcp,
        };
    }

    /// <summary>The password that is kept for a camera, as long as it goes to the host and user that it is of.</summary>
    private string? KeptPassword(CameraAccess access)
    {
        if (access is not { Room: { } room, Camera: { } camera })
            return null;
        if (
            new CameraSecrets(folder).Read(
                SetUpFile.Read(folder, []).Find(room)?.Cameras.FirstOrDefault(c => c.Id == camera),
                access.Address,
                access.User
            ) is
            { } kept
        )
            return kept;
        return
            rooms.Find(room)?.Find(camera)?.Setup.Source is { Credentials: { } known } source
            && CameraAddress.SameAccount(source.Address.OriginalString, known.User, access.Address, access.User)
            ? known.Password
            : null;
    }

    private void Keep(string test, byte[] jpeg)
    {
        foreach (var (old, _) in _pictures.OrderByDescending(p => p.Value.At).Skip(MostPictures - 1))
            _pictures.TryRemove(old, out _);
        _pictures[test] = (time.GetUtcNow(), jpeg);
    }
}
