using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Floor.Views;

/// <summary>Follows how much of a room's floor is in view while cameras fail and are bumped. Not thread-safe.</summary>
/// <remarks>A camera that was bumped by so little that its stations are judged at their new places sees floor from there; one that moved
/// further sees none that could be named.</remarks>
/// <param name="commissioned">The room as it was calibrated.</param>
internal sealed class FloorView(RoomGeometry commissioned)
{
    /// <summary>
    /// A bump is followed in steps of this, px at the map's picture size: looking at the whole floor again takes tens of milliseconds.
    /// </summary>
    private const double StepPixels = 4;

    private readonly Dictionary<CameraId, int> _places = [];
    private (string Key, double? Percent) _last = (string.Empty, null);

    private HashSet<CameraId> _astray = [];
    private volatile IReadOnlyList<ManifestCamera> _views = ManifestViews.Of(commissioned);

    /// <summary>The room as its cameras hang now.</summary>
    public RoomGeometry Geometry { get; private set; } = commissioned;

    /// <summary>
    /// What every camera shows now, as the manifest tells it. One that moved too far shows no station and no floor that could be named. A
    /// new list whenever anything of it changed.
    /// </summary>
    /// <remarks>Safe to read from any thread.</remarks>
    public IReadOnlyList<ManifestCamera> Views => _views;

    /// <summary>Share of the floor in view of at least one camera that can say, percent; null while none is measured.</summary>
    public double? Percent(RoomView view)
    {
        var before = Geometry;

        // A camera that nothing arrives from hangs where it hung.
        foreach (var facts in view.Facts.Where(f => !view.Cameras[f.Camera].IsLost))
            Follow(facts.Camera, facts.Verdict?.JudgedAt);
        var astray = view
            .Facts.Where(f => view.Cameras[f.Camera].Health.Contains(CameraHealth.Moved) && f.Verdict?.JudgedAt is null)
            .Select(f => f.Camera)
            .ToHashSet();
        if (!ReferenceEquals(before, Geometry) || !astray.SetEquals(_astray))
        {
            _astray = astray;
            _views = [.. ManifestViews.Of(Geometry).Select(c => astray.Contains(c.Id) ? c with { FloorView = [], Stations = [] } : c)];
        }

        if (view.Cameras.Values.All(c => c.Health.Count == 0))
            return null;
        var seeing = view.Facts.Where(f => Sees(view.Cameras[f.Camera], f)).Select(f => f.Camera).ToHashSet();
        var key = string.Join(',', seeing.Select(c => $"{c}@{_places.GetValueOrDefault(c)}").Order(StringComparer.Ordinal));
        if (!string.Equals(key, _last.Key, StringComparison.Ordinal) || _last.Percent is null)
            _last = (key, Geometry.Floor.Share(seeing.Contains).ByOne * 100);
        return _last.Percent;
    }

    private static bool Sees(CameraView camera, CameraFacts facts) =>
        camera.Health.Count > 0
        && camera.Health.All(h =>
            h is CameraHealth.Ok or CameraHealth.Noisy or CameraHealth.ColourCast
            || (h == CameraHealth.Moved && facts.Verdict?.JudgedAt is not null)
        );

    private void Follow(CameraId camera, IReadOnlyList<double>? at)
    {
        var moved = at is { Count: 9 } h
            ? new PictureHomography(h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8])
            : (PictureHomography?)null;
        var last = Geometry.CameraOf(camera).Displacement;
        if (
            moved is null == last is null
            && (moved is null || Apart(moved.Value, last!.Value, Geometry.Map.Cameras.First(c => c.Id == camera).Image) <= StepPixels)
        )
            return;
        _places[camera] = _places.GetValueOrDefault(camera) + 1;
        Geometry = Geometry.Displaced(camera, moved);
    }

    private static double Apart(PictureHomography a, PictureHomography b, PixelSize size) =>
        new PixelPoint[] { new(0, 0), new(size.Width, 0), new(size.Width, size.Height), new(0, size.Height) }.Max(p =>
            a.Apply(p) is { } q && b.Apply(p) is { } r ? Math.Max(Math.Abs(q.U - r.U), Math.Abs(q.V - r.V)) : double.PositiveInfinity
        );
}
