using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Evidence.Verification;

namespace ExamMonitor.Exams.Schedule;

/// <summary>The schedule's file: JSON lines, each with the hash of the line before. Not thread-safe.</summary>
/// <remarks>A crash leaves at most a torn tail (without a line feed, or zeros of a page that was never written), which is cut before the
/// next line; every line before it must be whole and chained.</remarks>
/// <param name="path">File; its folder is made with the first line.</param>
internal sealed class SessionLines(string path)
{
    private const long MaxBytes = 64L << 20;
    private static readonly string Zeros = new('0', 64);
    private string _last = Zeros;
    private long _whole;

    /// <summary>Reads every line.</summary>
    /// <exception cref="InvalidDataException">A line was changed, taken out or put in; the message names it.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<SessionLine> Read()
    {
        if (!File.Exists(path))
            return [];
        PlainFiles.RequireOrdinary(path);
        var bytes =
            new FileInfo(path).Length <= MaxBytes
                ? File.ReadAllBytes(path)
                : throw new InvalidDataException($"{path} is larger than {MaxBytes >> 20} MiB.");
        var zero = Array.IndexOf(bytes, (byte)0);
        var end = zero < 0 ? bytes.Length : zero;
        var lines = new List<SessionLine>();
        for (var at = 0; at < end && Array.IndexOf(bytes, (byte)'\n', at, end - at) is >= 0 and var feed; at = feed + 1)
        {
            var line = Parse(bytes.AsSpan(at, feed - at), lines.Count + 1);
            lines.Add(line);
            _last = Convert.ToHexStringLower(SHA256.HashData(bytes.AsSpan(at, feed - at)));
            _whole = feed + 1;
        }

        return lines;
    }

    /// <summary>Appends one line; it is on the disk when this returns.</summary>
    /// <exception cref="IOException">It may or may not be there; the next <see cref="Read"/> tells.</exception>
    public void Append(SessionSet? set, SessionsEntered? entered)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new SessionLine(_last, set, entered), ContractJson.Options);
        var fresh = !File.Exists(path);
        // A file that is shorter than what was read of it would be filled with zeros.
        if (_whole > 0 && (fresh || new FileInfo(path).Length < _whole))
            throw new IOException(
                $"{path} is gone or shorter than it was. Put it back from a copy, or stop the agent and run: exam-monitor-agent ledger restore."
            );
        PlainFiles.RequireOrdinary(path);
        if (fresh)
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read))
        {
            file.SetLength(_whole);
            file.Seek(_whole, SeekOrigin.Begin);
            file.Write([.. bytes, (byte)'\n']);
            DiskFlush.File(file);
        }

        if (fresh)
            DiskFlush.Folder(Path.GetDirectoryName(path)!);
        (_last, _whole) = (Convert.ToHexStringLower(SHA256.HashData(bytes)), _whole + bytes.Length + 1);
    }

    private SessionLine Parse(ReadOnlySpan<byte> bytes, int number)
    {
        try
        {
            var line = JsonSerializer.Deserialize<SessionLine>(bytes, ContractJson.Options);
            if (line?.Previous == _last)
                return line;
            throw new InvalidDataException(
                FormattableString.Invariant($"{path}: line {number} does not follow from the line before: the file was changed.")
            );
        }
        catch (JsonException e)
        {
            throw new InvalidDataException(FormattableString.Invariant($"{path}: line {number} cannot be read: {e.Message}"), e);
        }
    }
}
