using System.Numerics;

namespace ExamMonitor.Benchmarks.Rooms;

/// <summary>A thing right before the lens.</summary>
/// <param name="Share">Of the picture's width that it hides, from the left, [0, 1].</param>
/// <param name="Colour">Linear RGB as the camera exposes it.</param>
/// <param name="Edge">Softness of its edge, share of the width.</param>
internal sealed record Veil(float Share, Vector3 Colour, float Edge = 0.08f);

/// <summary>What light, lens and sensor do at one second. The default is the commissioned state.</summary>
internal sealed record Moment
{
    public float BankA { get; init; } = 1;

    public float BankB { get; init; } = 1;

    /// <summary>Times the room's own share of daylight.</summary>
    public float Day { get; init; } = 1;

    public float Infrared { get; init; }

    public float Sun { get; init; }

    /// <summary>Standard deviation of the lens's blur, px of the analysed picture.</summary>
    public float Blur { get; init; }

    /// <summary>Times the sensor's own noise.</summary>
    public float Noise { get; init; } = 1;

    /// <summary>Gains of red, green and blue.</summary>
    public Vector3 Cast { get; init; } = Vector3.One;

    public bool Mono { get; init; }

    /// <summary>Depth of the bands that lamps on 50 Hz leave in a rolling shutter, [0, 1].</summary>
    public float Flicker { get; init; }

    /// <summary>Times the exposure that the camera would choose.</summary>
    public float Exposure { get; init; } = 1;

    public Veil? Veil { get; init; }

    /// <summary>Weights of the lights.</summary>
    public void Weigh(RoomPlan plan, Span<float> into) =>
        (into[0], into[1], into[2], into[3], into[4], into[5]) = (BankA, BankB, Day * plan.Window.Day, Infrared, plan.Emergency, Sun);
}
