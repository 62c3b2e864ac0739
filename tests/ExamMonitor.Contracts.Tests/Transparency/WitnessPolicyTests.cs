using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Transparency;

public sealed class WitnessPolicyTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private const string Text = Origin + "\n7\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n2026-03-01T08:00:00.000Z\n";
    private static readonly DateTimeOffset T0 = new(2026, 3, 1, 8, 0, 5, TimeSpan.Zero);
    private readonly NoteSigner _log = NoteSigner.Import(Origin, NoteSigner.CreatePem());
    private readonly NoteSigner[] _witnesses =
    [
        .. Enumerable.Range(1, 4).Select(i => NoteSigner.Import($"example.com/w{i}", NoteSigner.CreatePem())),
    ];

    public void Dispose()
    {
        _log.Dispose();
        foreach (var witness in _witnesses)
            witness.Dispose();
    }

    [Theory]
    [InlineData(new int[0], null)]
    [InlineData(new[] { 1 }, null)]
    [InlineData(new[] { 1, 2 }, 2)]
    [InlineData(new[] { 1, 3 }, 3)]
    [InlineData(new[] { 3, 2, 1 }, 2)]
    [InlineData(new[] { 1, 4 }, null)]
    public void Judge_TwoOfThree_IsMetByTwoAndBoundsTheTimeByTheSecond(int[] cosigning, int? second)
    {
        var verdict = TwoOfThree().Judge(Note(cosigning));
        Assert.Equal((true, second is not null), (verdict.LogHolds, verdict.IsMet));
        Assert.Equal(second is { } s ? T0.AddSeconds(s) : null, verdict.NotLaterThan);
    }

    [Fact]
    public void Judge_AWitnessWhoseLineIsWrong_MeetsNothing()
    {
        var note = Note([1, 2, 3]);
        var wrong = note.Signatures[^1] with
        {
            Signature = [.. note.Signatures[^1].Signature[..^1], (byte)(note.Signatures[^1].Signature[^1] ^ 1)],
        };
        var verdict = TwoOfThree().Judge(note with { Signatures = [.. note.Signatures.SkipLast(1), wrong] });
        Assert.Equal(["C"], verdict.Failing);
        Assert.False(verdict.IsMet);
        Assert.Null(verdict.NotLaterThan);
    }

    [Fact]
    public void Judge_AnotherLogsKeyOrOrigin_MeetsNothing()
    {
        using var other = NoteSigner.Import("exam-monitor/zz/agent-2", NoteSigner.CreatePem());
        var policy = Policy($"log {other.LogKey}\nquorum none\n");
        Assert.False(policy.Judge(Note([])).IsMet);
        // A listed log that signs in the name of another origin.
        Assert.False(policy.Judge(new SignedNote(Text, [other.Sign(Text)])).IsMet);
        Assert.True(Policy($"log {_log.LogKey}\nquorum none\n").Judge(Note([])).IsMet);
    }

    [Fact]
    public void Judge_GroupsOfGroups_AreCountedAsWritten()
    {
        var policy = Policy(
            $"""
            # two bodies
            witness  A {_witnesses[0].WitnessKey} https://a.example/
            witness	B {_witnesses[1].WitnessKey}
            group office 1 A B
            witness C {_witnesses[2].WitnessKey}
            witness D {_witnesses[3].WitnessKey}
            group school any C D

            group both all office school
              quorum both
            """
        );
        Assert.False(policy.Judge(Note([1, 2])).IsMet);
        var met = policy.Judge(Note([1, 2, 4]));
        Assert.True(met.IsMet);
        Assert.Equal(T0.AddSeconds(4), met.NotLaterThan);
        Assert.Null(met.LogHolds);
    }

    [Theory]
    [InlineData("", "no 'quorum'")]
    [InlineData("quorum X\n", "Line 1")]
    [InlineData("quorum none\nquorum none\n", "Line 2")]
    [InlineData("witness none {1}\nquorum none\n", "taken")]
    [InlineData("witness A {1}\nwitness A {2}\nquorum A\n", "taken")]
    [InlineData("witness A {1}\nwitness B {1}\nquorum A\n", "twice")]
    [InlineData("log {L}\nlog {L}\nquorum none\n", "twice")]
    [InlineData("log {1}\nquorum none\n", "0x01")]
    [InlineData("witness A {L}\nquorum A\n", "0x04")]
    [InlineData("witness A {1}\ngroup G 2 A\nquorum G\n", "from 1")]
    [InlineData("witness A {1}\ngroup G 0 A\nquorum G\n", "from 1")]
    [InlineData("witness A {1}\ngroup G all\nquorum G\n", "none of")]
    [InlineData("group G all A\nwitness A {1}\nquorum G\n", "earlier line")]
    [InlineData("witness A {1}\ngroup G all A\ngroup H all A\nquorum H\n", "member twice")]
    [InlineData("witness A {1}\ngroup G all none\nquorum G\n", "earlier line")]
    [InlineData("witness A {1}\u0007\nquorum A\n", "control")]
    [InlineData("witness A {1}\r\nquorum A\n", "control")]
    [InlineData("whoever A\nquorum none\n", "Line 1")]
    public void TryParse_Malformed_SaysWhereAndWhy(string template, string why)
    {
        var text = template
            .Replace("{1}", _witnesses[0].WitnessKey.ToString(), StringComparison.Ordinal)
            .Replace("{2}", _witnesses[1].WitnessKey.ToString(), StringComparison.Ordinal)
            .Replace("{L}", _log.LogKey.ToString(), StringComparison.Ordinal);
        Assert.False(WitnessPolicy.TryParse(Encoding.UTF8.GetBytes(text), out _, out var fault));
        Assert.Contains(why, fault, StringComparison.Ordinal);
    }

    private static WitnessPolicy Policy(string text) =>
        WitnessPolicy.TryParse(Encoding.UTF8.GetBytes(text), out var policy, out var fault)
            ? policy
            : throw new InvalidOperationException(fault);

    private WitnessPolicy TwoOfThree() =>
        Policy(
            $"log {_log.LogKey}\nwitness A {_witnesses[0].WitnessKey}\nwitness B {_witnesses[1].WitnessKey}\nwitness C {_witnesses[2].WitnessKey}\ngroup some 2 A B C\nquorum some\n"
        );

    private SignedNote Note(int[] cosigning) =>
        new(Text, [_log.Sign(Text), .. cosigning.Select(i => _witnesses[i - 1].Cosign(Text, T0.AddSeconds(i)))]);
}
