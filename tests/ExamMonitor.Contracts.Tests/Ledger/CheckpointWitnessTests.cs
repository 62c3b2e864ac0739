using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Ledger;

public sealed class CheckpointWitnessTests : IDisposable
{
    private const string Origin = "exam-monitor/zz/agent-1";
    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ReferenceTree _tree = ReferenceTree.OfSize(20);

    public void Dispose() => _key.Dispose();

    [Fact]
    public void Judge_TheFirst_IsAccepted()
    {
        Assert.Equal(WitnessFinding.Continues, Judge(null, Note(_tree, 5, 0), null, out var accepted));
        Assert.Equal(5, accepted!.Size);
    }

    [Fact]
    public void Judge_Growth_AsksForAProofAndThenContinues()
    {
        var known = Head(_tree, 5, 0);
        Assert.Equal(WitnessFinding.ProofNeeded, Judge(known, Note(_tree, 9, 1), null, out _));
        Assert.Equal(
            WitnessFinding.Continues,
            Judge(known, Note(_tree, 9, 1), MerkleTree.ProveConsistency(5, 9, _tree.Root), out var accepted)
        );
        Assert.Equal(9, accepted!.Size);
    }

    [Fact]
    public void Judge_SameHeadAgain_Continues() =>
        Assert.Equal(WitnessFinding.Continues, Judge(Head(_tree, 5, 0), Note(_tree, 5, 1), null, out _));

    [Fact]
    public void Judge_OlderHeadThatArrivesLate_KeepsTheNewer()
    {
        var known = Head(_tree, 9, 5);
        Assert.Equal(
            WitnessFinding.Continues,
            Judge(known, Note(_tree, 5, 1), MerkleTree.ProveConsistency(5, 9, _tree.Root), out var accepted)
        );
        Assert.Equal(known, accepted);
    }

    [Fact]
    public void Judge_FewerEntriesLater_IsARollback() =>
        Assert.Equal(WitnessFinding.RolledBack, Judge(Head(_tree, 9, 0), Note(_tree, 5, 1), null, out _));

    [Fact]
    public void Judge_FewerEntriesAtTheSameTime_IsARollback() =>
        Assert.Equal(
            WitnessFinding.RolledBack,
            Judge(Head(_tree, 9, 1), Note(_tree, 5, 1), MerkleTree.ProveConsistency(5, 9, _tree.Root), out _)
        );

    [Fact]
    public void Judge_OtherEntriesBelow_IsAFork()
    {
        var fork = ReferenceTree.OfSize(20, salt: 1);
        Assert.Equal(
            WitnessFinding.Forked,
            Judge(Head(_tree, 5, 0), Note(fork, 9, 1), MerkleTree.ProveConsistency(5, 9, fork.Root), out _)
        );
        Assert.Equal(WitnessFinding.Forked, Judge(Head(_tree, 5, 0), Note(fork, 5, 1), null, out _));
        Assert.Equal(
            WitnessFinding.Forked,
            Judge(Head(_tree, 9, 5), Note(fork, 5, 1), MerkleTree.ProveConsistency(5, 9, fork.Root), out _)
        );
    }

    [Fact]
    public void Judge_SignedByAnotherKey_IsTheWrongKey()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var note = SignedNote.Sign(Head(_tree, 5, 0).Format(), Origin, other).Format();
        Assert.Equal(WitnessFinding.WrongKey, Judge(null, note, null, out _));
    }

    [Fact]
    public void Judge_AnotherOriginOrNoCheckpoint_IsMalformed()
    {
        var foreign = SignedNote.Sign((Head(_tree, 5, 0) with { Origin = "exam-monitor/zz/agent-2" }).Format(), Origin, _key).Format();
        Assert.Equal(WitnessFinding.Malformed, Judge(null, foreign, null, out _));
        Assert.Equal(WitnessFinding.Malformed, Judge(null, "nothing", null, out _));
    }

    private static Checkpoint Head(ReferenceTree tree, int size, int minute) => new(Origin, size, tree.Root(size), Noon.AddMinutes(minute));

    private string Note(ReferenceTree tree, int size, int minute) =>
        SignedNote.Sign(Head(tree, size, minute).Format(), Origin, _key).Format();

    private WitnessFinding Judge(Checkpoint? known, string note, IReadOnlyList<TreeHash>? proof, out Checkpoint? accepted) =>
        CheckpointWitness.Judge(known, note, Origin, _key, proof, out accepted);
}
