using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.CameraSimulator.Rtp;

namespace ExamMonitor.CameraSimulator.Streaming;

/// <summary>
/// One stream of one camera: live, so all its clients see the same pictures at the same time. Samples are packetised once and handed to
/// every client. <see cref="Tick"/> is called by one thread at a time; clients come and go from any thread.
/// </summary>
internal sealed class CameraStream
{
    /// <summary>If the machine slept for longer than this, the time is skipped and not sent in a burst.</summary>
    private static readonly TimeSpan LongestBurst = TimeSpan.FromSeconds(5);

    private readonly PacketBatch _batch = new();

    private readonly Random _random;

    private readonly Playlist _playlist;

    private readonly Lock _gate = new();

    private ClientSession[] _clients = [];

    public CameraStream(string path, IReadOnlyList<Clip> clips, bool shuffle, Random random)
    {
        Path = path;
        Configured = clips;
        Shuffle = shuffle;
        _random = random;
        _playlist = new Playlist(clips, shuffle, random);
        var first = clips[0];
        Tracks = first.Audio is { } audio
            ?
            [
                new StreamTrack(0, first.Video, StateOf(first.Video, 96)),
                new StreamTrack(1, audio, StateOf(audio, PayloadType(audio.Codec))),
            ]
            : [new StreamTrack(0, first.Video, StateOf(first.Video, 96))];
    }

    public string Path { get; }

    public IReadOnlyList<Clip> Configured { get; }

    public bool Shuffle { get; }

    /// <summary>Video, and sound if there is any, as the first clip has them.</summary>
    public IReadOnlyList<StreamTrack> Tracks { get; }

    public Clip Current => _playlist.Current;

    public int ClientCount => Volatile.Read(ref _clients).Length;

    /// <summary>Whether a clip can be played in this stream: the same codecs, so that what DESCRIBE said stays true.</summary>
    public bool Fits(Clip clip) =>
        clip.Video.Codec == Tracks[0].Description.Codec
        && (
            Tracks.Count == 1
            || (clip.Audio is { } audio && audio.Codec == Tracks[1].Description.Codec && audio.Clock == Tracks[1].Description.Clock)
        );

    /// <summary>Plays other clips from the next key frame on; a second call before that wins.</summary>
    public void Change(IReadOnlyList<Clip> clips, bool shuffle)
    {
        lock (_gate)
        {
            _playlist.Change(clips, shuffle);
        }
    }

    public void Add(ClientSession client)
    {
        lock (_gate)
        {
            _clients = [.. _clients.Where(c => c != client), client];
        }
    }

    public void Remove(ClientSession client)
    {
        lock (_gate)
        {
            _clients = [.. _clients.Where(c => c != client)];
        }
    }

    /// <summary>Sends all that is due.</summary>
    /// <param name="now">Time since the server's start, less the camera's lag.</param>
    /// <param name="moment">What the camera's clock and faults say at this tick.</param>
    public void Tick(TimeSpan now, TickMoment moment)
    {
        lock (_gate)
        {
            var until = Flicks.From(now);
            if (_playlist.NextDue < until - Flicks.From(LongestBurst))
            {
                _playlist.SkipTo(until);
            }

            while (_playlist.TryNext(until, out var due))
            {
                var track = Tracks[due.Track.IsVideo ? 0 : Tracks.Count - 1];
                if (track.Description.IsVideo == due.Track.IsVideo)
                {
                    Send(track, due, moment with { Timeline = until });
                }
            }

            foreach (var client in _clients)
            {
                client.Flush(moment with { Timeline = until });
            }
        }
    }

    private void Send(StreamTrack track, DueSample due, TickMoment moment)
    {
        if (_clients.Length == 0 || moment.IsSilent)
        {
            return;
        }

        if ((moment.NoSound && !due.Track.IsVideo) || (moment.NoKeyFrame && due.Track.IsVideo && due.Sample.IsSync))
            return;
        _batch.Clear();
        var time = moment.TimeStands && due.Track.IsVideo ? 0 : track.Rtp.Timestamp(due.Shown + Flicks.From(moment.TimeJump));
        Packetizer.Pack(due.Track, due.Sample, track.Rtp, time, _batch);
        if (moment.HolesPercent > 0 && due.Track.IsVideo)
            _batch.Lose(moment.HolesPercent, _random);
        if (moment.CorruptPercent > 0)
        {
            _batch.Corrupt(moment.CorruptPercent, _random);
        }

        foreach (var client in _clients)
        {
            client.Send(track, due.Sample.IsSync, _batch, moment);
        }
    }

    private RtpTrackState StateOf(ClipTrack track, byte payloadType) => new(payloadType, track.Clock, _random);

    /// <summary>RFC 3551 fixes 8 and 0 for G.711 at 8 kHz.</summary>
    private static byte PayloadType(Codec codec) =>
        codec switch
        {
            Codec.Pcma => 8,
            Codec.Pcmu => 0,
            _ => 97,
        };
}

/// <summary>A track as DESCRIBE tells it.</summary>
internal sealed record StreamTrack(int Index, ClipTrack Description, RtpTrackState Rtp);

/// <summary>What holds for one tick of one camera.</summary>
internal readonly record struct TickMoment
{
    /// <summary>Place on the stream's timeline, in flicks.</summary>
    public long Timeline { get; init; }

    /// <summary>The camera's wall clock at that place, with its fault.</summary>
    public DateTimeOffset CameraClock { get; init; }

    /// <summary>Monotonic time since the server's start, without lag.</summary>
    public TimeSpan Elapsed { get; init; }

    public TimeSpan ReportInterval { get; init; }

    public TimeSpan SessionTimeout { get; init; }

    /// <summary>No media, no RTCP.</summary>
    public bool IsSilent { get; init; }

    public bool NoReports { get; init; }

    public bool MidGroup { get; init; }

    public double CorruptPercent { get; init; }

    public double LossPercent { get; init; }

    public bool NoSound { get; init; }

    public bool NoKeyFrame { get; init; }

    public bool TimeStands { get; init; }

    public TimeSpan TimeJump { get; init; }

    public double HolesPercent { get; init; }

    public TimeSpan Jitter { get; init; }

    public TimeSpan? RestartAfter { get; init; }
}
