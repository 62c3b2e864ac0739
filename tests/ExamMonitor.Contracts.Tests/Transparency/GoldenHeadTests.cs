using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Transparency;

/// <summary>
/// A head with every line that this version writes, made by the other implementation (tests/ExamMonitor.TestKit/tlog) with keys that were
/// thrown away.
/// </summary>
public sealed class GoldenHeadTests
{
    private const string Ecdsa =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAENSD3EhHM+dUdQk6zH+J+okv5Kv2nuaYDDsEOaS/eRhmXP398TP6xs/kAxhFB8jTiwGjLSKPax/ijNpGRUGwO+w==";
    private const string Log = "exam-monitor/school-3/A1+9f9e7876+AbBIbgeyprfwMt0rsGjxYOiRfMSu2jPbEflcwQbVFTF/";
    private const string Witness = "example.com/w1+76841d52+BEstbZqe0L90CZmGxcqr7g5HGkxSm0/CfTmOsdOwfunN";

    [Fact]
    public void CosignedHead_OfTheOtherImplementation_HoldsUnderEveryKey()
    {
        var message = JsonSerializer.Deserialize<LedgerCheckpoint>(
            File.ReadAllText(Repository.PathOf("contracts", "golden", "v1", "ledger-checkpoint.cosigned.json")),
            ContractJson.Options
        )!;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Convert.FromBase64String(Ecdsa), out _);
        Assert.True(SignedNote.TryParse(message.Note, out var note));
        Assert.Equal(message.Note, note.Format());
        Assert.True(note.IsSignedBy("exam-monitor/school-3/A1", key));
        // Each of the two ECDSA lines alone, as readers of the first version and of the standard take them.
        Assert.All(
            note.Signatures.Take(2),
            line => Assert.True((note with { Signatures = [line] }).IsSignedBy("exam-monitor/school-3/A1", key))
        );
        Assert.True(VerifierKey.TryParse(Log, out var log) && log.Check(note) == SignatureStanding.Holds);
        Assert.True(VerifierKey.TryParse(Witness, out var witness));
        Assert.Equal(SignatureStanding.Holds, witness.Check(note, out var time));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_772_415_607), time);
        Assert.True(Checkpoint.TryParse(note.Text, out var head));
        Assert.Equal((4812, message.Root), (head.Size, head.Root.ToBase64()));
    }
}
