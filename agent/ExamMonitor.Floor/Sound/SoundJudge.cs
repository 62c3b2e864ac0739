using ExamMonitor.Capture;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Sound;

/// <summary>Settles what is known of one camera's sound from its seconds. Pure but for its own counts; not thread-safe.</summary>
/// <remarks>
/// A quiet room is not silent: microphone and amplifier leave noise of −60 to −40 dB. What lies below −70 dB, or does not change at all, is
/// a dead, muted or unplugged microphone. docs/measurement.md has the sources.
/// </remarks>
internal sealed class SoundJudge
{
    /// <summary>A second below this is silent, dB of full scale.</summary>
    public const double SilentDb = -70;

    /// <summary>A second from here on is heard, dB of full scale; between the two it says nothing.</summary>
    public const double HeardDb = -67;

    /// <summary>Share of a second's samples at full scale from which it is over-driven.</summary>
    public const double ClippedShare = 0.001;

    /// <summary>Seconds of silence that make a track silent.</summary>
    public const int SilentAfterSeconds = 300;

    /// <summary>Seconds of sound, within the last ten, that end a silence.</summary>
    public const int HeardAfterSeconds = 3;

    /// <summary>Over-driven seconds of the last minute from which the sound is clipped; it clears when there is none left.</summary>
    public const int ClippedSeconds = 6;

    private const int Window = 60;
    private const int Recent = 10;
    private readonly Queue<SoundSecond> _last = new(Window);
    private int _silent;

    /// <summary>Silent, present or clipped once settled; unknown before.</summary>
    public AudioState State { get; private set; }

    /// <summary>Takes the seconds of a segment, in order.</summary>
    public AudioState Take(IEnumerable<SoundSecond> seconds)
    {
        foreach (var second in seconds)
            Take(second);
        return State;
    }

    private void Take(SoundSecond second)
    {
        if (_last.Count == Window)
            _last.Dequeue();
        _last.Enqueue(second);
        if (second.LevelDb < SilentDb)
            _silent++;
        if (_last.Skip(_last.Count - Recent).Count(s => s.LevelDb >= HeardDb) >= HeardAfterSeconds)
        {
            _silent = 0;
            var clipped = _last.Count(s => s.ClippedShare >= ClippedShare);
            State = clipped >= ClippedSeconds || (State == AudioState.Clipped && clipped > 0) ? AudioState.Clipped : AudioState.Present;
        }
        else if (_silent >= SilentAfterSeconds)
        {
            State = AudioState.Silent;
        }
    }
}
