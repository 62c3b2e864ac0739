using System.Numerics;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>
/// A room ready to be filmed: its views, its commissioned picture, which of its stations count, and the truth of its clips.
/// </summary>
internal sealed class RoomStudio
{
    private const double BelowIsHidden = 0.3;
    private const double AboveIsSeen = 0.8;
    private readonly Dictionary<(Scene, (double, double, double)), RoomView> _views = [];
    private readonly People _people;
    private readonly Desk? _worst;
    private readonly int _width;

    public RoomStudio(int seed, int width = 640)
    {
        (Plan, _width) = (new(seed), width);
        Map = Plan.Map();
        Geometry = new(CameraGeometry.Of(Map, Map.Cameras[0]));
        _people = new(Plan, seed);
        Light = new(Plan, null);
        View = ViewOf(Scene.Room, (0, 0, 1));
        var passing = Geometry
            .Stations([])
            .Where(s => s.InPictureShare >= 0.8 && s.PxPerMetre >= 1.03 * s.RequiredPxPerMetre)
            .Select(s => s.Station)
            .ToHashSet();
        Judged = [.. Plan.Desks.Where(d => passing.Contains(d.Station.Id) && Seen(View, d, []) > 0.6)];
        _worst = Judged.Count == 0 ? null : Judged[seed % Judged.Count];
        if (_worst is not null)
            Light = new(Plan, _worst);
        _views.Clear();
        View = ViewOf(Scene.Room, (0, 0, 1));
        Film = new(Plan, Light, seed);
        // Two pictures: exposure settles with the first.
        for (var i = 0; i < 6; i++)
            Film.Frame(View, new(), []);
        Film.Commissioned = 0;
        Reference = Picture.FromI420(Film.Frame(View, new(), []), View.Width, View.Height);
    }

    public RoomPlan Plan { get; }

    public StationMap Map { get; }

    public StationsInView Geometry { get; }

    public RoomLight Light { get; }

    public RoomView View { get; }

    public RoomFilm Film { get; }

    public Picture Reference { get; }

    /// <summary>Stations that the camera shows well enough to be judged.</summary>
    public IReadOnlyList<Desk> Judged { get; }

    public PixelSize Size => new(View.Width, View.Height);

    public CameraSetup Setup => new(Geometry, Reference, []);

    /// <summary>Pictures of a clip, one a second, as the sensor gives them.</summary>
    public IEnumerable<byte[]> Frames(RoomCase made)
    {
        var film = new RoomFilm(Plan, Light, Plan.Seed + made.Name.Length) { Commissioned = Film.Commissioned };
        var kept = new Dictionary<int, byte[]>();
        for (var s = 0; s < made.Seconds; s++)
        {
            var shown = made.Shown?.Invoke(s) ?? s;
            if (made.Shown is null || !kept.TryGetValue(shown, out var frame))
            {
                var view = made.IsOn(s) ? ViewOf(made.Scene, made.Turn) : View;
                frame = film.Frame(view, made.At(shown), Present(made, shown));
                if (made.Shown is not null)
                    kept[shown] = frame;
            }

            yield return frame;
        }
    }

    public IEnumerable<Solid> Present(RoomCase made, int second)
    {
        // Where a cabinet or a stand was put nobody sits any more.
        var thing =
            made.Scene is Scene.Cabinet or Scene.Banner && _worst is not null && made.IsOn(second) ? Obstacle(made.Scene, _worst) : null;
        foreach (var solid in _people.Seated(second).Where(s => thing is null || !Meets(thing, s)).Concat(_people.Walking(second)))
            yield return solid;
        if (!made.Stander || _worst is null || !made.IsOn(second))
            yield break;
        foreach (var solid in _people.Standing(5000, Before(_worst, 0.3f, 0.55f), second))
            yield return solid;
    }

    /// <summary>What is true of a clip.</summary>
    public IReadOnlyList<Span> Truth(RoomCase made)
    {
        var fine = Spell(0, made.From, "before", "ok", made, View, new(), false);
        var during = Spell(
            made.From,
            made.To,
            made.Name,
            Health(made),
            made,
            made.StationsFree ? View : ViewOf(made.Scene, made.Turn),
            made.At((made.From + made.To) / 2),
            made.StationsFree
        );
        var after = Spell(made.To, made.Seconds, "after", "ok", made, View, new(), false);
        return [.. new[] { fine, during, after }.Where(s => s.End > s.Start)];
    }

    private string? Health(RoomCase made)
    {
        if (made.Scene is Scene.Cabinet or Scene.Banner && HiddenShare(ViewOf(made.Scene, made.Turn)) > 0.15)
            return null;
        if (made.Fault != "dark")
            return made.Fault;
        // With four times the gain the picture may still be bright enough.
        var film = new RoomFilm(Plan, Light, 1) { Commissioned = Film.Commissioned };
        byte[] frame = [];
        for (var i = 0; i < 8; i++)
            frame = film.Frame(View, made.At(made.From), []);
        var luma = frame.AsSpan(0, View.Width * View.Height).ToArray();
        Array.Sort(luma);
        return luma[luma.Length / 2] switch
        {
            < 36 => "dark",
            < 50 => null,
            _ => "ok",
        };
    }

    /// <summary>Share of the picture that a thing hides: what takes much of it may well be called a covered lens.</summary>
    private double HiddenShare(RoomView with) =>
        Enumerable.Range(0, with.Depth.Length).Count(p => with.Depth[p] < View.Depth[p] - 0.05f) / (double)with.Depth.Length;

    private Span Spell(int from, int to, string state, string? camera, RoomCase made, RoomView view, Moment moment, bool free)
    {
        var (covered, lit) = (new Dictionary<string, bool>(), new Dictionary<string, bool>());
        if (!free)
            foreach (var desk in Judged)
                Judge(desk, from, state, made, view, moment, covered, lit);
        return new(from, to, state, camera, made.Hard, covered, lit);
    }

    private void Judge(
        Desk desk,
        int from,
        string state,
        RoomCase made,
        RoomView view,
        Moment moment,
        Dictionary<string, bool> covered,
        Dictionary<string, bool> lit
    )
    {
        var id = desk.Station.Id.Text;
        var things = Seen(view, desk, []);
        // A candidate who hides most of the own worktop leaves nothing to say.
        if (Seen(View, desk, _people.Seated(from)) < 0.65 * Seen(View, desk, []))
            return;
        if (things < BelowIsHidden)
            covered[id] = false;
        if (things < AboveIsSeen)
            return;
        if (made.Fault is "ok" or null || state is "before" or "after")
            covered[id] = true;
        Span<float> weights = stackalloc float[RoomLight.Count],
            usual = stackalloc float[RoomLight.Count];
        moment.Weigh(Plan, weights);
        new Moment().Weigh(Plan, usual);
        weights[(int)Rooms.Light.Sun] = 0;
        float own = Light.On(desk, weights) / Light.On(desk, usual),
            best = Best(weights, usual);
        if (made.At((made.From + made.To) / 2).Sun > 0 && state == made.Name)
        {
            covered.Remove(id);
            if (desk != _worst)
                (covered[id], lit[id]) = (true, true);
            else if (Burns(view, desk, moment))
                lit[id] = false;
            return;
        }

        if (own < 0.42f && (own < 0.45f * best || best < 0.3f))
            lit[id] = false;
        else if (own > 0.75f && own > 0.7f * best)
            lit[id] = true;
    }

    private float Best(ReadOnlySpan<float> weights, ReadOnlySpan<float> usual)
    {
        var all = new List<float>();
        foreach (var d in Plan.Desks)
            all.Add(Light.On(d, weights) / Light.On(d, usual));
        all.Sort();
        return all[(int)(0.8 * (all.Count - 1))];
    }

    /// <summary>Whether the patch of sun burns out a third of the worktop more than before.</summary>
    private bool Burns(RoomView view, Desk desk, Moment moment)
    {
        var film = new RoomFilm(Plan, Light, 1) { Commissioned = Film.Commissioned };
        byte[] usual = film.Frame(view, new(), []),
            now = [];
        for (var i = 0; i < 8; i++)
            now = film.Frame(view, moment, []);
        int n = 0,
            burnt = 0;
        foreach (var p in Grid(desk))
        {
            if (view.Project(p) is not { } q || q.X < 0 || q.Y < 0 || q.X >= view.Width || q.Y >= view.Height)
                continue;
            var i = ((int)q.Y * view.Width) + (int)q.X;
            n++;
            if (now[i] >= 233 && usual[i] < 233)
                burnt++;
        }

        return burnt > 0.33 * n;
    }

    private RoomView ViewOf(Scene scene, (double Degrees, double Roll, double Zoom) turn)
    {
        if (_views.TryGetValue((scene, turn), out var known))
            return known;
        var camera = turn == (0, 0, 1) ? Plan.Camera : Plan.Turned(turn.Degrees, turn.Roll, turn.Zoom);
        IReadOnlyList<Solid> more = scene is Scene.Cabinet or Scene.Banner && _worst is not null ? [Obstacle(scene, _worst)] : [];
        return _views[(scene, turn)] = new(Plan, Light, camera, more, _width);
    }

    private Solid Obstacle(Scene scene, Desk desk)
    {
        var paint = new Paint(
            new(0.35f, 0.3f, 0.25f),
            scene == Scene.Cabinet ? Pattern.Planks : Pattern.Plain,
            0.4f,
            0.4f,
            Plan.Seed,
            scene == Scene.Cabinet ? 0.1f : 0.3f
        );
        var toward = Vector2.Normalize(new Vector2(View.Eye.X, View.Eye.Y) - desk.Center);
        var yaw = MathF.Atan2(toward.Y, toward.X) - (MathF.PI / 2);
        var half = (float)Math.Max(desk.Station.Size.Width, desk.Station.Size.Depth) / 2;
        return scene == Scene.Cabinet
            ? new(false, new(Before(desk, 0.25f, 0.3f), 0.95f), new(half * 1.05f, 0.22f, 0.95f), yaw, paint)
            : new(false, new(Before(desk, 0.35f, 0.3f), 1.35f), new(half * 1.25f, 0.02f, 0.6f), yaw, paint);
    }

    /// <summary>Whether a body would stand in a thing, or touch it.</summary>
    private static bool Meets(Solid thing, Solid body)
    {
        var (sin, cos) = MathF.SinCos(thing.Yaw);
        var way = new Vector2(body.Center.X - thing.Center.X, body.Center.Y - thing.Center.Y);
        float along = MathF.Abs((cos * way.X) + (sin * way.Y)),
            across = MathF.Abs((cos * way.Y) - (sin * way.X));
        return along < thing.Half.X + 0.3f && across < thing.Half.Y + 0.3f;
    }

    /// <summary>A place on the plan between a desk and the camera.</summary>
    private Vector2 Before(Desk desk, float share, float least)
    {
        var way = new Vector2(View.Eye.X, View.Eye.Y) - desk.Center;
        return desk.Center
            + (
                way
                * Math.Min(
                    0.8f,
                    Math.Max((least + ((float)desk.Station.Size.Depth / 2)) / way.Length(), Math.Min(share, 1.1f / way.Length()))
                )
            );
    }

    /// <summary>Share of a worktop that nothing stands before, of its part inside the picture.</summary>
    private static double Seen(RoomView view, Desk desk, IEnumerable<Solid> people)
    {
        var bodies = people.ToArray();
        int n = 0,
            seen = 0;
        foreach (var p in Grid(desk))
        {
            if (view.Project(p) is not { } q || q.X < 0 || q.Y < 0 || q.X >= view.Width || q.Y >= view.Height)
                continue;
            n++;
            if (!view.Hidden(p, bodies))
                seen++;
        }

        return n == 0 ? 0 : (double)seen / n;
    }

    private static IEnumerable<Vector3> Grid(Desk desk)
    {
        for (var i = 0; i < 40; i++)
        {
            var (dx, dy) = ((((i % 8) + 0.5f) / 8) - 0.5f, (((i / 8) + 0.5f) / 5) - 0.5f);
            yield return new(
                desk.Center + new Vector2(dx * (float)desk.Station.Size.Width, dy * (float)desk.Station.Size.Depth),
                (float)desk.Station.Height + 0.005f
            );
        }
    }
}
