using System.Globalization;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Compares each folder's day lines and register of destructions with the ledger.</summary>
/// <remarks>
/// Memory is a running hash per folder, not a row per segment: what the ledger says is folded in its order, what the folder says in the
/// order of numbers. Where the two differ, <see cref="FolderDetail"/> reads that folder's entries again and says what is wrong.
/// </remarks>
/// <param name="volume">Root of the volume.</param>
internal sealed class FolderAudit(string volume)
{
    private readonly Dictionary<string, FolderSum> _folders = new(StringComparer.Ordinal);

    /// <summary>Takes a segment's or gap's entry; false when it says nothing that a day line could hold.</summary>
    public bool TakeLine(ParsedEntry entry)
    {
        if (FolderOf(entry) is not { } folder || LineText(entry) is not { } text)
            return false;
        var sum = Of(folder);
        sum.Lines++;
        LineFiles.Fold(sum.LineHash, Encoding.UTF8.GetBytes(text));
        return true;
    }

    /// <summary>Takes a destruction under a signed head.</summary>
    public void TakeDestruction(ParsedEntry entry, long number)
    {
        if (DestructionRecord.Of(entry, number) is not { } record || !ArchivePath.TryParse(record.Path, out var path))
            return;
        var sum = Of(path.Folder);
        sum.Gone++;
        LineFiles.Fold(sum.GoneHash, RegisterBytes(record));
    }

    /// <summary>Folders whose day lines or register are not what the ledger gives, with what lies in them.</summary>
    public Dictionary<string, FolderDetail> FindSuspects(CancellationToken cancellationToken)
    {
        var suspects = new Dictionary<string, FolderDetail>(StringComparer.Ordinal);
        foreach (var folder in _folders.Keys.Concat(OnVolume()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var detail = new FolderDetail(volume, folder);
            if (!Fits(detail, Of(folder)))
                suspects[folder] = detail;
        }

        return suspects;
    }

    /// <summary>What lies in a folder.</summary>
    public FolderDetail Detail(string folder) => new(volume, folder);

    /// <summary>Folder in which the line of a segment, gap or destruction stands; null when the entry names none.</summary>
    public static string? FolderOf(ParsedEntry entry)
    {
        if (entry.Kind is LedgerEntry.Segment or LedgerEntry.Destruction)
            return (entry.Path ?? entry.Facts?.GetValueOrDefault("path")) is { } path && ArchivePath.TryParse(path, out var parsed)
                ? parsed.Folder
                : null;
        if (entry.Kind != LedgerEntry.Gap)
            return null;
        return
            entry.Start is { } start
            && RoomId.TryParse(entry.Room, null, out var room)
            && CameraId.TryParse(entry.Camera, null, out var camera)
            ? ArchivePath.Of(room, camera, start, 1).Folder
            : null;
    }

    /// <summary>
    /// What ledger and day line must agree in; null when the entry lacks it. Entries of older versions pin no hash of the line.
    /// </summary>
    public static string? LineText(ParsedEntry entry) =>
        entry switch
        {
            { Line: { } line, Number: { } number } => string.Create(CultureInfo.InvariantCulture, $"{number} {line}"),
            { Kind: LedgerEntry.Segment, Number: { } n, Start: { } s, End: { } e, Path: { } path, Bytes: { } bytes, Sha256: { } sha256 } =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{n} s {UnixMs.Of(s)} {UnixMs.Of(e)} {path[(path.LastIndexOf('/') + 1)..]} {bytes} {sha256} {entry.Recovered == true}"
                ),
            { Kind: LedgerEntry.Gap, Number: { } n, Start: { } s, End: { } e } => string.Create(
                CultureInfo.InvariantCulture,
                $"{n} g {UnixMs.Of(s)} {UnixMs.Of(e)} {entry.Cause}"
            ),
            _ => null,
        };

    /// <summary>The same of a day line that its entry pins.</summary>
    public static string LineText(long number, byte[] content) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {ChainedFile.HashOf(content)}");

    /// <summary>The same of a day line whose entry pins no hash.</summary>
    public static string LineText(DayLine line) =>
        line.Kind == DayLine.Segment
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{line.Number} s {UnixMs.Of(line.Start)} {UnixMs.Of(line.End)} {line.File} {line.Bytes} {line.Sha256} {line.Recovered == true}"
            )
            : string.Create(CultureInfo.InvariantCulture, $"{line.Number} g {UnixMs.Of(line.Start)} {UnixMs.Of(line.End)} {CauseOf(line)}");

    /// <summary>A register line without its link to the line before.</summary>
    public static byte[] RegisterBytes(DestructionRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, ContractJson.Options);

    private static bool Fits(FolderDetail detail, FolderSum sum)
    {
        if (detail.IsBroken)
            return false;
        var (lines, gone) = (new byte[TreeHash.Size], new byte[TreeHash.Size]);
        if (detail.Lines.Count != sum.Lines || detail.Register.Count != sum.Gone)
            return false;
        foreach (var line in detail.Lines.OrderBy(l => l.Value.Number))
            LineFiles.Fold(lines, Encoding.UTF8.GetBytes(LineText(line.Value.Number, line.Content)));
        foreach (var record in detail.Register.OrderBy(r => r.Value.Ledger))
            LineFiles.Fold(gone, record.Content);
        return lines.AsSpan().SequenceEqual(sum.LineHash) && gone.AsSpan().SequenceEqual(sum.GoneHash);
    }

    private static string CauseOf(DayLine line) =>
        line.Cause is { } cause ? JsonNamingPolicy.KebabCaseLower.ConvertName(cause.ToString()) : "";

    private FolderSum Of(string folder) => _folders.TryGetValue(folder, out var sum) ? sum : _folders[folder] = new();

    /// <summary>Folders that a camera's day could have, and that hold one of the two files.</summary>
    private IEnumerable<string> OnVolume() =>
        from file in ArchiveVerifier.Under(volume, "*.jsonl")
        let path = Path.GetRelativePath(volume, file).Replace('\\', '/')
        where
            Path.GetFileName(file) is DayLog.FileName or DestructionLog.FileName
            && ArchivePath.TryParse(path[..(path.LastIndexOf('/') + 1)] + "000000Z.mp4", out _)
        select path[..path.LastIndexOf('/')];

    private sealed class FolderSum
    {
        public byte[] LineHash { get; } = new byte[TreeHash.Size];

        public byte[] GoneHash { get; } = new byte[TreeHash.Size];

        public int Lines { get; set; }

        public int Gone { get; set; }
    }
}
