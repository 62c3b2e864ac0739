using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>Puts a keyed tag on every note for the ledger that waits in the index, and tells whether one is right.</summary>
/// <remarks>
/// The index is a file that its machine's owner can write. What it asks to have signed is believed by this tag alone, which only who reads
/// the signing key makes. The key is made from the signing key as that of the entries' tags is, with a purpose of its own. Thread-safe.
/// </remarks>
public sealed class TierNoteTags
{
    private static readonly byte[] Purpose = "exam-monitor/ledger/tier-note/1"u8.ToArray();

    private readonly Lazy<byte[]> _key;

    internal TierNoteTags(Func<ECDsa> open, string origin) =>
        _key = new(() =>
        {
            using var key = open();
            var secret = key.ExportParameters(includePrivateParameters: true).D!;
            var derived = HKDF.DeriveKey(
                HashAlgorithmName.SHA256,
                secret,
                SHA256.HashSizeInBytes,
                System.Text.Encoding.UTF8.GetBytes(origin),
                Purpose
            );
            CryptographicOperations.ZeroMemory(secret);
            return derived;
        });

    /// <summary>Tags under a signing key, which is read at the first note.</summary>
    /// <param name="keyPath">Private key of the ledger.</param>
    /// <param name="origin">Origin of its heads.</param>
    public static TierNoteTags Of(string keyPath, string origin) => new(() => LedgerKey.LoadOrCreate(keyPath, mayCreate: false), origin);

    /// <summary>The note with its tag.</summary>
    /// <param name="note">Note.</param>
    /// <param name="after">Entries that the ledger had before: the note's own entry stands behind them.</param>
    internal TierNote Seal(TierNote note, long after) =>
        note with
        {
            Tag = string.Create(CultureInfo.InvariantCulture, $"{after}.{Convert.ToHexStringLower(Compute(note, after))}"),
        };

    /// <summary>Entries below which a note's own entry does not stand; 0 when the note does not say so.</summary>
    internal static long AfterOf(TierNote note) =>
        note.Tag?.Split('.') is [var text, _] && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var after)
            ? after
            : 0;

    /// <summary>Whether a process of this agent made the note.</summary>
    internal bool Check(TierNote note) =>
        note.Tag?.Split('.') switch
        {
            [var tag] => IsRight(tag, Compute(note, null)),
            [_, var tag] => IsRight(tag, Compute(note, AfterOf(note))),
            _ => false,
        };

    private static bool IsRight(string tag, byte[] expected) =>
        tag.Length == 2 * SHA256.HashSizeInBytes
        && tag.All(char.IsAsciiHexDigit)
        && CryptographicOperations.FixedTimeEquals(Convert.FromHexString(tag), expected);

    private byte[] Compute(TierNote note, long? after)
    {
        // A list of texts has one reading: no two notes give the same bytes.
        var parts = new List<string?> { note.Id, note.Kind, note.Room, note.Camera };
        foreach (var (name, value) in note.Facts.OrderBy(f => f.Key, StringComparer.Ordinal))
            parts.AddRange([name, value]);
        // A room has no line feed in its name, so that no note of before reads as one with a number.
        if (after is { } number)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"after\n{number}"));
        return HMACSHA256.HashData(_key.Value, JsonSerializer.SerializeToUtf8Bytes(parts));
    }
}
