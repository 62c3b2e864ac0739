using System.Globalization;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Ledger;

/// <content>Signatures of a head: the log's own, and those of witnesses.</content>
public sealed partial class LedgerLog
{
    /// <summary>
    /// Most cosignatures that a head carries: with them a head stays below 4,000 characters, which is what readers of the first version
    /// take.
    /// </summary>
    public const int MaxCosignatures = 16;

    private NoteSigner _standardKey = null!;

    /// <summary>What standard witnesses verify this ledger's heads with.</summary>
    public VerifierKey StandardKey => _standardKey.LogKey;

    /// <summary>Folder of the heads that witnesses cosigned, a file per day.</summary>
    internal static string CosignedFolder(string folder) => Path.Combine(folder, "cosigned");

    /// <summary>
    /// Keeps cosignatures below the head that they speak of: in the file of the day, and in the newest head when it is that one.
    /// </summary>
    /// <param name="head">Head that was cosigned, as it was signed here.</param>
    /// <param name="cosignatures">Lines whose signature was verified.</param>
    /// <param name="now">UTC.</param>
    /// <returns>The head with every cosignature that is known; the caller publishes it when it is still the newest.</returns>
    /// <exception cref="IOException">Whether it is kept is not known.</exception>
    public string KeepCosigned(SignedNote head, IReadOnlyList<NoteSignature> cosignatures, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (!head.IsSignedBy(_origin, _key))
                throw new ArgumentException("The head is not of this ledger.", nameof(head));
            RequireItsPlace("keep cosignatures");
            var isNewest =
                CheckpointNote is not null
                && SignedNote.TryParse(CheckpointNote, out var newest)
                && string.Equals(newest.Text, head.Text, StringComparison.Ordinal);
            var below = isNewest && SignedNote.TryParse(CheckpointNote, out var carried) ? carried : head;
            var cosigned = Join(below, cosignatures).Format();
            DayHeads.Append(
                Path.Combine(CosignedFolder(_folder), now.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) + ".txt"),
                cosigned
            );
            if (!isNewest)
                return cosigned;
            _heads.KeepCosigned(new(_heads.Best!.Head, cosigned));
            return CheckpointNote = cosigned;
        }
    }

    /// <summary>The newest line of each witness below the log's own lines.</summary>
    private SignedNote Join(SignedNote head, IReadOnlyList<NoteSignature> cosignatures)
    {
        var own = head.Signatures.Where(s => string.Equals(s.Name, _origin, StringComparison.Ordinal));
        var others = head.Signatures.Where(s =>
            !string.Equals(s.Name, _origin, StringComparison.Ordinal) && !cosignatures.Any(c => c.Is(s.Name, s.KeyId))
        );
        return head with { Signatures = [.. own, .. others.Concat(cosignatures).TakeLast(MaxCosignatures)] };
    }

    /// <summary>
    /// Signs a head with both keys. The ECDSA line comes first: verification by hand and readers of the first version take that one.
    /// </summary>
    private SignedNote SignHead(string text)
    {
        var note = SignedNote.Sign(text, _origin, _key);
        var first = note.Signatures[0];
        return note with { Signatures = [first, first with { KeyId = SignedNote.StandardKeyId(_key) }, _standardKey.Sign(text)] };
    }
}
