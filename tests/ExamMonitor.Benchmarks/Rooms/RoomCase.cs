using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>What is true between two seconds of a clip.</summary>
/// <param name="Start">First second.</param>
/// <param name="End">Second after the last.</param>
/// <param name="State">Name.</param>
/// <param name="Camera">Condition of the camera as contracts write it, "ok", or null where either may be said.</param>
/// <param name="Hard">Counted apart.</param>
/// <param name="Covered">By station; absent where either may be said.</param>
/// <param name="Lit">By station.</param>
internal sealed record Span(
    int Start,
    int End,
    string State,
    string? Camera,
    bool Hard,
    IReadOnlyDictionary<string, bool> Covered,
    IReadOnlyDictionary<string, bool> Lit
);

/// <summary>Which of the views a second shows.</summary>
internal enum Scene
{
    Room,
    Cabinet,
    Banner,
    Turned,
}

/// <summary>A clip to be made.</summary>
/// <param name="Name">Case.</param>
/// <param name="Fault">Condition of the camera while it lasts; "ok" for what is no fault, null where either may be said.</param>
/// <param name="From">First second of it.</param>
/// <param name="To">Second after the last.</param>
/// <param name="Seconds">Length of the clip.</param>
/// <param name="At">Light, lens and sensor at a second.</param>
internal sealed record RoomCase(string Name, string? Fault, int From, int To, int Seconds, Func<int, Moment> At)
{
    public bool Hard { get; init; }

    public Scene Scene { get; init; }

    /// <summary>Turn in degrees, roll in degrees, zoom.</summary>
    public (double Degrees, double Roll, double Zoom) Turn { get; init; } = (0, 0, 1);

    /// <summary>Which second is shown at a second: itself, but for a frozen or replayed source.</summary>
    public Func<int, int>? Shown { get; init; }

    /// <summary>Whether someone stands before a desk for the time of the fault.</summary>
    public bool Stander { get; init; }

    /// <summary>Steps added to the encoder's rate factor.</summary>
    public int Coarser { get; init; }

    /// <summary>Whether the stations may be said anything of while it lasts.</summary>
    public bool StationsFree { get; init; }

    public bool IsOn(int second) => second >= From && second < To;

    /// <summary>All cases of a room.</summary>
    public static IEnumerable<RoomCase> Of(RoomPlan plan)
    {
        var fine = new Moment();
        RoomCase Lasts(string name, string? fault, Moment during, int seconds = 40) =>
            new(name, fault, 20, 20 + seconds, 40 + seconds, s => s >= 20 && s < 20 + seconds ? during : fine);
        RoomCase Always(string name, Func<int, Moment> at) => new(name, "ok", 0, 90, 90, at);

        yield return Always("normal", _ => fine);
        yield return Always("daylight_slow", s => new() { Day = 1 + (0.8f * MathF.Sin(s * 0.07f)) });
        yield return Always("daylight_fast", s => new() { Day = s / 12 % 2 == 0 ? 1 : 1.9f });
        yield return Always("exposure_steps", s => new() { Exposure = s / 15 % 2 == 0 ? 1 : 1.35f });
        yield return Always(
            "white_balance",
            s => new() { Cast = new(1 + (0.07f * MathF.Sin(s * 0.1f)), 1, 1 - (0.07f * MathF.Sin(s * 0.1f))) }
        );
        yield return Always("flicker", _ => new() { Flicker = 0.12f });
        yield return Always("low_rate", _ => fine) with
        {
            Coarser = 9,
        };
        yield return Lasts("stander", "ok", fine, 55) with
        {
            Stander = true,
            Hard = true,
        };
        yield return Lasts(
            "infrared",
            null,
            new()
            {
                BankA = 0,
                BankB = 0,
                Day = 0,
                Infrared = 0.7f,
                Mono = true,
            }
        ) with
        {
            StationsFree = true,
        };
        yield return Lasts("bank_a_off", "ok", new() { BankA = 0.02f, Day = 0.3f });
        yield return Lasts("bank_b_off", "ok", new() { BankB = 0.02f, Day = 0.3f });
        yield return Lasts(
            "dim",
            null,
            new()
            {
                BankA = 0.12f,
                BankB = 0.12f,
                Day = 0.12f,
            }
        ) with
        {
            Hard = true,
        };
        yield return Lasts(
            "lights_off",
            "dark",
            new()
            {
                BankA = 0,
                BankB = 0,
                Day = 0,
            }
        );
        yield return Lasts("sun_patch", null, new() { Sun = 14 });
        yield return Lasts("cabinet", "ok", fine, 80) with
        {
            Scene = Scene.Cabinet,
        };
        yield return Lasts("banner", "ok", fine, 80) with
        {
            Scene = Scene.Banner,
        };
        yield return Lasts("turned_1.5", "moved", fine) with
        {
            Scene = Scene.Turned,
            Turn = (1.5, 0.3, 1),
            Hard = true,
            StationsFree = true,
        };
        yield return Lasts("turned_5", "moved", fine) with
        {
            Scene = Scene.Turned,
            Turn = (5, 1, 1),
            StationsFree = true,
        };
        yield return Lasts("turned_20", "moved", fine) with
        {
            Scene = Scene.Turned,
            Turn = (20, 2, 1),
            StationsFree = true,
        };
        yield return Lasts("zoomed_1.1", "moved", fine) with
        {
            Scene = Scene.Turned,
            Turn = (0, 0, 1.1),
            StationsFree = true,
        };
        yield return Lasts("blur_1.3", "defocused", new() { Blur = 1.3f }) with
        {
            Hard = true,
            StationsFree = true,
        };
        yield return Lasts("blur_3", "defocused", new() { Blur = 3 }) with
        {
            StationsFree = true,
        };
        yield return Lasts("covered_dark", "covered", new() { Veil = new(1.1f, new Vector3(0.03f, 0.02f, 0.02f)) }) with
        {
            StationsFree = true,
        };
        yield return Lasts("covered_bright", "covered", new() { Veil = new(1.1f, new Vector3(0.45f, 0.40f, 0.35f)) }) with
        {
            StationsFree = true,
        };
        yield return Lasts("covered_half", "covered", new() { Veil = new(0.5f, new Vector3(0.10f, 0.06f, 0.05f)) }) with
        {
            StationsFree = true,
        };
        yield return Lasts("frozen", "frozen", fine) with
        {
            Shown = s => s is >= 20 and < 60 ? 19 : s,
            StationsFree = true,
        };
        yield return new("replay", "frozen", 25, 75, 75, _ => fine)
        {
            Shown = s => s < 25 ? s : 8 + ((s - 25) % 14),
            Hard = true,
            StationsFree = true,
        };
        yield return Lasts("noisy", "noisy", new() { Noise = 5.5f / Math.Max(0.4f, Typical(plan)) }) with
        {
            StationsFree = true,
        };
        yield return Lasts("cast_strong", "colour-cast", new() { Cast = new(1.25f, 1, 0.62f) }) with
        {
            StationsFree = true,
        };
        yield return Lasts("cast_weak", "colour-cast", new() { Cast = new(0.88f, 1, 1.2f) }) with
        {
            Hard = true,
            StationsFree = true,
        };
    }

    /// <summary>Noise of a grey surface in the commissioned light, grey levels.</summary>
    private static float Typical(RoomPlan plan) =>
        100 * MathF.Pow(0.16f, (1 / 2.2f) - 1) * MathF.Sqrt((plan.ReadNoise * plan.ReadNoise) + (plan.ShotNoise * 0.16f));
}
