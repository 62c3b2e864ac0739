using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Coverage.Judging;

/// <summary>What the blocks of a frame say together. Pure numbers; docs/measurement.md has the formulas.</summary>
internal readonly record struct ViewScores
{
    /// <summary>Energy that Gaussian noise of deviation 1 leaves in the band 0.8 to 1.6 px: sum of the squared kernel.</summary>
    public const double HighNoiseGain = 0.0568;

    /// <summary>The same for the squared gradient.</summary>
    public const double GradientNoiseGain = 0.0802;

    /// <summary>Energy below which a band holds compression rather than structure.</summary>
    public const double LeastBand = 2;

    /// <summary>
    /// Mean squared slope from which a plain block has got texture, (grey levels per pixel)²: strong edges, 10 levels a pixel, over a tenth
    /// of it.
    /// </summary>
    public const double NewTexture = 10;

    /// <summary>Least luma of a block whose colour says something: below it a level of chroma is a large gain.</summary>
    private const double LeastColourLuma = 60;

    /// <summary>Least blocks for a common colour.</summary>
    private const int LeastColourBlocks = 12;

    /// <summary>Least edge density of a block with texture.</summary>
    public const double TexturedEdges = 0.01;

    /// <summary>Blocks with texture in the reference that lie inside the frame.</summary>
    public int Textured { get; private init; }

    /// <summary>Share of them whose structure is gone, [0, 1]; 0 without any.</summary>
    public double LostShare { get; private init; }

    /// <summary>Median edge energy of the lost blocks relative to the reference's, noise taken out; 0 when none is lost.</summary>
    public double LostEnergy { get; private init; }

    /// <summary>Sharpness of the lost blocks relative to the reference's: median; 0 when none is lost.</summary>
    public double LostSharpness { get; private init; }

    /// <summary>
    /// Share of all blocks that changed: texture that is gone, or a plain block whose light or chroma differs from the picture's common
    /// shift; [0, 1].
    /// </summary>
    public double ChangedShare { get; private init; }

    /// <summary>
    /// Share of all blocks that show something else than the reference: texture that is gone, or texture where the reference is plain; [0,
    /// 1]. Light alone changes neither.
    /// </summary>
    public double ReplacedShare { get; private init; }

    /// <summary>Blocks that show sharp structure other than the reference's: an edge of a wall, a switch. What is close before the lens has
    /// none.</summary>
    public int SharpBlocks { get; private init; }

    /// <summary>Sharpness relative to the reference, over the blocks that still show it; null where too few do.</summary>
    public double? Sharpness { get; private init; }

    /// <summary>Median noise of the blocks, grey levels.</summary>
    public double Noise { get; init; }

    /// <summary>Of the reference.</summary>
    public double RefNoise { get; init; }

    /// <summary>What a coat on the lens would have done.</summary>
    public VeilScores Veil { get; private init; }

    /// <summary>Share of the light that a film over the whole lens added, [0, 1]; 0 while the picture is out of focus.</summary>
    public double Haze { get; private init; }

    /// <summary>Noise beyond the reference's in its plainest third of blocks, grey levels: median. A sharp view's texture passes for
    /// noise; in plain blocks there is none.</summary>
    public double AddedNoise { get; private init; }

    /// <summary>Noise of the reference's plainest tenth of blocks, grey levels.</summary>
    public double RefPlainNoise { get; private init; }

    /// <summary>80th less 20th percentile of the blocks' light against the reference: how unevenly the light changed.</summary>
    public double LightSpread { get; private init; }

    /// <summary>
    /// Shift of colour that the blocks have in common, as chroma of a grey of 100 levels above black; 0 unless three of four blocks agree
    /// with its direction and half of its size.
    /// </summary>
    public double CommonShift { get; private init; }

    /// <summary>Median shift of blue-difference chroma.</summary>
    public double ShiftU { get; private init; }

    /// <summary>Median shift of red-difference chroma.</summary>
    public double ShiftV { get; private init; }

    /// <summary>Median linear-light ratio to the reference, natural logarithm.</summary>
    public double Light { get; init; }

    /// <summary>80th percentile of it: the best lit part of the room.</summary>
    public double BestLight { get; init; }

    /// <summary>Burnt-out share of the reference.</summary>
    public double RefClipped { get; private init; }

    /// <summary>Computes the scores.</summary>
    public static ViewScores Of(FrameMeasures measures, CoverageOptions options)
    {
        Span<double> energy = stackalloc double[measures.Blocks.Length],
            lostSharp = stackalloc double[measures.Blocks.Length];
        Span<(double Contrast, double Ratio)> sharp = stackalloc (double, double)[measures.Blocks.Length];
        Span<double> light = stackalloc double[measures.Blocks.Length];
        Span<double> u = stackalloc double[measures.Blocks.Length],
            v = stackalloc double[measures.Blocks.Length];
        Span<(double U, double V)> casts = stackalloc (double, double)[measures.Blocks.Length];
        int textured = 0,
            lost = 0,
            lostSharps = 0,
            sharps = 0,
            lights = 0,
            shifts = 0,
            colours = 0;
        double refClipped = 0;
        var smeared = SmearedBelow(measures);
        Span<(double Before, double Added)> noises = stackalloc (double, double)[measures.Blocks.Length];
        var plain = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            refClipped += b.RefClipped / measures.Blocks.Length;
            if (b.Valid < 0.5)
                continue;
            // Near black and white noise is cut off.
            if (b.RefMean is >= 30 and <= 222)
                noises[plain++] = (b.RefNoise, (b.Noise * b.Noise) - (b.RefNoise * b.RefNoise));
            var hasTexture = b.Edges >= TexturedEdges;
            var gone = IsGone(b, options, smeared);
            if (hasTexture)
                textured++;
            if (gone)
            {
                energy[lost++] = Math.Max(0, b.Energy - (GradientNoiseGain * b.Noise * b.Noise)) / Math.Max(b.RefEnergy, 1e-3);
                if (SharpnessOf(b) is { } s)
                    lostSharp[lostSharps++] = s;
            }
            else if (hasTexture && SharpnessOf(b) is { } s)
            {
                sharp[sharps++] = (b.RefMid, s);
            }

            if (b.RefMean is < 40 or > 222 || b.RefClipped > 0.1 || b.Clipped > 0.1)
                continue;
            light[lights++] = Linear.LogRatio(b.Mean, b.RefMean);
            if (gone)
                continue;
            u[shifts] = b.U - b.RefU;
            v[shifts++] = b.V - b.RefV;
            if (b.RefMean < LeastColourLuma)
                continue;
            // A gain of one colour moves the chroma of a surface by as much as the surface is bright.
            var by = 100 / (b.RefMean - 16);
            casts[colours++] = ((b.U - b.RefU) * by, (b.V - b.RefV) * by);
        }

        var (shiftU, shiftV, common) = (
            Quantile(u[..shifts], 0.5) ?? 0,
            Quantile(v[..shifts], 0.5) ?? 0,
            Quantile(light[..lights], 0.5) ?? 0
        );
        return new()
        {
            ChangedShare = Changed(measures, options, smeared, (shiftU, shiftV, common)),
            ReplacedShare = Replaced(measures, options, smeared),
            SharpBlocks = SharpElsewhere(measures, options, smeared),
            Textured = textured,
            LostShare = textured == 0 ? 0 : (double)lost / textured,
            LostEnergy = Quantile(energy[..lost], 0.5) ?? 0,
            LostSharpness = Quantile(lostSharp[..lostSharps], 0.5) ?? 0,
            Sharpness = Strongest(sharp[..sharps]),
            Noise = measures.Levels.Noise,
            RefNoise = measures.Levels.RefNoise,
            Light = common,
            BestLight = Quantile(light[..lights], 0.8) ?? 0,
            LightSpread = (Quantile(light[..lights], 0.8) ?? 0) - (Quantile(light[..lights], 0.2) ?? 0),
            Veil = VeilScores.Of(measures, b => IsGone(b, options, smeared)),
            Haze = Strongest(sharp[..sharps]) < options.DefocusedSharpness ? 0 : HazeScores.Of(measures),
            AddedNoise = AddedTo(noises[..plain]),
            RefPlainNoise = plain == 0 ? 0 : noises[plain / 10].Before,
            CommonShift = Common(casts[..colours]),
            ShiftU = shiftU,
            ShiftV = shiftV,
            RefClipped = refClipped,
        };
    }

    /// <summary>A camera's colours go wrong everywhere; a lamp, a screen or a coat colours a part.</summary>
    private static double Common(Span<(double U, double V)> shifts)
    {
        if (shifts.Length < LeastColourBlocks)
            return 0;
        Span<double> one = stackalloc double[shifts.Length];
        for (var i = 0; i < shifts.Length; i++)
            one[i] = shifts[i].U;
        var u = Quantile(one, 0.5)!.Value;
        for (var i = 0; i < shifts.Length; i++)
            one[i] = shifts[i].V;
        var v = Quantile(one, 0.5)!.Value;
        var square = (u * u) + (v * v);
        var agreeing = 0;
        foreach (var (du, dv) in shifts)
            if ((du * u) + (dv * v) >= 0.5 * square)
                agreeing++;
        return agreeing * 4 >= shifts.Length * 3 ? Math.Sqrt(square) : 0;
    }

    /// <summary>Blocks whose structure is gone, by their place in the grid.</summary>
    public static IReadOnlyList<int> LostBlocks(FrameMeasures measures, CoverageOptions options)
    {
        var smeared = SmearedBelow(measures);
        var lost = new List<int>();
        for (var i = 0; i < measures.Blocks.Length; i++)
            if (measures.Blocks[i].Valid >= 0.5 && IsGone(measures.Blocks[i], options, smeared))
                lost.Add(i);
        return lost;
    }

    /// <summary>
    /// Median over the half of the blocks with the strongest contrast: coarse quantisation takes the fine detail of weak texture, blur that
    /// of edges too.
    /// </summary>
    private static double? Strongest(Span<(double Contrast, double Ratio)> blocks)
    {
        if (blocks.Length < 4)
            return null;
        blocks.Sort(static (a, b) => b.Contrast.CompareTo(a.Contrast));
        var kept = Math.Max(4, blocks.Length / 2);
        Span<double> ratios = stackalloc double[kept];
        for (var i = 0; i < kept; i++)
            ratios[i] = blocks[i].Ratio;
        return Quantile(ratios, 0.5);
    }

    /// <summary>
    /// A block whose texture is gone, or smeared while the best fifth of the picture is as sharp as commissioned: a lens smeared or covered
    /// in part.
    /// </summary>
    private static bool IsGone(in BlockMeasure b, CoverageOptions options, double smearedBelow) =>
        b.Edges >= TexturedEdges
        && ((b.Agreement < options.BlockLostAgreement && b.Coarse < options.BlockLostCoarse) || SmearOf(b) < smearedBelow);

    /// <summary>Sharpness of a block, 0 where even its broad structure is gone; 1 where the reference has too little to tell.</summary>
    private static double SmearOf(in BlockMeasure b) =>
        b.RefMid < 4 * LeastBand ? 1
        : b.Mid < 0.1 * b.RefMid ? 0
        : SharpnessOf(b) ?? 1;

    /// <summary>
    /// Sharpness below which a block counts as smeared; 0 when the picture has no sharp part to compare with, as with a camera out of
    /// focus.
    /// </summary>
    private static double SmearedBelow(FrameMeasures measures)
    {
        Span<double> sharp = stackalloc double[measures.Blocks.Length];
        var n = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
            if (b.Valid >= 0.5 && b.Edges >= TexturedEdges && b.RefMid >= 4 * LeastBand)
                sharp[n++] = SmearOf(b);
        return Quantile(sharp[..n], 0.8) is >= 0.75 ? 0.25 : 0;
    }

    private static double Changed(
        FrameMeasures measures,
        CoverageOptions options,
        double smeared,
        (double U, double V, double Light) common
    )
    {
        int changed = 0,
            valid = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            if (b.Valid < 0.5)
                continue;
            valid++;
            if (IsGone(b, options, smeared))
                changed++;
            else if (
                b.Edges < TexturedEdges
                && b.RefMean is >= 30 and <= 225
                && (
                    Math.Abs(b.U - b.RefU - common.U) + Math.Abs(b.V - b.RefV - common.V) > 8
                    || Math.Abs(Linear.LogRatio(b.Mean, b.RefMean) - common.Light) > 0.5
                )
            )
                changed++;
        }

        return valid == 0 ? 0 : (double)changed / valid;
    }

    /// <summary>
    /// A plain block has got texture when its slopes hold far more energy than the reference's, noise taken out: a shadow's soft edge does
    /// not.
    /// </summary>
    private static double Replaced(FrameMeasures measures, CoverageOptions options, double smeared)
    {
        int replaced = 0,
            valid = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            if (b.Valid < 0.5)
                continue;
            valid++;
            var own = b.Energy - (GradientNoiseGain * b.Noise * b.Noise);
            if (IsGone(b, options, smeared) || (b.Edges < TexturedEdges && own > NewTexture && own > 4 * b.RefEnergy))
                replaced++;
        }

        return valid == 0 ? 0 : (double)replaced / valid;
    }

    /// <summary>Sorts the blocks by the reference's noise, plainest first.</summary>
    private static double AddedTo(Span<(double Before, double Added)> blocks)
    {
        blocks.Sort(static (a, b) => a.Before.CompareTo(b.Before));
        Span<double> added = stackalloc double[blocks.Length / 3];
        for (var i = 0; i < added.Length; i++)
            added[i] = blocks[i].Added;
        return Math.Sqrt(Math.Max(0, Quantile(added, 0.5) ?? 0));
    }

    private static int SharpElsewhere(FrameMeasures measures, CoverageOptions options, double smeared)
    {
        Span<double> ratios = stackalloc double[measures.Blocks.Length];
        var n = 0;
        foreach (ref readonly var b in measures.Blocks.AsSpan())
            if (b.Edges >= TexturedEdges && b.RefMid >= 4 * LeastBand)
                ratios[n++] = Math.Max(0, b.RefHigh - (HighNoiseGain * b.RefNoise * b.RefNoise)) / b.RefMid;
        if (Quantile(ratios[..n], 0.5) is not { } usual)
            return 0;
        var (sharp, noise) = (0, measures.Levels.Noise * measures.Levels.Noise);
        foreach (ref readonly var b in measures.Blocks.AsSpan())
        {
            var own = b.Energy - (GradientNoiseGain * noise);
            if (own < NewTexture || b.Mid < 2 * LeastBand || Math.Max(0, b.High - (HighNoiseGain * noise)) < 0.45 * usual * b.Mid)
                continue;
            if (IsGone(b, options, smeared) || (b.Edges < TexturedEdges && own > 4 * b.RefEnergy))
                sharp++;
        }

        return sharp;
    }

    /// <summary>A quantile of numbers that are sorted in passing; null of none.</summary>
    public static double? Quantile(Span<double> values, double q)
    {
        if (values.IsEmpty)
            return null;
        values.Sort();
        return values[(int)Math.Min(values.Length - 1, q * values.Length)];
    }

    private static double? SharpnessOf(in BlockMeasure b)
    {
        if (b.Mid < LeastBand || b.RefMid < LeastBand)
            return null;
        var own = Math.Max(0, b.High - (HighNoiseGain * b.Noise * b.Noise)) / b.Mid;
        var reference = Math.Max(0, b.RefHigh - (HighNoiseGain * b.RefNoise * b.RefNoise)) / b.RefMid;
        return reference > 1e-4 ? own / reference : null;
    }
}

/// <summary>Luma of limited range as linear light.</summary>
internal static class Linear
{
    /// <summary>
    /// Natural logarithm of the ratio of two lumas in linear light, gamma 2.2; the offset of 0.002 keeps black from deciding.
    /// </summary>
    public static double LogRatio(double luma, double reference) => Math.Log(Light(luma) / Light(reference));

    private static double Light(double luma) => Math.Pow(Math.Clamp((luma - 16) / 219, 0, 1), 2.2) + 0.002;
}
