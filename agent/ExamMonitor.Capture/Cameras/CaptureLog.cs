using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Capture;

internal static partial class CaptureLog
{
    [LoggerMessage(3001, LogLevel.Information, "{Room}/{Camera}: recording {Width}x{Height} {Codec}, audio {Audio}")]
    public static partial void RunStarted(ILogger log, RoomId room, CameraId camera, int width, int height, string codec, string audio);

    [LoggerMessage(3002, LogLevel.Warning, "{Room}/{Camera}: {Text} (cause {Cause})")]
    public static partial void Failed(ILogger log, RoomId room, CameraId camera, string text, GapCause cause);

    [LoggerMessage(3003, LogLevel.Warning, "{Room}/{Camera}: {Text} (cause {Cause}; {Count} more times)")]
    public static partial void FailedAgain(ILogger log, RoomId room, CameraId camera, string text, GapCause cause, int count);

    [LoggerMessage(3004, LogLevel.Error, "{Room}/{Camera}: an attempt ended by an error that nobody expected")]
    public static partial void Unexpected(ILogger log, Exception error, RoomId room, CameraId camera);

    [LoggerMessage(3005, LogLevel.Warning, "{Room}/{Camera}: analysis pictures: {Text}")]
    public static partial void AnalysisFailed(ILogger log, RoomId room, CameraId camera, string text);

    [LoggerMessage(3006, LogLevel.Information, "{Room}/{Camera}: run ended: {Text}")]
    public static partial void RunEnded(ILogger log, RoomId room, CameraId camera, string text);

    [LoggerMessage(3007, LogLevel.Debug, "{Room}/{Camera}: ffmpeg: {Line}")]
    public static partial void Line(ILogger log, RoomId room, CameraId camera, string line);
}

/// <summary>Says a failure when it is new, and one that repeats once per interval with its count. Not thread-safe.</summary>
internal sealed class FailureReport(CaptureContext context, CameraSource source)
{
    private string? _said;
    private long _saidAt;
    private int _unsaid;

    /// <summary>Takes a failure.</summary>
    /// <returns>Whether it was logged.</returns>
    public bool Add(RunEnd failure)
    {
        if (_said == failure.Text.En)
        {
            _unsaid++;
            if (context.Time.GetElapsedTime(_saidAt) < context.Options.RepeatedFailureInterval)
                return false;
            CaptureLog.FailedAgain(context.Log, source.Room, source.Camera, failure.Text.En, failure.Cause, _unsaid);
        }
        else
        {
            CaptureLog.Failed(context.Log, source.Room, source.Camera, failure.Text.En, failure.Cause);
        }

        (_said, _saidAt, _unsaid) = (failure.Text.En, context.Time.GetTimestamp(), 0);
        return true;
    }
}
