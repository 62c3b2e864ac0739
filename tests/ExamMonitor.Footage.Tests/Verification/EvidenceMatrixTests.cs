using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Recording.Care;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>
/// Every way of tampering × everybody who looks. One row says what each of them finds; <c>-</c> is a documented "cannot know alone".
/// </summary>
public sealed class EvidenceMatrixTests
{
    /// <summary>
    /// Attack, verify alone, verify with the head that somebody else kept, fsck at its default depth, fsck reading everything, witness.
    /// </summary>
    private static readonly string[][] Rows =
    [
        ["Delete", "file-missing", "file-missing", "file-missing", "file-missing", "-"],
        ["DeleteWithUnsignedLine", "destruction-unproved", "destruction-unproved", "file-missing", "file-missing", "-"],
        ["RemoveWithUnsignedLine", "removal-unproved", "removal-unproved", "file-missing", "file-missing", "-"],
        ["AddWithUnsignedLine", "file-unproved", "file-unproved", "index-damaged row-missing", "index-damaged row-missing", "-"],
        ["AddHiddenBehindAnotherClaim", "file-unproved", "file-unproved", "index-damaged row-missing", "index-damaged row-missing", "-"],
        [
            "ReplaceWithSecondEntry",
            "size-changed swapped",
            "size-changed swapped",
            "index-damaged wrong-size",
            "index-damaged wrong-size",
            "-",
        ],
        ["EnterFromVolume", "entered-from-volume", "entered-from-volume", "index-damaged row-missing", "index-damaged row-missing", "-"],
        ["ReplayWithEntry", "replayed", "replayed", "index-damaged row-missing", "index-damaged row-missing", "-"],
        ["Truncate", "-", "rolled-back", "file-missing", "file-missing", "rolled-back"],
        ["RewriteSameKey", "-", "rolled-back", "day-line-missing file-missing", "day-line-missing file-missing", "rolled-back"],
        ["RewriteNewKey", "not-signed wrong-key", "destruction-unproved forked wrong-key", "-", "-", "wrong-key"],
        ["FlipBit", "content-changed", "content-changed", "-", "wrong-hash", "-"],
        ["EditRules", "rules-changed", "rules-changed", "-", "-", "-"],
        ["EditSessions", "sessions-changed", "sessions-changed", "-", "-", "-"],
        ["DropDayLine", "day-lines-changed", "day-lines-changed", "day-line-missing", "day-line-missing", "-"],
        ["EditDayLine", "day-lines-changed", "day-lines-changed", "day-log-broken", "day-log-broken", "-"],
        ["DropRegisterLine", "destruction-unregistered", "destruction-unregistered", "-", "-", "-"],
        ["EditRegisterLine", "register-changed", "register-changed", "-", "-", "-"],
        ["DropHoldLine", "holds-changed", "holds-changed", "-", "-", "-"],
        ["EditHoldLine", "holds-changed", "holds-changed", "-", "-", "-"],
        ["DropLineFeed", "rules-changed", "rules-changed", "-", "-", "-"],
        ["DropCheckpoint", "checkpoint-missing", "checkpoint-missing", "-", "-", "-"],
        ["PutBackCheckpoint", "checkpoint-stale", "checkpoint-stale", "-", "-", "rolled-back"],
        ["DropDayOfHeads", "day-heads-missing", "day-heads-missing", "-", "-", "-"],
        ["ShortenNewestDayOfHeads", "day-heads-missing", "day-heads-missing", "-", "-", "-"],
        ["DropHashes", "hashes-missing", "hashes-missing", "-", "-", "-"],
        ["FlipHashes", "hashes-changed", "hashes-changed", "-", "-", "-"],
        ["DropApprovedList", "destruction-unapproved", "destruction-unapproved", "-", "-", "-"],
        ["DestroyTooSoon", "destruction-early", "destruction-early", "file-missing", "file-missing", "-"],
        ["DestroyHeld", "destruction-held", "destruction-held", "file-missing", "file-missing", "-"],
    ];

    public static TheoryData<string> Attacks => [.. Rows.Select(r => r[0])];

    [Theory]
    [MemberData(nameof(Attacks))]
    public void Attack_OnACopy_IsFoundByItsOwnNameOrKnownNotToBe(string attack)
    {
        using var volume = new EvidenceVolume();
        var known = volume.KnownHead;
        typeof(Attack).GetMethod(attack, BindingFlags.Public | BindingFlags.Static)!.Invoke(null, [volume]);
        string[] found =
        [
            attack,
            Names(volume.Verify().Findings.Select(f => f.Kind.ToString())),
            Names(volume.Verify(known).Findings.Select(f => f.Kind.ToString())),
            Names(volume.Fsck(FsckDepth.Size).Findings.Select(f => f.Problem.ToString())),
            Names(volume.Fsck(FsckDepth.Hash).Findings.Select(f => f.Problem.ToString())),
            Witness(volume, known),
        ];
        Assert.Equal(string.Join(" | ", Rows.Single(r => r[0] == attack)), string.Join(" | ", found));
    }

    [Fact]
    public void CleanVolume_NobodyFindsAnything()
    {
        using var volume = new EvidenceVolume();
        Assert.Equal([], volume.Verify().Findings);
        Assert.Equal([], volume.Verify(volume.KnownHead).Findings);
        Assert.Equal([], volume.Fsck(FsckDepth.Hash).Findings);
        Assert.Equal("-", Witness(volume, volume.KnownHead));
        Assert.True(volume.Verify().Segments >= 6);
    }

    private static string Names(IEnumerable<string> kinds) =>
        string.Join(' ', kinds.Select(JsonNamingPolicy.KebabCaseLower.ConvertName).Distinct().Order(StringComparer.Ordinal))
            is { Length: > 0 } names
            ? names
            : "-";

    /// <summary>
    /// What the dashboard does with the newest head that it hears: key as pinned, not fewer entries, and a consistency proof from the head
    /// that it keeps.
    /// </summary>
    private static string Witness(EvidenceVolume volume, string known)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(Path.Combine(volume.Root, "public.pem")));
        if (!File.Exists(Path.Combine(volume.Ledger, "checkpoint")))
            return "-";
        var text = File.ReadAllText(Path.Combine(volume.Ledger, "checkpoint"));
        if (!SignedNote.TryParse(text, out var note) || !note.IsSignedBy(EvidenceVolume.Origin, key))
            return "wrong-key";
        var (head, old) = (Attack.Read(text), Attack.Read(known));
        // A head of an earlier time came late: it is no evidence, and the next one that the agent signs is.
        if (head.Size < old.Size)
            return "rolled-back";
        using var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin);
        return MerkleTree.CheckConsistency(old.Size, old.Root, head.Size, head.Root, log.ProveConsistency(old.Size, head.Size))
            ? "-"
            : "forked";
    }
}
