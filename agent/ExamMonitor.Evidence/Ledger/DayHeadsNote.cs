using System.Globalization;
using System.Text;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>
/// What the ledger itself says of a file of heads, once a head of another day begins a new one: that it is there, and how far it goes.
/// </summary>
/// <remarks>
/// Entered right before the first head of the other file is signed, so that this head covers it. Between the head that it names and itself
/// no head was signed: days in between have no file, and never had one.
/// </remarks>
/// <param name="File">File, relative to the ledger folder.</param>
/// <param name="Size">Most entries that a head in it speaks of.</param>
internal sealed record DayHeadsNote(string File, long Size)
{
    /// <summary>Kind of its entry: facts <c>file</c>, <c>size</c>.</summary>
    public const string Kind = "heads";

    private static readonly byte[] Beginning = Encoding.ASCII.GetBytes($"{{\"kind\":\"{Kind}\",");

    /// <summary>A file of heads as its entry names it.</summary>
    public static string FileOf(string name) => "checkpoints/" + name;

    /// <summary>Bytes of its entry.</summary>
    /// <param name="at">When it is written, UTC.</param>
    public byte[] Format(DateTimeOffset at) =>
        LedgerEntry.Format(
            Kind,
            at,
            null,
            null,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["file"] = File,
                ["size"] = Size.ToString(CultureInfo.InvariantCulture),
            }
        );

    /// <summary>Reads it of an entry; null when that is of another kind, or names no file of heads.</summary>
    public static DayHeadsNote? Of(ParsedEntry? entry) =>
        entry is { Kind: Kind, Facts: { } facts }
        && facts.GetValueOrDefault("file") is { } file
        && DayOf(file) is not null
        && long.TryParse(facts.GetValueOrDefault("size"), NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new(file, size)
            : null;

    /// <summary>Reads it of the bytes of an entry; most are of another kind, and are not looked into.</summary>
    public static DayHeadsNote? Of(ReadOnlySpan<byte> entry) => entry.StartsWith(Beginning) ? Of(LedgerEntry.Parse(entry)) : null;

    /// <summary>Day of a file of heads; null when the name is none.</summary>
    public static DateOnly? DayOf(string file) =>
        file.StartsWith("checkpoints/", StringComparison.Ordinal)
        && file.EndsWith(".txt", StringComparison.Ordinal)
        && DateOnly.TryParseExact(
            file["checkpoints/".Length..^".txt".Length],
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : null;
}
