namespace ExamMonitor.Coverage.Judging;

/// <summary>The noise that a stream has in commissioned light, from which a camera's gain is told.</summary>
/// <remarks>A reference may be cleaner than its stream ever is (an average of pictures), or noisier (a picture that was never encoded):
/// only the stream itself says what it usually has. Until it has been seen in commissioned light for a while, the noisier of the two
/// counts. Each reference of the hour begins anew.</remarks>
internal sealed class UsualNoise(CoverageOptions options)
{
    /// <summary>Pictures in commissioned light after which the stream's own noise is known.</summary>
    public const int Known = 10;

    private const double Weight = 1.0 / 60;
    private readonly double _leastLight = Math.Log(0.9);
    private double _usual;
    private double _reference;
    private int _seen;

    /// <summary>What knows as much as this does.</summary>
    public UsualNoise Copy() => (UsualNoise)MemberwiseClone();

    /// <summary>Takes a picture's scores.</summary>
    /// <returns>The noise to compare with, grey levels.</returns>
    public double Take(in ViewScores scores)
    {
        if (scores.RefNoise != _reference)
            (_reference, _usual, _seen) = (scores.RefNoise, 0, 0);
        if (scores.Light > _leastLight && scores.Noise < options.NoisyDeviation)
        {
            _seen++;
            _usual += (scores.Noise - _usual) * Math.Max(Weight, 1.0 / _seen);
        }

        return _seen >= Known ? _usual : Math.Max(_reference, _usual);
    }
}
