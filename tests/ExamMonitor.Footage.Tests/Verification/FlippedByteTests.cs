using ExamMonitor.Evidence.Verification;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>Bytes all over each kind of file are flipped, one at a time: each flip is a finding, and never an error.</summary>
public sealed class FlippedByteTests
{
    private const int Samples = 32;

    /// <summary>Kind of file; which file; findings of any of these kinds are right.</summary>
    public static TheoryData<string, string, string> Files =>
        new()
        {
            { "segment", "2026/09-20/R1/C1/090100Z.mp4", "ContentChanged" },
            { "day lines", "2026/09-20/R1/C1/day.jsonl", "DayLinesChanged" },
            { "day lines with a gap, of footage that went", "2026/03-02/R1/C1/day.jsonl", "DayLinesChanged" },
            { "register", "2026/03-02/R1/C1/destroyed.jsonl", "RegisterChanged" },
            { "entries", "ledger/entries/000000000000.jsonl", "Forked RolledBack" },
            { "newest head", "ledger/checkpoint", "WrongKey HeadUnreadable" },
            // Without the empty line before its signature the last head counts as torn by a power cut, and the day's heads as missing.
            { "heads of a day", "ledger/checkpoints/2026-03-02.txt", "WrongKey HeadUnreadable DayHeadsMissing" },
            { "stored hashes", "ledger/hashes.bin", "HashesChanged" },
            { "rules", "retention/rules.jsonl", "RulesChanged" },
            { "holds", "retention/holds.jsonl", "HoldsChanged" },
            { "approvals", "retention/proposals.jsonl", "ApprovalsChanged" },
            { "approved list", "retention/proposals/*.txt", "DestructionUnapproved" },
            { "sessions", "batches/2026/B1/sessions.jsonl", "SessionsChanged" },
            { "statement", "batches/2026/B1/R1/*.statement", "StatementChanged" },
            { "list of a statement", "batches/2026/B1/R1/*.list.jsonl", "StatementChanged" },
            { "note of the time", "retention/clock.note", "StatementChanged" },
        };

    [Theory]
    [MemberData(nameof(Files))]
    public void Byte_FlippedAnywhere_IsFound(string kind, string path, string expected) => AssertFound(kind, path, expected, Samples);

    /// <summary>Each byte of each file; takes minutes.</summary>
    [Theory(Explicit = true)]
    [MemberData(nameof(Files))]
    public void EveryByte_Flipped_IsFound(string kind, string path, string expected) => AssertFound(kind, path, expected, int.MaxValue);

    private static void AssertFound(string kind, string path, string expected, int samples)
    {
        using var volume = new EvidenceVolume();
        var file = Directory
            .GetFiles(Path.Combine(volume.Volume, Path.GetDirectoryName(path)!), Path.GetFileName(path))
            .Order(StringComparer.Ordinal)
            .First();
        var whole = File.ReadAllBytes(file);
        var missed = new List<string>();
        samples = Math.Min(samples, whole.Length);
        // A fixed stride that meets every part of a line, both ends, and three bits of a byte: the lowest, the case of a letter, the
        // highest.
        foreach (
            var at in Enumerable
                .Range(0, samples)
                .Select(i => (int)((long)(whole.Length - 1) * i / (samples - 1)))
                .Append(whole.Length - 2)
                .Distinct()
        )
        {
            foreach (var bit in new[] { 1, 0x20, 0x80 })
            {
                var bytes = whole.ToArray();
                bytes[at] ^= (byte)bit;
                File.WriteAllBytes(file, bytes);
                var found = volume.Verify().Findings.Select(f => f.Kind).ToHashSet();
                if (IsOfASignature(path, whole, at))
                    continue;
                if (!expected.Split(' ').Any(e => found.Contains(Enum.Parse<FindingKind>(e))))
                    missed.Add($"{kind}, byte {at} of {whole.Length} ({(char)whole[at]}), bit {bit}: {string.Join(' ', found)}");
            }
        }
        Assert.Empty(missed);
    }

    /// <summary>
    /// A byte of a head's signature lines. One that does not hold is passed over as long as another of the key holds: the head is proved
    /// all the same. Those of other keys are asked by whoever knows them (PolicyAudit).
    /// </summary>
    private static bool IsOfASignature(string path, byte[] whole, int at)
    {
        if (!path.StartsWith("ledger/checkpoint", StringComparison.Ordinal))
            return false;
        // The empty line behind the last head: without it a head counts as torn by a power cut, and is passed over.
        if (at == whole.Length - 1)
            return true;
        var before = whole.AsSpan(0, at + 1);
        var lines = before.LastIndexOf("\n\n— "u8);
        return lines >= 0 && before[(lines + 2)..].IndexOf("\n\n"u8) < 0;
    }

    [Fact]
    public void EveryFileOfAVolume_IsFlippedHereOrIsSaidToBeNoEvidence()
    {
        using var volume = new EvidenceVolume();
        // Which volume this is; the index and the ledger's own entries tell whether it is the right one.
        string[] noEvidence = ["volume.json"];
        var known = Files.Select(f => f.Data.Item2).ToList();
        foreach (var file in Directory.GetFiles(volume.Volume, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(volume.Volume, file);
            if (noEvidence.Contains(path))
                continue;
            Assert.True(
                known.Exists(k =>
                    Path.GetExtension(k) == Path.GetExtension(path) && Path.GetDirectoryName(k)!.Split('/')[0] == path.Split('/')[0]
                ),
                path
            );
        }
    }
}
