using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>A segment that was seen committed.</summary>
/// <param name="Sha256">Its hash then.</param>
/// <param name="Seconds">Media, s.</param>
/// <param name="Exam">The exam in which it was truly made; null for none, or when that is not certain.</param>
internal sealed record SeenSegment(string Sha256, double Seconds, ExamSession? Exam)
{
    public bool Gone { get; set; }

    /// <summary>Half a year and what the rules add, less a margin: in this time no clock may let it go.</summary>
    public bool IsUnderDuty(DateTimeOffset now) => Exam is { } exam && now < exam.End.AddDays(170);
}

/// <summary>What was committed, by whom it may go: kept by the loop, independently of the product.</summary>
internal sealed class SurvivalTruth
{
    private readonly Dictionary<string, SeenSegment> _segments = new(StringComparer.Ordinal);
    private readonly HashSet<string> _destroyed = new(StringComparer.Ordinal);
    private readonly double[] _seconds = new double[SurvivalSite.Cameras];
    private long _read;

    public long Seen { get; private set; }

    public long Destroyed => _segments.Values.LongCount(s => s.Gone);

    public long InDuty(DateTimeOffset now) => _segments.Values.LongCount(s => !s.Gone && s.IsUnderDuty(now));

    /// <summary>Seconds of media that a camera ever had committed.</summary>
    public double SecondsOf(int camera) => _seconds[camera];

    /// <summary>Takes in which segments the ledger says were destroyed since the last look.</summary>
    public void ReadDestructions(LedgerLog log)
    {
        if (log.Size < _read)
            _read = 0;
        foreach (var entry in log.Read(_read, log.Size))
        {
            if (LedgerEntry.Parse(entry) is { Kind: LedgerEntry.Destruction, Facts: { } facts, Camera: { } camera })
                TakeDestroyed(facts, camera);
        }

        _read = log.Size;
    }

    /// <summary>On a full disk idle footage may give way in the very life that made it: nobody saw it committed, and it was.</summary>
    private void TakeDestroyed(IReadOnlyDictionary<string, string> facts, string camera)
    {
        var path = facts["path"];
        _destroyed.Add(path);
        if (_segments.TryGetValue(path, out var seen) && !seen.Gone)
            return;
        var number = Enumerable.Range(0, SurvivalSite.Cameras).First(i => SurvivalSite.Camera(i).Text == camera);
        _seconds[number] += (At(facts["end"]) - At(facts["start"])).TotalSeconds;
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Holds what is there now against what was there before.</summary>
    /// <param name="now">Segments that the archive has.</param>
    /// <param name="at">True time.</param>
    /// <param name="exam">Exam in which new ones were made.</param>
    /// <exception cref="SurvivalLieException">Something committed is gone without a destruction, or changed, or gone under
    /// duty.</exception>
    public void Compare(IReadOnlyList<(int Camera, StoredSegment Segment)> now, DateTimeOffset at, ExamSession? exam)
    {
        var there = now.ToDictionary(s => s.Segment.Path, s => Convert.ToHexStringLower(s.Segment.Sha256.Span), StringComparer.Ordinal);
        foreach (var (path, seen) in _segments)
        {
            if (seen.Gone)
                continue;
            if (there.TryGetValue(path, out var hash))
            {
                if (hash != seen.Sha256)
                    throw new SurvivalLieException($"{path} was committed as {seen.Sha256}, and is now {hash}");
                continue;
            }

            if (!_destroyed.Contains(path))
                throw new SurvivalLieException($"{path} was committed, and is gone without a destruction");
            if (seen.IsUnderDuty(at))
                throw new SurvivalLieException(
                    $"{path} was made in exam {seen.Exam!.Id} that ended {seen.Exam.End:O}, and was destroyed by {at:O}"
                );
            seen.Gone = true;
        }

        foreach (var (camera, segment) in now)
        {
            // A name comes back when its second does, by a clock that was set back, after the first file went.
            if (_segments.TryGetValue(segment.Path, out var known) && !known.Gone)
                continue;
            var seconds = segment.Duration90k / 90_000.0;
            _segments[segment.Path] = new(there[segment.Path], seconds, exam);
            _destroyed.Remove(segment.Path);
            _seconds[camera] += seconds;
            Seen++;
        }
    }
}
