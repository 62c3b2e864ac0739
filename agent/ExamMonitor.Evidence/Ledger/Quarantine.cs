using System.Globalization;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Evidence.Ledger;

/// <summary>Folder of a ledger for what was found in it and is not its own: kept for a person, read by nobody else.</summary>
internal static class Quarantine
{
    /// <summary>Folder below the ledger's.</summary>
    public const string Name = "quarantine";

    /// <summary>Files of entries that were put aside and that nobody has taken away yet, relative to the ledger's folder.</summary>
    public static IEnumerable<string> Files(string ledger) =>
        Directory.Exists(Path.Combine(ledger, Name))
            ? Directory
                .GetFiles(Path.Combine(ledger, Name), "entries-*.jsonl")
                .Order(StringComparer.Ordinal)
                .Select(f => $"{Name}/{Path.GetFileName(f)}")
            : [];

    /// <summary>Name of entries that were put aside from a number on.</summary>
    public static string NameOf(long number) => string.Create(CultureInfo.InvariantCulture, $"entries-{number:D12}");

    /// <summary>Begins a file under the first name that is free.</summary>
    public static FileStream Begin(string ledger, string name, string ending)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ledger, Name)).FullName;
        for (var i = 1; ; i++)
        {
            var path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{name}-{i}{ending}"));
            if (!File.Exists(path))
                return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        }
    }

    /// <summary>Keeps a copy of the end of a file of entries that is about to be cut off.</summary>
    public static void KeepFrom(string ledger, FileStream file, long offset, long number)
    {
        using (var copy = Begin(ledger, NameOf(number), ".jsonl"))
        {
            file.Seek(offset, SeekOrigin.Begin);
            file.CopyTo(copy);
            DiskFlush.File(copy);
        }

        DiskFlush.Folder(Path.Combine(ledger, Name));
    }

    /// <summary>Takes a whole file of entries out of the ledger; an empty one is nothing.</summary>
    public static void Take(string ledger, string path, long number)
    {
        if (new FileInfo(path).Length == 0)
        {
            File.Delete(path);
            return;
        }

        string place;
        using (var name = Begin(ledger, NameOf(number), ".jsonl"))
            place = name.Name;
        File.Move(path, place, overwrite: true);
        DiskFlush.Folder(Path.Combine(ledger, Name));
        DiskFlush.Folder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Keeps a copy of a file that is about to be replaced.</summary>
    public static void Keep(string ledger, string path)
    {
        using (var copy = Begin(ledger, Path.GetFileName(path), ".txt"))
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.CopyTo(copy);
            DiskFlush.File(copy);
        }

        DiskFlush.Folder(Path.Combine(ledger, Name));
    }
}
