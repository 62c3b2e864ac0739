using System.Buffers.Binary;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Draws;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Draws;

/// <summary>A statistician's check: whether every unit, every pair and every order is equally likely over 100,000 seeds.</summary>
public sealed class DrawSamplerTests
{
    private const int Seeds = 100_000;

    [Fact]
    public void Order_OfVectors_IsWhatTheSpecificationSays()
    {
        var seed = SHA256.HashData("exam monitor"u8);
        Assert.Equal([1, 7, 4, 5, 3, 9, 8, 2, 0, 6], Order(seed, "all", 10, 10));
        Assert.Equal([4, 2, 0, 6, 1, 5, 3], Order(seed, "焊工/R7", 7, 7));
    }

    [Fact]
    public void Order_OverManySeeds_DrawsEveryUnitEquallyOften()
    {
        const int units = 20,
            sample = 5;
        var counts = new long[units];
        for (var i = 0; i < Seeds; i++)
            foreach (var drawn in Order(SeedOf(i), "all", units, sample))
                counts[drawn]++;
        // Units of one sample differ, which makes the counts steadier than independent ones by (N − n) / (N − 1).
        var statistic = ChiSquare(counts) * (units - 1) / (units - sample);
        InRange("units", statistic, units - 1);
    }

    [Fact]
    public void Order_OverManySeeds_DrawsEveryPairAndEveryOrderEquallyOften()
    {
        var pairs = new long[8 * 8];
        var orders = new Dictionary<string, long>(StringComparer.Ordinal);
        for (var i = 0; i < Seeds; i++)
        {
            var pair = Order(SeedOf(i), "all", 8, 2);
            pairs[(pair[0] * 8) + pair[1]]++;
            var order = string.Join(' ', Order(SeedOf(i), "four", 4, 4));
            orders[order] = orders.GetValueOrDefault(order) + 1;
        }

        long[] unlike = [.. pairs.Where((_, i) => i / 8 != i % 8)];
        Assert.All(pairs.Where((_, i) => i / 8 == i % 8), c => Assert.Equal(0, c));
        InRange("pairs", ChiSquare(unlike), 55);
        Assert.Equal(24, orders.Count);
        InRange("orders", ChiSquare([.. orders.Values]), 23);
    }

    [Fact]
    public void Order_OfTwoStrata_IsIndependent()
    {
        var cells = new long[6 * 6];
        for (var i = 0; i < Seeds; i++)
            cells[(Order(SeedOf(i), "a", 6, 1)[0] * 6) + Order(SeedOf(i), "b", 6, 1)[0]]++;
        InRange("two strata", ChiSquare(cells), 35);
    }

    /// <summary>The check can fail: a remainder without rejection over a small range of numbers, the usual mistake, is found.</summary>
    [Fact]
    public void ChiSquare_OfTheUsualMistake_IsOutOfRange()
    {
        var counts = new long[20];
        for (var i = 0; i < Seeds; i++)
            counts[SeedOf(i)[0] % 20]++;
        Assert.True(ChiSquare(counts) > Critical(19, 3.72));
    }

    [Fact]
    public void Next_AfterTheLast_IsNull()
    {
        var sampler = new DrawSampler(SeedOf(1), "all", 2);
        Assert.Equal([0, 1], new[] { sampler.Next()!.Value, sampler.Next()!.Value }.Order());
        Assert.Null(sampler.Next());
    }

    private static int[] Order(byte[] seed, string stratum, int units, int sample)
    {
        var sampler = new DrawSampler(seed, stratum, units);
        var drawn = new int[sample];
        for (var i = 0; i < sample; i++)
            drawn[i] = sampler.Next()!.Value;
        return drawn;
    }

    private static byte[] SeedOf(int i)
    {
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(number, i);
        return SHA256.HashData(number);
    }

    private static void InRange(string what, double statistic, int freedom)
    {
        TestContext.Current.SendDiagnosticMessage(
            FormattableString.Invariant(
                $"{what}: χ² = {statistic:0.0} of {freedom} degrees of freedom, one in ten thousand below {Critical(freedom, -3.72):0.0} and above {Critical(freedom, 3.72):0.0}"
            )
        );
        Assert.InRange(statistic, Critical(freedom, -3.72), Critical(freedom, 3.72));
    }

    private static double ChiSquare(long[] counts)
    {
        var expected = counts.Sum() / (double)counts.Length;
        return counts.Sum(c => (c - expected) * (c - expected) / expected);
    }

    /// <summary>Value of χ² at a number of standard deviations of the normal distribution (Wilson and Hilferty); 3.72 is one in ten
    /// thousand.</summary>
    private static double Critical(int freedom, double deviations) =>
        freedom * Math.Pow(1 - (2.0 / (9 * freedom)) + (deviations * Math.Sqrt(2.0 / (9 * freedom))), 3);
}
