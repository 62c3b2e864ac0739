using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Retention;

/// <summary>What a sweep did.</summary>
/// <param name="Now">Time by which it worked.</param>
/// <param name="Looked">Segments that it decided about.</param>
/// <param name="Destroyed">Segments that it let go.</param>
/// <param name="DestroyedBytes">Sum of their sizes.</param>
/// <param name="Waiting">Segments of exam footage that may go and wait for two persons.</param>
/// <param name="NothingIsDestroyed">Why nothing could go at all; null when the sweep worked.</param>
/// <param name="Space">Free space after it.</param>
public sealed record SweepReport(
    RetentionNow Now,
    long Looked,
    long Destroyed,
    long DestroyedBytes,
    long Waiting,
    LocalText? NothingIsDestroyed,
    SpaceState Space
);

/// <summary>A sum over decisions.</summary>
/// <param name="Verdict">Keep or discard.</param>
/// <param name="Code">Reason.</param>
/// <param name="Segments">Segments.</param>
/// <param name="SizeBytes">Bytes.</param>
public sealed record DecisionSum(RetentionVerdict Verdict, string Code, long Segments, long SizeBytes);
