using System.Text.Json;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Exams.Schedule;

/// <summary>
/// What is about to be entered into the ledger and written into the schedule, on the disk before either. By itself it says nothing: a set
/// counts when the ledger has it. Not thread-safe.
/// </summary>
/// <param name="schedule">File of the schedule; the intent lies beside it.</param>
internal sealed class SessionIntent(string schedule)
{
    private const long MaxBytes = 64L << 20;
    private readonly string _path = schedule + ScheduleIntent.Ending;

    /// <summary>Writes the intent; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It may be there in part, which reads as none.</exception>
    public void Write(SessionSet set)
    {
        var folder = Path.GetDirectoryName(_path)!;
        Directory.CreateDirectory(folder);
        PlainFiles.RequireOrdinary(_path);
        using (var file = new FileStream(_path, FileMode.Create, FileAccess.Write, FileShare.Read))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(set, ContractJson.Options));
            DiskFlush.File(file);
        }

        DiskFlush.Folder(folder);
    }

    /// <summary>The intent; null when there is none, or what lies there is none.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public SessionSet? Read()
    {
        if (!File.Exists(_path))
            return null;
        PlainFiles.RequireOrdinary(_path);
        try
        {
            if (
                new FileInfo(_path).Length <= MaxBytes
                && JsonSerializer.Deserialize<SessionSet>(File.ReadAllBytes(_path), ContractJson.Options)
                    is { Items: not null, Person: not null } set
            )
                return set;
        }
        catch (JsonException)
        {
            // A write that was cut off: the ledger was not asked yet.
        }

        Remove();
        return null;
    }

    /// <summary>Takes the intent away. It may be back after a power cut, and is then found to be done.</summary>
    public void Remove() => File.Delete(_path);
}
