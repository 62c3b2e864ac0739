using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>An agent's ledger in memory, that can also lie.</summary>
internal sealed class FakeLedger : IDisposable
{
    private static readonly string Origin = Checkpoint.OriginOf(DemoFloor.Site, DemoFloor.Agent);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly List<TreeHash> _leaves = [];

    public string PublicKey => _key.ExportSubjectPublicKeyInfoPem() + "\n";

    public void Dispose() => _key.Dispose();

    /// <summary>Makes it hold <paramref name="size"/> entries; from <paramref name="changedFrom"/> on other ones than before.</summary>
    public FakeLedger Hold(int size, int changedFrom = int.MaxValue)
    {
        _leaves.Clear();
        for (var i = 0; i < size; i++)
            _leaves.Add(MerkleTree.LeafHash(Encoding.UTF8.GetBytes($"{i}{(i >= changedFrom ? "changed" : "")}")));
        return this;
    }

    /// <summary>Makes it hold <paramref name="size"/> entries, of which some are other ones than usual.</summary>
    public FakeLedger Hold(int size, IReadOnlyCollection<int> changed)
    {
        _leaves.Clear();
        for (var i = 0; i < size; i++)
            _leaves.Add(MerkleTree.LeafHash(Encoding.UTF8.GetBytes($"{i}{(changed.Contains(i) ? "changed" : "")}")));
        return this;
    }

    public LedgerCheckpoint Head(DateTimeOffset at, long seq, ECDsa? signer = null)
    {
        var head = new Checkpoint(
            Origin,
            _leaves.Count,
            Root(0, _leaves.Count),
            DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds())
        );
        return new(
            LedgerCheckpoint.SchemaName,
            at,
            seq,
            DemoFloor.Agent,
            head.Size,
            head.Root.ToBase64(),
            SignedNote.Sign(head.Format(), Origin, signer ?? _key).Format()
        );
    }

    /// <summary>As the agent answers: null for sizes that it does not have.</summary>
    public ConsistencyProof? Prove(long from, long to) =>
        from < 0 || to < from || to > _leaves.Count
            ? null
            : new(from, to, [.. MerkleTree.ProveConsistency(from, to, Root).Select(h => h.ToBase64())]);

    private TreeHash Root(long start, long end)
    {
        if (start == end)
            return MerkleTree.EmptyRoot;
        if (end - start == 1)
            return _leaves[(int)start];
        var half = 1L;
        while (half * 2 < end - start)
            half *= 2;
        return MerkleTree.NodeHash(Root(start, start + half), Root(start + half, end));
    }
}
