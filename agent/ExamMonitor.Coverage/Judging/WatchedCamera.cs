using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Drawing;

namespace ExamMonitor.Coverage.Judging;

/// <summary>One camera from picture to verdict: the path that live watching and audit share.</summary>
/// <remarks>One call at a time. A change of the pictures' size starts anew: another size is another stream.</remarks>
/// <param name="setup">Camera, reference, stations.</param>
/// <param name="options">Thresholds.</param>
public sealed class WatchedCamera(CameraSetup setup, CoverageOptions options) : IDisposable
{
    private CameraObserver? _observer;
    private CameraJudge? _judge;
    private byte[] _last = [];
    private PixelSize _lastSize;
    private Vision.FrameMeasures? _measures;
    private CameraVerdict? _verdict;
    private byte[] _aside = [];
    private ushort[] _hashes = [];
    private byte[] _means = [];
    private DateTimeOffset? _asideAt;
    private DateTimeOffset? _judgedAt;

    /// <summary>How long every condition must have rested before pictures are set aside.</summary>
    private static readonly TimeSpan RestsFor = TimeSpan.FromSeconds(10);

    /// <summary>Time since the newest judged picture up to which the next one is set aside: pictures come each second.</summary>
    private static readonly TimeSpan MostBetween = TimeSpan.FromSeconds(1.6);

    /// <summary>The camera.</summary>
    public CameraId Camera => setup.Camera;

    /// <summary>Judges a picture.</summary>
    /// <param name="i420">Planar YUV 4:2:0.</param>
    /// <param name="size">Its size, px, even, at least 160 × 90, at most 1920 × 1080.</param>
    /// <param name="at">Media time or arrival.</param>
    /// <param name="kind">How it was coded.</param>
    /// <exception cref="Vision.VisionException">The size is out of range, or the library failed.</exception>
    public CameraVerdict Judge(ReadOnlySpan<byte> i420, PixelSize size, DateTimeOffset at, PictureKind kind = PictureKind.Key)
    {
        Begin(size);
        return JudgeMeasured(i420, size, at, kind, _observer!.Observe(i420, at));
    }

    /// <summary>
    /// Judges a picture as <see cref="Judge"/> does, at half the cost while nothing changes: after ten seconds in which every condition
    /// rested, every other key frame is set aside. If the next one would change anything that is settled, the one aside is judged first:
    /// onsets are those of <see cref="Judge"/>.
    /// </summary>
    /// <param name="i420">Planar YUV 4:2:0.</param>
    /// <param name="size">As for <see cref="Judge"/>.</param>
    /// <param name="at">Arrival.</param>
    /// <param name="kind">How it was coded.</param>
    /// <param name="take">Takes the verdicts in order of time; none when the picture was set aside.</param>
    /// <exception cref="Vision.VisionException">As for <see cref="Judge"/>.</exception>
    public void Watch(ReadOnlySpan<byte> i420, PixelSize size, DateTimeOffset at, PictureKind kind, Action<CameraVerdict> take)
    {
        Begin(size);
        if (_asideAt is null && kind == PictureKind.Key && MaySetAside(at))
        {
            _observer!.Hash(i420, _hashes, _means);
            if (_judge!.Pass(_hashes, _means, at))
            {
                if (_aside.Length != i420.Length)
                    _aside = new byte[i420.Length];
                i420.CopyTo(_aside);
                _asideAt = at;
                return;
            }
        }
        else if (_asideAt is { } asideAt)
        {
            _asideAt = null;
            var measures = _observer!.Observe(i420, at);
            if (kind == PictureKind.Key && !_judge!.IsChangedBy(measures, at))
            {
                take(JudgeMeasured(i420, size, at, kind, measures));
                return;
            }

            take(Judge(_aside, size, asideAt));
        }

        take(Judge(i420, size, at, kind));
    }

    private bool MaySetAside(DateTimeOffset at) =>
        _judge!.RestsSince is { } rests && at - rests >= RestsFor && at > _judgedAt && at - _judgedAt <= MostBetween;

    private void Begin(PixelSize size)
    {
        if (_observer?.Size == size)
            return;
        _observer?.Dispose();
        _observer = new(setup, size, options);
        _judge = new(setup.Geometry, size, options);
        (_asideAt, _judgedAt) = (null, null);
        (_hashes, _means) = (new ushort[size.Width / 8 * (size.Height / 8)], new byte[size.Width / 8 * (size.Height / 8)]);
    }

    private CameraVerdict JudgeMeasured(
        ReadOnlySpan<byte> i420,
        PixelSize size,
        DateTimeOffset at,
        PictureKind kind,
        Vision.FrameMeasures measures
    )
    {
        if (_last.Length != i420.Length)
            _last = new byte[i420.Length];
        i420.CopyTo(_last);
        (_lastSize, _measures, _judgedAt) = (size, measures, at);
        var verdict = _judge!.Judge(measures, at, kind);
        return _verdict = verdict with { Reference = _observer!.Reference, Text = WithReference(verdict.Text) };
    }

    /// <summary>
    /// A sentence about light says what it was compared with; a picture of the hour that shows something else is told as well.
    /// </summary>
    private LocalText? WithReference(LocalText? text) =>
        (_observer!.Reference, _observer.Refused) switch
        {
            ({ } used, _) when text is not null => Sentences.Join([text, Sentences.ComparedWith(used)]),
            (_, { } refused) => Sentences.Join(
                text is null ? [Sentences.ReferenceRefused(Camera, refused)] : [text, Sentences.ReferenceRefused(Camera, refused)]
            ),
            _ => text,
        };

    /// <summary>
    /// The newest picture beside the commissioned one, both marked; null before the first picture. After a loss of signal it is the last
    /// picture that came.
    /// </summary>
    /// <param name="station">Station that is shown; null for the camera itself.</param>
    /// <exception cref="Vision.VisionException">The library failed.</exception>
    public EvidencePair? Evidence(StationId? station) =>
        _verdict is null || _measures is null
            ? null
            : EvidenceDrawing.Draw(
                setup,
                _last,
                _lastSize,
                _verdict,
                station,
                _verdict.Health.Contains(CameraHealth.Covered)
                    ? [.. ViewScores.LostBlocks(_measures, options).Union(_judge!.RestingBlocks)]
                    : []
            );

    /// <summary>Judges the passing of time without a picture; null while the last one is recent.</summary>
    /// <param name="at">Now, on the pictures' time scale.</param>
    public CameraVerdict? Tick(DateTimeOffset at)
    {
        // Before the first picture the size is unknown and does not matter.
        _judge ??= new(setup.Geometry, new(640, 360), options);
        return _judge.Tick(at);
    }

    /// <inheritdoc/>
    public void Dispose() => _observer?.Dispose();
}
