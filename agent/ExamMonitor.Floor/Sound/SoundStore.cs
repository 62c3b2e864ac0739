using System.Collections.Concurrent;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Sound;

/// <summary>What is known of every camera's sound. Thread-safe.</summary>
internal sealed class SoundStore
{
    private readonly ConcurrentDictionary<(RoomId, CameraId), (AudioState State, DateTimeOffset At)> _known = new();

    /// <summary>A measurement that nobody renewed for this long says nothing any more: three segments of the longest kind.</summary>
    public static readonly TimeSpan OldAfter = TimeSpan.FromMinutes(15);

    /// <summary>Takes what was settled.</summary>
    public void Put(RoomId room, CameraId camera, AudioState state, DateTimeOffset at) => _known[(room, camera)] = (state, at);

    /// <summary>
    /// The state of now: absent without a track or with one on which nothing comes, unknown before the first segment was measured.
    /// </summary>
    /// <param name="room">Room.</param>
    /// <param name="camera">Camera.</param>
    /// <param name="vitals">Of the camera's capture.</param>
    /// <param name="now">UTC.</param>
    public AudioState Of(RoomId room, CameraId camera, CameraVitals vitals, DateTimeOffset now) =>
        vitals switch
        {
            { Stream: null } => AudioState.Unknown,
            { Stream.AudioCodec: null } or { AudioStopped: true } => AudioState.Absent,
            _ => _known.TryGetValue((room, camera), out var known) && now - known.At < OldAfter ? known.State : AudioState.Unknown,
        };
}
