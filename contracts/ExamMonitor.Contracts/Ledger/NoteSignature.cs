using System.Diagnostics.CodeAnalysis;

namespace ExamMonitor.Contracts.Ledger;

/// <summary>One signature of a note.</summary>
/// <param name="Name">Who signs.</param>
/// <param name="KeyId">Four bytes that, with the name, tell the key and the kind of signature.</param>
/// <param name="Signature">As the kind defines it.</param>
public sealed record NoteSignature(string Name, byte[] KeyId, byte[] Signature)
{
    private const string Dash = "— ";
    private const int MaxBytes = 8 * 1024;

    /// <summary>Reads a signature line without its line feed; false for anything that <see cref="Format"/> would not write.</summary>
    public static bool TryParse(string line, [NotNullWhen(true)] out NoteSignature? signature)
    {
        signature = null;
        if (!line.StartsWith(Dash, StringComparison.Ordinal))
            return false;
        var parts = line[Dash.Length..].Split(' ');
        if (parts.Length != 2 || !SignedNote.IsName(parts[0]) || parts[1].Length > MaxBytes / 3 * 4)
            return false;
        var bytes = new byte[MaxBytes];
        if (!Convert.TryFromBase64String(parts[1], bytes, out var written) || written < 5)
            return false;
        if (!string.Equals(Convert.ToBase64String(bytes, 0, written), parts[1], StringComparison.Ordinal))
            return false;
        signature = new NoteSignature(parts[0], bytes[..4], bytes[4..written]);
        return true;
    }

    /// <summary>Whether it claims to be of this key.</summary>
    public bool Is(string name, ReadOnlySpan<byte> keyId) =>
        string.Equals(Name, name, StringComparison.Ordinal) && KeyId.AsSpan().SequenceEqual(keyId);

    /// <summary>Writes the line, with its line feed.</summary>
    public string Format() => $"{Dash}{Name} {Convert.ToBase64String([.. KeyId, .. Signature])}\n";
}
