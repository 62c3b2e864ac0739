using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class OldHeadsTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly SimulatedVolume _volume = new();

    public void Dispose() => _key.Dispose();

    private void Write(string file, params (long Size, double Minutes)[] heads)
    {
        _volume.CreateFolder("ledger/checkpoints");
        using var stream = _volume.Create($"ledger/checkpoints/{file}");
        foreach (var (size, minutes) in heads)
        {
            var head = new Checkpoint(Origin, size, MerkleTree.EmptyRoot, Noon.AddMinutes(minutes));
            stream.Append([Encoding.UTF8.GetBytes(SignedNote.Sign(head.Format(), Origin, _key).Format() + "\n")]);
        }
    }

    private (long, double, double)[] Marks() =>
        [
            .. OldHeads
                .Marks(_volume)
                .Select(m =>
                {
                    Assert.Equal(ClockMarkKind.Stepped, m.Kind);
                    return (m.Ledger, (m.Before!.Value - Noon).TotalMinutes, (m.After - Noon).TotalMinutes);
                }),
        ];

    [Fact]
    public void Marks_OfAVolumeWithoutHeads_AreNone() => Assert.Empty(Marks());

    /// <summary>In the order of the ledger, whatever the files are called: the clock was a day ahead and was set back.</summary>
    [Fact]
    public void Marks_HeadThatWentBack_IsOne()
    {
        Write("2026-03-02.txt", (10, 0), (11, 1), (14, 4), (15, 5));
        Write("2026-03-03.txt", (12, 1440), (13, 1441));
        Write("notes.md", (20, -5000));
        Assert.Equal([(13, 1441, 4)], Marks());
    }

    /// <summary>Two minutes are what a running clock may be set by.</summary>
    [Theory]
    [InlineData(-2, 0)]
    [InlineData(-2.001, 1)]
    [InlineData(3, 0)]
    public void Marks_HeadThatWentBackALittle_IsNone(double minutes, int marks)
    {
        Write("2026-03-02.txt", (10, 0), (11, minutes));
        Assert.Equal(marks, Marks().Length);
    }

    [Fact]
    public void Marks_TwoHeadsOfOneSize_CountOnce()
    {
        Write("2026-03-02.txt", (10, 0), (11, 10), (11, 2), (12, 11));
        Assert.Empty(Marks());
    }
}
