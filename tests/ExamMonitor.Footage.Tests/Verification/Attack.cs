using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>What a person who owns the disk, and in some rows the key, does to a volume.</summary>
internal static class Attack
{
    public static void Delete(EvidenceVolume v) => File.Delete(v.At(Victim(v)));

    /// <summary>
    /// Deletes a segment and explains that by a whole, well-formed line of a destruction that nobody signed, with its register line.
    /// </summary>
    public static void DeleteWithUnsignedLine(EvidenceVolume v)
    {
        var entry = Destruction(v, Victim(v));
        File.AppendAllText(v.EntriesFile, Encoding.UTF8.GetString(entry) + "\n");
        Delete(v);
    }

    public static void RemoveWithUnsignedLine(EvidenceVolume v)
    {
        File.AppendAllText(v.EntriesFile, Line("local-removed", ("path", Victim(v))) + "\n");
        Delete(v);
    }

    /// <summary>An added file whose unsigned entry hides behind another claim about the same path.</summary>
    public static void AddHiddenBehindAnotherClaim(EvidenceVolume v)
    {
        AddWithUnsignedLine(v);
        File.AppendAllText(v.EntriesFile, Line("restored", ("path", $"{v.Newest}/235900Z.mp4")) + "\n");
    }

    /// <summary>Other bytes under a known path, with a second entry of it that the agent's own key signs.</summary>
    public static void ReplaceWithSecondEntry(EvidenceVolume v)
    {
        var content = "other footage"u8.ToArray();
        File.WriteAllBytes(v.At(Victim(v)), content);
        var (number, leaf) = LastOf(v);
        var start = EvidenceVolume.Start.AddDays(202).AddHours(9).AddMinutes(1);
        AppendDayLine(v, number + 1, start, Path.GetFileName(Victim(v)), content);
        using var log = LedgerLog.Open(v.Ledger, v.KeyPath, EvidenceVolume.Origin);
        log.Append(
            LedgerEntry.Format(
                new SegmentLeaf(
                    EvidenceVolume.Room,
                    EvidenceVolume.Camera,
                    number + 1,
                    leaf,
                    start,
                    start.AddMinutes(1),
                    Victim(v),
                    content.Length,
                    Hex(content),
                    false
                ),
                start
            )
        );
        log.Sign(Read(v.KnownHead).Time.AddMinutes(1));
    }

    /// <summary>A file that was put on the volume, and taken in when the index was made again.</summary>
    public static void EnterFromVolume(EvidenceVolume v) => AddSigned(v, "planted footage"u8.ToArray(), LeafSource.Volume);

    /// <summary>The very bytes of an earlier segment with another time, entered and signed.</summary>
    public static void ReplayWithEntry(EvidenceVolume v) => AddSigned(v, File.ReadAllBytes(v.At(Victim(v))), LeafSource.Written);

    /// <summary>A segment with day line, entry and head as the agent makes them.</summary>
    public static void AddSigned(EvidenceVolume v, byte[] content, LeafSource source, int minute = 59)
    {
        var file = Text($"23{minute:00}00Z.mp4");
        File.WriteAllBytes(v.At($"{v.Newest}/{file}"), content);
        var (number, leaf) = LastOf(v);
        var start = EvidenceVolume.Start.AddDays(202).AddHours(23).AddMinutes(minute);
        AppendDayLine(v, number + 1, start, file, content);
        using var log = LedgerLog.Open(v.Ledger, v.KeyPath, EvidenceVolume.Origin);
        log.Append(
            LedgerEntry.Format(
                new SegmentLeaf(
                    EvidenceVolume.Room,
                    EvidenceVolume.Camera,
                    number + 1,
                    leaf,
                    start,
                    start.AddMinutes(1),
                    $"{v.Newest}/{file}",
                    content.Length,
                    Hex(content),
                    false
                )
                {
                    Source = source,
                },
                start.AddMinutes(1)
            )
        );
        log.Sign(Read(v.KnownHead).Time.AddMinutes(1));
    }

    public static void AddWithUnsignedLine(EvidenceVolume v) => File.AppendAllText(v.EntriesFile, Encoding.UTF8.GetString(Add(v)) + "\n");

    /// <summary>No attack: footage, day line and entry as an agent writes them; the head over them is its next step.</summary>
    public static LedgerLog AddAsTheAgentDoes(EvidenceVolume v)
    {
        var entry = Add(v);
        var log = LedgerLog.Open(v.Ledger, v.KeyPath, EvidenceVolume.Origin);
        log.Append(entry);
        return log;
    }

    private static byte[] Add(EvidenceVolume v)
    {
        var content = "strange footage"u8.ToArray();
        var path = $"{v.Newest}/235900Z.mp4";
        File.WriteAllBytes(v.At(path), content);
        var (number, leaf) = LastOf(v);
        var start = EvidenceVolume.Start.AddDays(202).AddHours(23).AddMinutes(59);
        var entry = LedgerEntry.Format(
            new SegmentLeaf(
                EvidenceVolume.Room,
                EvidenceVolume.Camera,
                number + 1,
                leaf,
                start,
                start.AddMinutes(1),
                path,
                content.Length,
                Hex(content),
                false
            ),
            start.AddMinutes(1)
        );
        AppendDayLine(v, number + 1, start, "235900Z.mp4", content);
        return entry;
    }

    /// <summary>Back to an earlier head: entries, heads, files and day lines behind it are gone.</summary>
    public static void Truncate(EvidenceVolume v)
    {
        var heads = Heads(v).Where(h => h.Head.Time < EvidenceVolume.Start.AddDays(202)).ToList();
        EvidenceVolume.Write(v.EntriesFile, v.Lines(v.EntriesFile).Take((int)heads[^1].Head.Size));
        Directory.Delete(v.At("2026/09-20"), recursive: true);
        foreach (
            var statement in Directory
                .GetFiles(v.At("batches"), "*", SearchOption.AllDirectories)
                .Where(f => f.Contains("2026-09", StringComparison.Ordinal))
        )
            File.Delete(statement);
        foreach (
            var file in Directory
                .GetFiles(Path.Combine(v.Ledger, "checkpoints"))
                .Where(f => string.CompareOrdinal(Path.GetFileName(f), "2026-09-20") >= 0)
        )
            File.Delete(file);
        File.WriteAllText(Path.Combine(v.Ledger, "checkpoint"), heads[^1].Note);
        using (var hashes = new FileStream(Path.Combine(v.Ledger, "hashes.bin"), FileMode.Open))
            hashes.SetLength(StoredHashes.CountFor(heads[^1].Head.Size) * TreeHash.Size);
    }

    /// <summary>
    /// A segment is taken out of entries, files and day lines, all behind it renumbered, and every head signed again at its old time by the
    /// agent's own key.
    /// </summary>
    public static void RewriteSameKey(EvidenceVolume v)
    {
        var heads = Heads(v);
        var lines = v.Lines(v.EntriesFile);
        var at = Find(v, Victim(v));
        var victim = LedgerEntry.Parse(Encoding.UTF8.GetBytes(lines[at]))!;
        lines.RemoveAt(at);
        Delete(v);
        var pins = RewriteDayLines(v, victim.Number!.Value);
        for (var i = at; i < lines.Count; i++)
            lines[i] = Renumber(lines[i], at, victim.Number!.Value, pins);
        Directory.Delete(v.Ledger, recursive: true);
        using var log = LedgerLog.Open(v.Ledger, v.KeyPath, EvidenceVolume.Origin);
        foreach (var head in heads.Select(h => h.Head))
        {
            for (var size = head.Size > at ? head.Size - 1 : head.Size; log.Size < size; )
                log.Append(Untagged(lines[(int)log.Size]));
            log.Sign(head.Time);
        }
    }

    /// <summary>An entry as it was handed over: whoever writes history anew has it tagged anew.</summary>
    private static byte[] Untagged(string line)
    {
        var bytes = Encoding.UTF8.GetBytes(line);
        return EntryTags.IsTagged(bytes) ? [.. bytes.AsSpan(0, bytes.Length - EntryTags.Size - 1), (byte)'}'] : bytes;
    }

    public static void RewriteNewKey(EvidenceVolume v)
    {
        var heads = Heads(v);
        var lines = v.Lines(v.EntriesFile);
        Directory.Delete(v.Ledger, recursive: true);
        using var log = LedgerLog.Open(v.Ledger, Path.Combine(v.Root, "other.key"), EvidenceVolume.Origin);
        foreach (var head in heads.Select(h => h.Head))
        {
            while (log.Size < head.Size)
                log.Append(Untagged(lines[(int)log.Size]));
            log.Sign(head.Time);
        }
    }

    public static void FlipBit(EvidenceVolume v) => Flip(v.At(Victim(v)), 100);

    public static void EditRules(EvidenceVolume v) => Replace(v.At("retention/rules.jsonl"), "\"idleDays\":30", "\"idleDays\":3");

    public static void EditSessions(EvidenceVolume v) =>
        Replace(v.At("batches/2026/B1/sessions.jsonl"), "\"cancelled\":false", "\"cancelled\":true");

    public static void DropDayLine(EvidenceVolume v)
    {
        var path = v.At($"{v.Newest}/day.jsonl");
        EvidenceVolume.Write(path, v.Lines(path).SkipLast(1));
    }

    public static void EditDayLine(EvidenceVolume v) => Replace(v.At($"{v.Newest}/day.jsonl"), "09:03:00.000Z", "09:03:00.001Z");

    public static void DropRegisterLine(EvidenceVolume v)
    {
        var path = v.At($"{v.Gone}/destroyed.jsonl");
        EvidenceVolume.Write(path, v.Lines(path).SkipLast(1));
    }

    public static void EditRegisterLine(EvidenceVolume v) => ReplaceLast(v.At($"{v.Gone}/destroyed.jsonl"), "job:sweep", "job:sweeq");

    public static void DropHoldLine(EvidenceVolume v)
    {
        var path = v.At("retention/holds.jsonl");
        EvidenceVolume.Write(path, v.Lines(path).SkipLast(1));
    }

    public static void EditHoldLine(EvidenceVolume v) => ReplaceLast(v.At("retention/holds.jsonl"), "\"Eve\"", "\"Eva\"");

    public static void DropLineFeed(EvidenceVolume v)
    {
        using var file = new FileStream(v.At("retention/rules.jsonl"), FileMode.Open);
        file.SetLength(file.Length - 1);
    }

    public static void DropCheckpoint(EvidenceVolume v) => File.Delete(Path.Combine(v.Ledger, "checkpoint"));

    public static void PutBackCheckpoint(EvidenceVolume v) => File.WriteAllText(Path.Combine(v.Ledger, "checkpoint"), Heads(v)[2].Note);

    public static void DropDayOfHeads(EvidenceVolume v) => File.Delete(Path.Combine(v.Ledger, "checkpoints", "2026-03-02.txt"));

    public static void ShortenNewestDayOfHeads(EvidenceVolume v) =>
        File.Delete(Directory.GetFiles(Path.Combine(v.Ledger, "checkpoints")).Order(StringComparer.Ordinal).Last());

    public static void DropHashes(EvidenceVolume v) => File.Delete(Path.Combine(v.Ledger, "hashes.bin"));

    public static void FlipHashes(EvidenceVolume v) => Flip(Path.Combine(v.Ledger, "hashes.bin"), 100);

    public static void DropApprovedList(EvidenceVolume v) => Directory.Delete(v.At("retention/proposals"), recursive: true);

    /// <summary>Entry, register line and head are whole and signed; the law says otherwise.</summary>
    public static void DestroyTooSoon(EvidenceVolume v) => DestroySigned(v, Victim(v), exam: true);

    public static void DestroyHeld(EvidenceVolume v) => DestroySigned(v, $"{v.Gone}/120000Z.mp4", exam: false);

    public static void Flip(string path, long at)
    {
        using var file = new FileStream(path, FileMode.Open);
        file.Seek(at, SeekOrigin.Begin);
        var value = file.ReadByte();
        file.Seek(at, SeekOrigin.Begin);
        file.WriteByte((byte)(value ^ 1));
    }

    public static IReadOnlyList<(string Note, Checkpoint Head)> Heads(EvidenceVolume v) =>
        [
            .. Directory
                .GetFiles(Path.Combine(v.Ledger, "checkpoints"))
                .Order(StringComparer.Ordinal)
                .SelectMany(f => DayHeads.Split(File.ReadAllText(f)))
                .Select(n => (n, Read(n))),
        ];

    public static Checkpoint Read(string text) =>
        SignedNote.TryParse(text, out var note) && Checkpoint.TryParse(note.Text, out var head)
            ? head
            : throw new InvalidOperationException(text);

    private static string Victim(EvidenceVolume v) => $"{v.Newest}/090100Z.mp4";

    private static void DestroySigned(EvidenceVolume v, string path, bool exam)
    {
        var at = Read(v.KnownHead).Time.AddMinutes(1);
        var entry = Destruction(v, path, exam ? "window-ended" : "idle-aged", exam ? "shandong-rules/video-6-months@1" : "idle");
        using (var log = LedgerLog.Open(v.Ledger, v.KeyPath, EvidenceVolume.Origin))
        {
            var number = log.Append(entry);
            log.Sign(at);
            new DestructionLog(new DiskVolume(v.Volume)).Append(
                path[..path.LastIndexOf('/')],
                [DestructionRecord.Of(LedgerEntry.Parse(entry)!, number)!]
            );
        }

        File.Delete(v.At(path));
    }

    private static byte[] Destruction(EvidenceVolume v, string path, string code = "idle-aged", string rule = "idle")
    {
        var leaf = Find(v, path);
        var segment = LedgerEntry.Parse(Encoding.UTF8.GetBytes(v.Lines(v.EntriesFile)[leaf]))!;
        var record = new DestructionRecord(
            -1,
            Read(v.KnownHead).Time,
            EvidenceVolume.Room,
            EvidenceVolume.Camera,
            1,
            segment.Number!.Value,
            leaf,
            path,
            segment.Start!.Value,
            segment.End!.Value,
            segment.Bytes!.Value,
            segment.Sha256!,
            rule == "idle" ? Contracts.Law.FootageClass.Idle : Contracts.Law.FootageClass.Exam,
            code,
            rule,
            new("Gone.", "已销毁。"),
            "job:sweep"
        );
        return LedgerEntry.Format(DestructionRecord.Kind, record.At, record.Room, record.Camera, record.ToFacts());
    }

    private static int Find(EvidenceVolume v, string path) =>
        v.Lines(v.EntriesFile).FindIndex(l => l.Contains($"\"path\":\"{path}\",\"start\"", StringComparison.Ordinal));

    private static (long Number, long Leaf) LastOf(EvidenceVolume v)
    {
        var lines = v.Lines(v.EntriesFile);
        var at = lines.FindLastIndex(l => l.StartsWith("{\"kind\":\"segment\"", StringComparison.Ordinal));
        return (LedgerEntry.Parse(Encoding.UTF8.GetBytes(lines[at]))!.Number!.Value, at);
    }

    private static string Renumber(string line, int at, long number, Dictionary<long, string> pins)
    {
        var entry = LedgerEntry.Parse(Encoding.UTF8.GetBytes(line))!;
        if (DayHeadsNote.Of(entry) is { } heads && heads.Size > at)
            return line.Replace(Text($"\"size\":\"{heads.Size}\""), Text($"\"size\":\"{heads.Size - 1}\""), StringComparison.Ordinal);
        if (entry.Number is not { } n || n < number)
            return line;
        if (entry.Line is { } pin)
            line = line.Replace(pin, pins[n - 1], StringComparison.Ordinal);
        return line.Replace(Text($"\"number\":{n},"), Text($"\"number\":{n - 1},"), StringComparison.Ordinal)
            .Replace(
                Text($"\"previous\":{entry.Previous}"),
                Text(
                    $"\"previous\":{(n == number + 1 ? PreviousOf(entry, at) : entry.Previous > at ? entry.Previous - 1 : entry.Previous)}"
                ),
                StringComparison.Ordinal
            );
    }

    /// <summary>The neighbour of what was taken out follows what stood before it, which is the entry before in this volume.</summary>
    private static long PreviousOf(ParsedEntry entry, int at) =>
        entry.Previous!.Value == at ? at - 1 : throw new InvalidOperationException("The victim stands right before its neighbour.");

    private static Dictionary<long, string> RewriteDayLines(EvidenceVolume v, long number)
    {
        var path = v.At($"{v.Newest}/day.jsonl");
        var (previous, written, pins) = (ChainedFile.Zeros, new List<string>(), new Dictionary<long, string>());
        foreach (var line in v.Lines(path).Select(l => DayLog.TryParse(Encoding.UTF8.GetBytes(l))!).Where(l => l.Number != number))
        {
            var bytes = System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                line with
                {
                    Previous = previous,
                    Number = line.Number > number ? line.Number - 1 : line.Number,
                },
                ContractJson.Options
            );
            previous = Hex(bytes);
            written.Add(Encoding.UTF8.GetString(bytes));
            pins[line.Number > number ? line.Number - 1 : line.Number] = FootageLines.HashOf(
                line with
                {
                    Number = line.Number > number ? line.Number - 1 : line.Number,
                }
            );
        }

        EvidenceVolume.Write(path, written);
        return pins;
    }

    private static void AppendDayLine(EvidenceVolume v, long number, DateTimeOffset start, string file, byte[] content) =>
        new DayLog(new DiskVolume(v.Volume)).Append(
            v.Newest,
            new("", number, DayLine.Segment, 99, start, start.AddMinutes(1))
            {
                File = file,
                Bytes = content.Length,
                Sha256 = Hex(content),
                Recovered = false,
                Run = 1,
                MediaStart90k = 0,
                Duration90k = 1,
                InitializationBytes = 10,
                Fragments = [],
            }
        );

    private static void Replace(string path, string from, string to)
    {
        var text = File.ReadAllText(path);
        if (!text.Contains(from, StringComparison.Ordinal))
            throw new InvalidOperationException($"{from} is not in {path}: {text}");
        File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
    }

    /// <summary>In the last line, which no other line is chained to.</summary>
    private static void ReplaceLast(string path, string from, string to)
    {
        var text = File.ReadAllText(path);
        var at = text.LastIndexOf(from, StringComparison.Ordinal);
        File.WriteAllText(path, string.Concat(text.AsSpan(0, at), to, text.AsSpan(at + from.Length)));
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Line(string kind, params (string Name, string Value)[] facts) =>
        Encoding.UTF8.GetString(
            LedgerEntry.Format(
                kind,
                EvidenceVolume.Start.AddDays(203),
                EvidenceVolume.Room,
                EvidenceVolume.Camera,
                facts.ToDictionary(f => f.Name, f => f.Value, StringComparer.Ordinal)
            )
        );
}
