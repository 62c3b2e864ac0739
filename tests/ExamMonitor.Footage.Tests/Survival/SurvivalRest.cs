using System.Text;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What befalls files while no process runs.</summary>
internal static class SurvivalRest
{
    /// <summary>Flips a byte of a cache, or cuts it.</summary>
    /// <returns>The file; null when there is none.</returns>
    public static string? BreakCache(string volume, string folder, Random random)
    {
        string[] caches =
        [
            Path.Combine(volume, "ledger", "hashes.bin"),
            .. new[] { "", "-wal", "-shm" }.Select(e => Path.Combine(folder, "index.db" + e)),
        ];
        var there = caches.Where(c => File.Exists(c) && new FileInfo(c).Length > 0).ToArray();
        if (there.Length == 0)
            return null;
        var path = there[random.Next(there.Length)];
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        if (random.Next(3) == 0)
        {
            file.SetLength(random.NextInt64(file.Length));
            return path + " cut";
        }

        file.Position = random.NextInt64(file.Length);
        var value = file.ReadByte();
        file.Position--;
        file.WriteByte((byte)(value ^ (1 << random.Next(8))));
        return path + " flipped";
    }

    /// <summary>Leaves a file as a write that did not end does.</summary>
    /// <remarks>Footage that was being written is cut or has a strange tail, a file of lines ends in half a line, the ledger loses a piece
    /// of what no head covers.</remarks>
    public static string? TearTail(string volume, Random random)
    {
        string[] parts =
        [
            .. Directory
                .GetFiles(volume, "*.part", SearchOption.AllDirectories)
                .Where(p => new FileInfo(p).Length > 0)
                .Order(StringComparer.Ordinal),
        ];
        switch (random.Next(5))
        {
            case 0 when parts.Length > 0:
                return Cut(parts[random.Next(parts.Length)], random);
            case 1 when parts.Length > 0:
                return Add(parts[random.Next(parts.Length)], new byte[random.Next(1, 3000)]);
            case 2 when Newest(volume, "day.jsonl") is { } lines:
                return Add(lines, Encoding.UTF8.GetBytes("{\"schema\":\"exam-monitor/da"));
            case 3 when Newest(Path.Combine(volume, "ledger", "entries"), "*") is { } entries:
                return CutUnsigned(volume, entries, random);
            default:
                return Newest(Path.Combine(volume, "ledger", "entries"), "*") is { } file
                    ? Add(file, Encoding.UTF8.GetBytes("{\"kind\":\"segment\",\"at\":\"20"))
                    : null;
        }
    }

    private static string? Newest(string folder, string pattern) =>
        Directory.Exists(folder)
            ? Directory.GetFiles(folder, pattern, SearchOption.AllDirectories).OrderBy(File.GetLastWriteTimeUtc).LastOrDefault()
            : null;

    private static string Cut(string path, Random random)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(Math.Max(0, file.Length - random.Next(1, 4000)));
        return path + " cut";
    }

    private static string Add(string path, byte[] bytes)
    {
        using var file = new FileStream(path, FileMode.Append);
        file.Write(bytes);
        return path + " with a strange tail";
    }

    private static string? CutUnsigned(string volume, string path, Random random)
    {
        // A power cut takes what no flush covered: never anything below a signed head.
        var head = Path.Combine(volume, "ledger", "checkpoint");
        if (
            !File.Exists(head)
            || !SignedNote.TryParse(File.ReadAllText(head), out var note)
            || !Checkpoint.TryParse(note.Text, out var signed)
        )
            return null;
        var all = Directory.GetFiles(Path.GetDirectoryName(path)!).Order(StringComparer.Ordinal).ToList();
        var unsigned = all.Sum(f => File.ReadLines(f).LongCount()) - signed.Size;
        if (unsigned <= 0 || path != all[^1])
            return null;
        var bytes = File.ReadAllBytes(path);
        var lines = bytes.Count(b => b == (byte)'\n');
        var from = lines <= unsigned ? 0 : Position(bytes, lines - (int)unsigned);
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(random.NextInt64(from, file.Length));
        return path + " cut behind its head";
    }

    /// <summary>Where the line of that number begins.</summary>
    private static int Position(byte[] bytes, int line)
    {
        var at = 0;
        for (; line > 0; at++)
        {
            if (bytes[at] == (byte)'\n')
                line--;
        }

        return at;
    }
}
