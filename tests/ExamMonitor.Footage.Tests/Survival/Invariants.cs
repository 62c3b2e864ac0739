using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What must hold of an archive at rest, whatever happened to it.</summary>
internal static class Invariants
{
    public static void Hold(Script script, string when)
    {
        var index = FootageIndex.Open(script.Options.IndexPath);
        try
        {
            var camera = index.Read(q => q.Camera(ArchiveBench.Room, ArchiveBench.Camera))!;
            var segments = index.Read(q => q.Segments(camera, 0, long.MaxValue / 2));
            var gaps = index.Read(q => q.Gaps(camera, 0, long.MaxValue / 2));
            EveryFileIsDescribedOnce(script, index, segments, when);
            LinesAndLeavesFollow(script, segments, gaps, when);
            Assert.True(camera.SizeBytes == segments.Sum(s => s.SizeBytes), when);
            Assert.Empty(index.Read(q => q.Pending(camera.No)));
            for (var i = 1; i < segments.Count; i++)
                Assert.True(segments[i].StartUtc >= segments[i - 1].EndUtc, $"{when}: segments overlap");
        }
        finally
        {
            index.Dispose();
        }
    }

    private static void EveryFileIsDescribedOnce(Script script, FootageIndex index, List<StoredSegment> segments, string when)
    {
        var files = script
            .Volume.AllFiles()
            .Where(f => f.EndsWith(".mp4", StringComparison.Ordinal) || f.EndsWith(".part", StringComparison.Ordinal))
            .ToList();
        var garbage = index.Read(q => q.Garbage()).Select(g => g.Path).ToList();
        Assert.Empty(index.Read(q => q.Parts()));
        Assert.True(
            files.Order().SequenceEqual(segments.Select(s => s.Path).Concat(garbage.Where(files.Contains)).Order()),
            $"{when}: files [{string.Join(' ', files)}], rows [{string.Join(' ', segments.Select(s => s.Path))}], garbage [{string.Join(' ', garbage)}]"
        );
        foreach (var segment in segments)
        {
            var bytes = script.Volume.Bytes(segment.Path);
            Assert.True(
                bytes.Length == segment.SizeBytes && SHA256.HashData(bytes).AsSpan().SequenceEqual(segment.Sha256.Span),
                $"{when}: {segment.Path} is not what its row says"
            );
            var scan = Recovery.Scan(script.Volume, segment.Path);
            Assert.True(scan.File.Problem is null && scan.File.WholeBytes == bytes.Length, $"{when}: {segment.Path} ends badly");
            var fragments = index.Read(q => q.Fragments(segment.Id))!.Value.Fragments;
            Assert.True(
                fragments
                    .Select(f => (f.SizeBytes, f.Start90k, f.Duration90k, f.Sync))
                    .SequenceEqual(scan.Entries.Select(f => (f.SizeBytes, f.Start90k, f.Duration90k, f.Sync))),
                $"{when}: {segment.Path} has other fragments than its row"
            );
        }
    }

    private static void LinesAndLeavesFollow(Script script, List<StoredSegment> segments, List<GapRow> gaps, string when)
    {
        var numbers = segments.Select(s => s.Number).Concat(gaps.Select(g => g.Number!.Value)).Order().ToList();
        Assert.True(
            numbers.SequenceEqual(Enumerable.Range(1, numbers.Count).Select(n => (long)n)),
            $"{when}: numbers {string.Join(' ', numbers)}"
        );
        var lines = new List<DayLine>();
        foreach (var path in script.Volume.AllFiles().Where(f => f.EndsWith(DayLog.FileName, StringComparison.Ordinal)))
        {
            var previous = new string('0', 64);
            foreach (var (_, bytes) in DayLog.ReadLines(script.Volume, path))
            {
                var line = DayLog.TryParse(bytes.Span)!;
                Assert.True(line.Previous == previous, $"{when}: the chain of {path} breaks at {line.Number}");
                previous = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
                lines.Add(line);
            }
        }

        Assert.True(
            lines.Select(l => l.Number).Order().SequenceEqual(numbers),
            $"{when}: lines {string.Join(' ', lines.Select(l => l.Number))}, rows {string.Join(' ', numbers)}"
        );
        Assert.True(
            script.Ledger.Leaves.Select(l => l.Number).SequenceEqual(numbers),
            $"{when}: leaves {string.Join(' ', script.Ledger.Leaves.Select(l => l.Number))}"
        );
        foreach (var line in lines.Where(l => l.Kind == DayLine.Segment))
            Assert.True(
                segments.Exists(s => s.Number == line.Number && Convert.ToHexStringLower(s.Sha256.Span) == line.Sha256),
                $"{when}: line {line.Number} speaks of another file"
            );
    }

    /// <summary>Gaps with an end.</summary>
    public static List<GapRow> Gaps(Script script)
    {
        using var index = FootageIndex.Open(script.Options.IndexPath);
        return index.Read(q => q.Camera(ArchiveBench.Room, ArchiveBench.Camera) is { } camera ? q.Gaps(camera, 0, long.MaxValue / 2) : []);
    }

    /// <summary>Wall time that segments hold.</summary>
    public static TimeSpan Held(Script script)
    {
        var index = FootageIndex.Open(script.Options.IndexPath);
        try
        {
            var camera = index.Read(q => q.Camera(ArchiveBench.Room, ArchiveBench.Camera));
            if (camera is null)
                return TimeSpan.Zero;
            var (segments, gaps) = index.Read(q => (q.SegmentSpans(camera, 0, long.MaxValue / 2), q.Gaps(camera, 0, long.MaxValue / 2)));
            return TimeSpan.FromMilliseconds(
                Completeness.ProvenMs(segments, gaps.ConvertAll(g => new Span(g.StartMs, g.EndMs!.Value))).Sum(s => s.LengthMs)
            );
        }
        finally
        {
            index.Dispose();
        }
    }
}
