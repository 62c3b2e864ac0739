using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>What rests on somebody's word: the volume's, the index's, a person's for the clock, a new key's.</summary>
public sealed class EntryWordTests
{
    [Fact]
    public void Footage_EnteredFromTheVolume_IsNamedWithItsFirstEntryAndNotProved()
    {
        using var volume = new EvidenceVolume();
        Attack.AddSigned(volume, "one"u8.ToArray(), LeafSource.Volume, 58);
        Attack.AddSigned(volume, "two"u8.ToArray(), LeafSource.Volume);
        var report = volume.Verify();
        var finding = Assert.Single(report.Findings);
        Assert.Equal(FindingKind.EnteredFromVolume, finding.Kind);
        Assert.Contains($"Since entry {report.Entries - 2}, 2 segments", finding.Text, StringComparison.Ordinal);
        Assert.Contains("235800Z.mp4, 2026/09-20/R1/C1/235900Z.mp4", finding.Text, StringComparison.Ordinal);
        Assert.False(report.ContentProved);
    }

    [Fact]
    public void Footage_EnteredAfterARestart_IsCountedAndNoFinding()
    {
        using var volume = new EvidenceVolume();
        Attack.AddSigned(volume, "one"u8.ToArray(), LeafSource.Start);
        var report = volume.Verify();
        Assert.Equal([], report.Findings);
        Assert.Equal(new EntrySources(1, 0, 0), report.Sources);
        Assert.Contains(
            "entered    1 segments or gaps on the word of the index after a restart, 0 on the word of the volume",
            VerificationText.ForPeople(report),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Replay_OfASegmentThatIsInTheLedger_NamesBoth()
    {
        using var volume = new EvidenceVolume();
        Attack.ReplayWithEntry(volume);
        var finding = Assert.Single(volume.Verify().Findings);
        Assert.Equal((FindingKind.Replayed, "2026/09-20/R1/C1/235900Z.mp4"), (finding.Kind, finding.Subject));
        Assert.Contains("2026/09-20/R1/C1/090100Z.mp4", finding.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Ledger_LaterThanTheVerifiersClock_FromTheFuture()
    {
        using var volume = new EvidenceVolume { Now = EvidenceVolume.Start.AddDays(201) };
        var findings = volume.Verify().Findings;
        Assert.Equal(["ledger"], findings.Where(f => f.Subject == "ledger").Select(f => f.Subject));
        Assert.Equal([FindingKind.FromTheFuture, FindingKind.FromTheFuture], findings.Select(f => f.Kind));
        volume.Now = EvidenceVolume.Start.AddDays(202.5);
        Assert.Equal([], volume.Verify().Findings);
    }

    [Fact]
    public void Destructions_AfterAPersonVouchedForTheClock_AreSaidAndNoFinding()
    {
        using var volume = new EvidenceVolume(vouched: true);
        var report = volume.Verify(volume.KnownHead);
        Assert.Equal([], report.Findings);
        var vouch = Assert.Single(report.Vouches);
        Assert.Equal("Fay", vouch.By);
        Assert.True(vouch.Destructions > 0);
        Assert.Contains("clock      Fay vouched for 2026-", VerificationText.ForPeople(report), StringComparison.Ordinal);
    }

    [Fact]
    public void Destructions_OnTheWordForAClockThatWasAhead_ClockVouchedWrong()
    {
        using var volume = new EvidenceVolume(vouched: true) { Now = EvidenceVolume.Start.AddDays(189) };
        Assert.Contains(
            volume.Verify().Findings,
            f => f.Kind == FindingKind.ClockVouchedWrong && f.Text.StartsWith("Fay vouched", StringComparison.Ordinal)
        );
        volume.Now = EvidenceVolume.Start.AddDays(206);
        Assert.Equal([], volume.Verify().Findings);
        string later;
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
        {
            log.Append(LedgerEntry.Format("clock-step", EvidenceVolume.Start.AddDays(100), null, null, new Dictionary<string, string>()));
            later = log.Sign(EvidenceVolume.Start.AddDays(100));
        }

        Assert.Contains(
            volume.Verify(later).Findings,
            f => f.Kind == FindingKind.ClockVouchedWrong && f.Text.Contains("a head that somebody kept", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(true, false, true, "vouched")]
    [InlineData(true, false, false, "unproved")]
    [InlineData(false, true, true, "proved")]
    [InlineData(false, false, true, "unproved")]
    public void KeyReplaced_WithAndWithoutTheKeyBefore_IsAsGoodAsWhatThatKeySigned(
        bool keyIsThere,
        bool earlierIsNamed,
        bool earlierIsGiven,
        string expected
    )
    {
        using var volume = new EvidenceVolume();
        var pem = File.ReadAllText(volume.PublicKeyPath);
        using var old = VerificationFiles.ReadKey(new(volume.PublicKeyPath));
        if (!keyIsThere)
            File.Delete(volume.KeyPath);
        var replaced = KeyReplacement.Run(
            volume.Ledger,
            volume.KeyPath,
            EvidenceVolume.Origin,
            earlierIsNamed ? old : null,
            new("Gil", "It was lost.", EvidenceVolume.Start.AddDays(204)) { AcceptUnproved = expected == "unproved" }
        );
        File.WriteAllText(volume.PublicKeyPath, replaced.PublicKey);
        if (earlierIsGiven)
            volume.EarlierKeys = [pem];
        var report = volume.Verify();
        var key = Assert.Single(report.ReplacedKeys);
        Assert.Equal(
            expected,
            key.IsVouched ? "vouched"
                : key.IsProved ? "proved"
                : "unproved"
        );
        Assert.Equal(expected == "unproved", report.Findings.Any(f => f.Kind == FindingKind.KeyReplacedUnproved));
        if (expected != "unproved")
            Assert.Equal([], report.Findings);
        Assert.Equal(
            keyIsThere ? "old-key"
                : earlierIsNamed ? "earlier-key"
                : "none",
            key.Proof
        );
        if (key.Proof == "none")
            Assert.Contains(report.Findings, f => f.Text.Contains("accepted that nothing vouched", StringComparison.Ordinal));
        Assert.Contains("key        Gil replaced it", VerificationText.ForPeople(report), StringComparison.Ordinal);
    }

    /// <summary>
    /// Whoever has the new key writes that the old one signed the entry. The old one, which is known, signed only what stood before.
    /// </summary>
    [Theory]
    [InlineData("earlier-key", true)]
    [InlineData("old-key", false)]
    public void KeyReplaced_ByAnEntryThatClaimsTheOldKeysWord_IsContradictedByThatKey(string proof, bool holds)
    {
        using var volume = new EvidenceVolume();
        using var old = VerificationFiles.ReadKey(new(volume.PublicKeyPath));
        volume.EarlierKeys = [File.ReadAllText(volume.PublicKeyPath)];
        var text = File.ReadAllText(Path.Combine(volume.Ledger, "checkpoint"));
        Assert.True(SignedNote.TryParse(text, out var note));
        Assert.True(Checkpoint.TryParse(note.Text, out var head));
        File.Delete(volume.KeyPath);
        using var key = LedgerKey.LoadOrCreate(volume.KeyPath, mayCreate: true);
        File.WriteAllText(volume.KeyPath + ".replaced", $"{head.Size}\n");
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin, null, new KeptHead(head, text)))
        {
            log.Append(
                LedgerEntry.Format(
                    KeyReplacement.Kind,
                    EvidenceVolume.Start.AddDays(204),
                    null,
                    null,
                    new Dictionary<string, string>
                    {
                        ["by"] = "Gil",
                        ["reason"] = "It was lost.",
                        ["key"] = Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()),
                        ["earlier"] = Convert.ToBase64String(old.ExportSubjectPublicKeyInfo()),
                        ["size"] = $"{head.Size}",
                        ["root"] = head.Root.ToBase64(),
                        [KeyReplacement.ProofFact] = proof,
                        [KeyReplacement.StandardFact] = log.StandardKey.ToString(),
                    }
                )
            );
            log.Sign(EvidenceVolume.Start.AddDays(204));
        }

        File.WriteAllText(volume.PublicKeyPath, key.ExportSubjectPublicKeyInfoPem());
        var found = volume.Verify().Findings;
        Assert.Equal(holds ? [] : [FindingKind.KeyReplacedUnproved], found.Select(f => f.Kind));
        if (!holds)
            Assert.Contains("no earlier key that was given did", found[0].Text, StringComparison.Ordinal);
    }

    /// <summary>Whoever deletes the key and puts a head of his own there gets no ledger from it.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void KeyReplaced_OverAHeadThatNobodySigned_IsRefusedAndToldWhenAPersonAcceptsIt(bool withMemory)
    {
        using var volume = new EvidenceVolume();
        var checkpoint = Path.Combine(volume.Ledger, "checkpoint");
        var memory = Path.Combine(Path.GetDirectoryName(volume.KeyPath)!, "memory.head");
        if (withMemory)
            File.Copy(checkpoint, memory);
        var (root, size) = (MerkleTree.EmptyRoot, 0L);
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
            (root, size) = (log.Root(log.Size - 1), log.Size - 1);
        File.Delete(volume.KeyPath);
        Assert.True(SignedNote.TryParse(File.ReadAllText(checkpoint), out var note));
        Assert.True(Checkpoint.TryParse(note.Text, out var head));
        using (var junk = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256))
        {
            var shorter = new Checkpoint(head.Origin, size, root, head.Time.AddMinutes(1));
            File.WriteAllText(checkpoint, SignedNote.Sign(shorter.Format(), head.Origin, junk).Format());
        }

        var request = new KeyReplacementRequest("Gil", "It was lost.", EvidenceVolume.Start.AddDays(204)) { AnchorPath = memory };
        var refused = Assert.Throws<LedgerException>(() =>
            KeyReplacement.Run(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin, null, request)
        );
        Assert.Contains("--earlier-key", refused.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(volume.KeyPath));

        var done = KeyReplacement.Run(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin, null, request with { AcceptUnproved = true });
        Assert.Equal(KeyProof.None, done.Proof);
        using var opened = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin);
        Assert.Contains(opened.Findings, f => f.Kind == LedgerDamage.KeyUnproved && f.Entry == done.Entry && f.HurtsProof);
    }

    [Fact]
    public void KeyReplaced_OverTheHeadThatTheAgentRemembers_IsNoProblemOfTheAgent()
    {
        using var volume = new EvidenceVolume();
        var memory = Path.Combine(Path.GetDirectoryName(volume.KeyPath)!, "memory.head");
        File.Copy(Path.Combine(volume.Ledger, "checkpoint"), memory);
        File.Delete(volume.KeyPath);
        File.Delete(StandardLedgerKey.PathFor(volume.KeyPath));
        var done = KeyReplacement.Run(
            volume.Ledger,
            volume.KeyPath,
            EvidenceVolume.Origin,
            null,
            new("Gil", "It was lost.", EvidenceVolume.Start.AddDays(204)) { AnchorPath = memory }
        );
        Assert.Equal(KeyProof.Memory, done.Proof);
        using var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin, memory);
        Assert.Empty(log.Findings);
    }

    /// <summary>On one day, and on two.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void KeyReplaced_Twice_HoldsWithBothKeysBeforeAndNotWithOne(int daysBetween)
    {
        using var volume = new EvidenceVolume();
        var pems = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            pems.Add(File.ReadAllText(volume.PublicKeyPath));
            var done = KeyReplacement.Run(
                volume.Ledger,
                volume.KeyPath,
                EvidenceVolume.Origin,
                null,
                new("Gil", "It is known.", EvidenceVolume.Start.AddDays(204 + (i * daysBetween)))
            );
            File.WriteAllText(volume.PublicKeyPath, done.PublicKey);
        }

        volume.EarlierKeys = pems;
        var report = volume.Verify();
        Assert.Equal([], report.Findings);
        Assert.Equal([true, true], report.ReplacedKeys.Select(k => k.IsVouched));
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
            Assert.Empty(log.Findings);
        volume.EarlierKeys = pems[1..];
        Assert.Contains(volume.Verify().Findings, f => f.Kind == FindingKind.KeyReplacedUnproved);
        volume.EarlierKeys = pems[..1];
        Assert.Contains(volume.Verify().Findings, f => f.Kind is FindingKind.WrongKey or FindingKind.KeyReplacedUnproved);
    }

    /// <summary>The second key goes with the first, and the ledger names the new one.</summary>
    [Fact]
    public void KeyReplaced_TheSecondKeyIsReplacedAndNamed_AndAnotherOneInTheHeadIsFound()
    {
        using var volume = new EvidenceVolume();
        var before = File.ReadAllText(StandardLedgerKey.PathFor(volume.KeyPath));
        volume.EarlierKeys = [File.ReadAllText(volume.PublicKeyPath)];
        var done = KeyReplacement.Run(
            volume.Ledger,
            volume.KeyPath,
            EvidenceVolume.Origin,
            null,
            new("Gil", "It is known.", EvidenceVolume.Start.AddDays(204))
        );
        File.WriteAllText(volume.PublicKeyPath, done.PublicKey);
        Assert.NotEqual(before, File.ReadAllText(StandardLedgerKey.PathFor(volume.KeyPath)));
        Assert.Equal(before, File.ReadAllText(StandardLedgerKey.PathFor(volume.KeyPath) + ".old"));
        Assert.Equal([], volume.Verify().Findings);

        // A signature of the old second key, or of anybody's, below a head of the first.
        var checkpoint = Path.Combine(volume.Ledger, "checkpoint");
        Assert.True(SignedNote.TryParse(File.ReadAllText(checkpoint), out var note));
        using var other = Transparency.NoteSigner.Import(EvidenceVolume.Origin, before);
        File.WriteAllText(checkpoint, (note with { Signatures = [.. note.Signatures.Take(2), other.Sign(note.Text)] }).Format());
        Assert.Equal([FindingKind.WrongKey], volume.Verify().Findings.Select(f => f.Kind));
    }

    [Fact]
    public void SecondKey_IsNamedOnceInTheLedger()
    {
        using var volume = new EvidenceVolume();
        using var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin);
        var size = log.Size;
        for (var i = 0; i < 2; i++)
            StandardKeyBinding.Ensure(log, volume.KeyPath, EvidenceVolume.Start.AddDays(204));
        Assert.Equal(size + 1, log.Size);
        var entry = LedgerEntry.Parse(log.Read(size))!;
        Assert.Equal((StandardKeyBinding.Kind, log.StandardKey.ToString()), (entry.Kind, entry.Facts![StandardKeyBinding.KeyFact]));
    }
}
