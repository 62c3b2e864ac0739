namespace ExamMonitor.Benchmarks.Measures;

/// <summary>
/// What a source shows while it stands still or plays over again, one minute of every ten: frozen, a loop of 14 s that was recorded before,
/// the minute of four minutes ago; by turns.
/// </summary>
internal sealed class SoakFaults
{
    private const int Every = 600;
    private const int Begins = 420;
    private const int Lasts = 60;
    private const int Kept = 300;
    private static readonly string[] s_names = ["frozen", "loop", "replay"];
    private readonly Dictionary<int, byte[]> _kept = [];

    /// <summary>The fault of a second since the start; null when there is none.</summary>
    public static (string Name, int Begun)? At(int second) =>
        second % Every is var inside && inside >= Begins && inside < Begins + Lasts
            ? (s_names[second / Every % 3], second - inside + Begins)
            : null;

    /// <summary>The picture that the source gives: this one, or one that it gave before.</summary>
    /// <param name="second">Since the start.</param>
    /// <param name="frame">What the sensor sees.</param>
    public byte[] Show(int second, Func<byte[]> frame)
    {
        if (At(second) is not var (name, begun))
        {
            _kept.Remove(second - Kept);
            return _kept[second] = frame();
        }

        return _kept[
            name switch
            {
                "frozen" => begun - 2,
                "loop" => begun - 30 + ((second - begun) % 14),
                _ => second - 240,
            }
        ];
    }
}
