using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>Sequence numbers per topic that grow across restarts, at one forced write per block of numbers. Thread safe.</summary>
/// <remarks>
/// Invariant: no number above the mark in the file was ever given out; after a start every topic begins above the mark. The first mark, and
/// the mark of a file that was lost, is the wall clock in milliseconds, so that readers which remember higher numbers than an empty file
/// would give are not left behind.
/// </remarks>
internal sealed class SequenceFile
{
    /// <summary>Numbers reserved per forced write.</summary>
    public const long Block = 65_536;

    /// <summary>Numbers that a connection may use on a topic before they reach its last will: at one a second, half a year.</summary>
    public const long WillDistance = 1L << 24;

    private const string Header = "exam-monitor/sequence/1";
    private readonly string _path;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _last = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _wills = new(StringComparer.Ordinal);
    private readonly long _base;
    private long _mark;

    private SequenceFile(string path, long start) => (_path, _base, _mark) = (path, start, start);

    /// <summary>Opens the file in <paramref name="folder"/>, or begins one.</summary>
    public static SequenceFile Open(string folder, TimeProvider time)
    {
        var path = Path.Combine(folder, "sequence");
        var clock = time.GetUtcNow().ToUnixTimeMilliseconds();
        return new(path, Math.Max(Read(path), clock));
    }

    /// <summary>The next number of a topic.</summary>
    public long Next(string topic)
    {
        lock (_gate)
        {
            var next = _last.GetValueOrDefault(topic, _base) + 1;
            if (_wills.TryGetValue(topic, out var will) && next >= will)
                throw new InvalidOperationException($"The topic {topic} used up {WillDistance} numbers in one connection.");
            Reserve(next);
            return _last[topic] = next;
        }
    }

    /// <summary>
    /// Begins a connection: the number of its last will, above all that the connection will use and below all that follow it.
    /// </summary>
    public long NextWill(string topic)
    {
        lock (_gate)
        {
            var start = _wills.GetValueOrDefault(topic, _last.GetValueOrDefault(topic, _base));
            var will = start + WillDistance;
            Reserve(will);
            _last[topic] = start;
            return _wills[topic] = will;
        }
    }

    private void Reserve(long number)
    {
        if (number <= _mark)
            return;
        var mark = number + Block;
        WholeFile.Replace(_path, Encoding.UTF8.GetBytes($"{Header}\n{mark.ToString(CultureInfo.InvariantCulture)}\n"));
        _mark = mark;
    }

    private static long Read(string path)
    {
        try
        {
            var lines = File.ReadAllLines(path);
            return lines is [Header, var mark] && long.TryParse(mark, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                ? value
                : 0;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
