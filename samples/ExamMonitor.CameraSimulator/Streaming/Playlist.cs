using ExamMonitor.CameraSimulator.Clips;

namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>
/// A sample on the stream's own timeline, which never jumps: <paramref name="Due"/> is when it is sent, <paramref name="Shown"/> its media
/// time.
/// </summary>
internal readonly record struct DueSample(ClipTrack Track, Sample Sample, long Due, long Shown);

/// <summary>
/// Plays clips one after the other on one timeline. Pure: knows no clock. A block (a whole clip, or a part of one between key frames)
/// begins where the one before ended, so RTP time runs on across loops and changes of clip. Not thread-safe.
/// </summary>
internal sealed class Playlist
{
    /// <summary>Blocks of a shuffled clip: 8 s is whole seconds and whole AAC frames of 48 kHz at once.</summary>
    private const long BlockLength = 8 * Flicks.PerSecond;

    private readonly Random _random;

    private IReadOnlyList<Clip> _clips;

    private IReadOnlyList<Clip>? _next;

    private bool _shuffle;

    private int _clipIndex = -1;

    private int _blockIndex = -1;

    /// <summary>First sample of each block of the clip, and the number of samples at the end.</summary>
    private int[] _starts = [];

    private long _origin;

    private long _blockStart;

    private long _blockEnd;

    private int _videoEnd;

    private int _video;

    private int _audio;

    public Playlist(IReadOnlyList<Clip> clips, bool shuffle, Random random)
    {
        _clips = clips;
        _shuffle = shuffle;
        _random = random;
        Current = clips[0];
        NextBlock();
    }

    /// <summary>The clip that plays.</summary>
    public Clip Current { get; private set; }

    /// <summary>Plays other clips from the next key frame on. Their codecs must be those of the clips before.</summary>
    public void Change(IReadOnlyList<Clip> clips, bool shuffle)
    {
        _next = clips;
        _shuffle = shuffle;
    }

    /// <summary>
    /// Moves the timeline so that what comes next is due at <paramref name="due"/>; used after a pause of the whole machine.
    /// </summary>
    public void SkipTo(long due)
    {
        var behind = due - NextDue;
        if (behind > 0)
        {
            _origin += behind;
        }
    }

    /// <summary>When the next sample is due.</summary>
    public long NextDue => Math.Min(VideoDue, AudioDue);

    private long VideoDue => _video < _videoEnd ? _origin + Current.Video.Samples[_video].Dts - _blockStart : long.MaxValue;

    private long AudioDue
    {
        get
        {
            if (Current.Audio is not { } audio || _audio >= audio.Samples.Length)
            {
                return long.MaxValue;
            }

            // A sound packet that would reach into the next block by more than half is left to that block.
            var pts = audio.Samples[_audio].Pts;
            return pts < _blockEnd - (audio.SampleLength / 2) ? _origin + pts - _blockStart : long.MaxValue;
        }
    }

    /// <summary>The next sample due at <paramref name="until"/> or before.</summary>
    public bool TryNext(long until, out DueSample next)
    {
        next = default;
        if (VideoDue == long.MaxValue && AudioDue == long.MaxValue)
        {
            _origin += _blockEnd - _blockStart;
            NextBlock();
        }

        var (video, audio) = (VideoDue, AudioDue);
        if (Math.Min(video, audio) > until)
        {
            return false;
        }

        if (audio < video)
        {
            next = new DueSample(Current.Audio!, Current.Audio!.Samples[_audio++], audio, audio);
            return true;
        }

        var sample = Current.Video.Samples[_video];
        if (_next is not null && sample.IsSync)
        {
            _origin += sample.Pts - _blockStart;
            NextBlock();
            return TryNext(until, out next);
        }

        _video++;
        next = new DueSample(Current.Video, sample, video, _origin + sample.Pts - _blockStart);
        return true;
    }

    private void NextBlock()
    {
        if (_next is not null)
        {
            (_clips, _next) = (_next, null);
            _clipIndex = -1;
            _blockIndex = -1;
            _starts = [];
        }

        if (_blockIndex < 0 || !_shuffle || _starts.Length <= 2)
        {
            _clipIndex = (_clipIndex + 1) % _clips.Count;
            Current = _clips[_clipIndex];
            _starts = _shuffle ? BlockStarts(Current) : [0, Current.Video.Samples.Length];
            _blockIndex = 0;
        }
        else
        {
            var other = _random.Next(_starts.Length - 2);
            _blockIndex = other < _blockIndex ? other : other + 1;
        }

        var samples = Current.Video.Samples;
        _video = _starts[_blockIndex];
        _videoEnd = _starts[_blockIndex + 1];
        _blockStart = samples[_video].Pts;
        _blockEnd = _videoEnd < samples.Length ? samples[_videoEnd].Pts : samples[0].Pts + Current.Length;
        _audio = FirstAtOrAfter(Current.Audio, _blockStart);
    }

    private static int[] BlockStarts(Clip clip)
    {
        var samples = clip.Video.Samples;
        List<int> starts = [0];
        for (var i = 1; i < samples.Length; i++)
        {
            if (samples[i].IsSync && samples[i].Pts - samples[starts[^1]].Pts >= BlockLength)
            {
                starts.Add(i);
            }
        }

        starts.Add(samples.Length);
        return [.. starts];
    }

    private static int FirstAtOrAfter(ClipTrack? track, long pts)
    {
        var at = 0;
        while (track is not null && at < track.Samples.Length && track.Samples[at].Pts < pts)
        {
            at++;
        }

        return at;
    }
}
