#pragma warning disable CA1815 // Measures are read, never compared; equality would only invite comparing floats.
using System.Runtime.CompilerServices;

namespace ExamMonitor.Coverage.Vision;

/// <summary>Levels of a whole frame; luma in grey levels of limited range.</summary>
public struct FrameLevels
{
    /// <summary>Mean luma.</summary>
    public float Mean { get; set; }

    /// <summary>1st percentile.</summary>
    public float P01 { get; set; }

    /// <summary>5th percentile.</summary>
    public float P05 { get; set; }

    /// <summary>Median.</summary>
    public float P50 { get; set; }

    /// <summary>95th percentile.</summary>
    public float P95 { get; set; }

    /// <summary>99th percentile.</summary>
    public float P99 { get; set; }

    /// <summary>99.9th percentile.</summary>
    public float P999 { get; set; }

    /// <summary>Share of burnt-out pixels, [0, 1].</summary>
    public float Clipped { get; set; }

    /// <summary>Standard deviation.</summary>
    public float Deviation { get; set; }

    /// <summary>Standard deviation of the noise, grey levels: median over the blocks.</summary>
    public float Noise { get; set; }

    /// <inheritdoc cref="Noise"/>
    public float RefNoise { get; set; }
}

/// <summary>Measures of one block of the 16 × 9 grid, the reference's beside the frame's.</summary>
public struct BlockMeasure
{
    /// <summary>Share of the block inside the frame, [0, 1].</summary>
    public float Valid { get; set; }

    /// <summary>Strong edge pixels of the reference per pixel, [0, 1].</summary>
    public float Edges { get; set; }

    /// <summary>Share of these whose direction is still there, [0, 1].</summary>
    public float Agreement { get; set; }

    /// <summary>Correlation of signed gradients at a quarter of the resolution, [-1, 1].</summary>
    public float Coarse { get; set; }

    /// <summary>Mean squared gradient.</summary>
    public float Energy { get; set; }

    /// <inheritdoc cref="Energy"/>
    public float RefEnergy { get; set; }

    /// <summary>Mean luma.</summary>
    public float Mean { get; set; }

    /// <inheritdoc cref="Mean"/>
    public float RefMean { get; set; }

    /// <summary>Mean blue-difference chroma, 128 = none.</summary>
    public float U { get; set; }

    /// <summary>Mean red-difference chroma, 128 = none.</summary>
    public float V { get; set; }

    /// <inheritdoc cref="U"/>
    public float RefU { get; set; }

    /// <inheritdoc cref="V"/>
    public float RefV { get; set; }

    /// <summary>Energy of the band 0.8 to 1.6 px.</summary>
    public float High { get; set; }

    /// <inheritdoc cref="High"/>
    public float RefHigh { get; set; }

    /// <summary>Energy of the band 3.2 to 6.4 px.</summary>
    public float Mid { get; set; }

    /// <inheritdoc cref="Mid"/>
    public float RefMid { get; set; }

    /// <summary>Standard deviation of the noise, grey levels.</summary>
    public float Noise { get; set; }

    /// <inheritdoc cref="Noise"/>
    public float RefNoise { get; set; }

    /// <summary>Share of burnt-out pixels.</summary>
    public float Clipped { get; set; }

    /// <inheritdoc cref="Clipped"/>
    public float RefClipped { get; set; }
}

/// <summary>Measures inside a station's outline.</summary>
public struct StationMeasure
{
    /// <summary>Share of the outline inside the frame, [0, 1].</summary>
    public float Valid { get; set; }

    /// <summary>Pixels of the outline inside the reference.</summary>
    public float Pixels { get; set; }

    /// <summary>Mean luma.</summary>
    public float Mean { get; set; }

    /// <summary>5th percentile of luma.</summary>
    public float P05 { get; set; }

    /// <summary>Median luma.</summary>
    public float P50 { get; set; }

    /// <summary>95th percentile of luma.</summary>
    public float P95 { get; set; }

    /// <summary>Standard deviation of luma: contrast.</summary>
    public float Deviation { get; set; }

    /// <summary>Share of burnt-out pixels.</summary>
    public float Clipped { get; set; }

    /// <summary>Standard deviation of the noise, grey levels.</summary>
    public float Noise { get; set; }

    /// <inheritdoc cref="Clipped"/>
    public float RefClipped { get; set; }
}

/// <summary>One of a station's 6 × 4 cells.</summary>
public struct CellMeasure
{
    /// <summary>Pixels of the grown outline in it, inside the frame.</summary>
    public float Pixels { get; set; }

    /// <summary>Of these, strong edge pixels of the reference.</summary>
    public float Edges { get; set; }

    /// <summary>Share of these whose direction is still there, [0, 1].</summary>
    public float Agreement { get; set; }

    /// <summary>Mean of the linear-light ratio frame : reference, natural logarithm.</summary>
    public float Ratio { get; set; }
}

/// <summary>Nine numbers of a homography, row by row: it takes a pixel of the reference to its place in the frame.</summary>
[InlineArray(9)]
public struct Homography : IEquatable<Homography>
{
    private double _first;

    /// <summary>Nothing moved.</summary>
    public static Homography Identity
    {
        get
        {
            var h = default(Homography);
            h[0] = h[4] = h[8] = 1;
            return h;
        }
    }

    /// <summary>The same motion in a picture of another size.</summary>
    /// <param name="sx">Width of the other picture over the width of this one.</param>
    /// <param name="sy">The same for the height.</param>
    public readonly Homography Scaled(double sx, double sy)
    {
        var h = this;
        h[1] *= sx / sy;
        h[2] *= sx;
        h[3] *= sy / sx;
        h[5] *= sy;
        h[6] /= sx;
        h[7] /= sy;
        return h;
    }

    /// <summary>Where a pixel of the reference is seen.</summary>
    /// <param name="u">Right, px.</param>
    /// <param name="v">Down, px.</param>
    public readonly (double U, double V) Apply(double u, double v)
    {
        var w = (this[6] * u) + (this[7] * v) + this[8];
        return (((this[0] * u) + (this[1] * v) + this[2]) / w, ((this[3] * u) + (this[4] * v) + this[5]) / w);
    }

    /// <inheritdoc/>
    public readonly bool Equals(Homography other) => ((ReadOnlySpan<double>)this).SequenceEqual(other);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is Homography other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => HashCode.Combine(this[0], this[1], this[2], this[3], this[4], this[5]);

    /// <summary>Equality of all nine numbers.</summary>
    public static bool operator ==(Homography left, Homography right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(Homography left, Homography right) => !left.Equals(right);
}

/// <summary>How a frame lies over the reference.</summary>
public struct Registration
{
    /// <summary>Reference to frame; the prior when nothing was found.</summary>
    public Homography Homography { get; set; }

    /// <summary>Places of the reference that were looked for.</summary>
    public int Places { get; set; }

    /// <summary>Of these, found.</summary>
    public int Matched { get; set; }

    /// <summary>Of these, agreeing with the homography.</summary>
    public int Agreeing { get; set; }

    /// <summary>Median distance of the agreeing ones, px.</summary>
    public double Residual { get; set; }

    /// <summary>Share of the picture that the agreeing ones span, [0, 1].</summary>
    public double Spread { get; set; }

    /// <summary>Whether enough places agree.</summary>
    public bool Found { get; set; }
}
