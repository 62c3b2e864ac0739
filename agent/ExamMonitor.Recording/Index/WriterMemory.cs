using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Index;

/// <summary>
/// What a camera's writer remembers of its rows until the volume says it too: enough to bring an index that takes the place of a broken one
/// up to date. One thread at a time.
/// </summary>
/// <remarks>
/// Invariant: every row of the camera is in a day line on the volume, or here. Numbers and ids are kept, so that what is said twice is one
/// row.
/// </remarks>
internal sealed class WriterMemory
{
    /// <summary>Files that are being written or wait for their commit, by path.</summary>
    public Dictionary<string, PartRow> Parts { get; } = new(StringComparer.Ordinal);

    /// <summary>Runs of what is remembered.</summary>
    public SortedDictionary<long, RunRow> Runs { get; } = [];

    /// <summary>Files that may still have to be deleted.</summary>
    public Dictionary<string, GarbageRow> Garbage { get; } = new(StringComparer.Ordinal);

    /// <summary>Segments and gaps whose day line or ledger entry may be missing, by number.</summary>
    public SortedDictionary<long, UnsettledRow> Unsettled { get; } = [];

    /// <summary>The open gap; null for none.</summary>
    public GapRow? OpenGap { get; set; }

    /// <summary>The highest number that was given.</summary>
    public long Numbers { get; private set; }

    /// <summary>Takes what the index says when a writer begins.</summary>
    public void Begin(IndexQueries queries, long cameraNo)
    {
        Numbers = queries.Numbers(cameraNo);
        OpenGap = queries.OpenGap(cameraNo);
        foreach (var part in queries.Parts(cameraNo))
            Parts[part.Path.File] = part;
        foreach (var row in queries.Pending(cameraNo))
        {
            var unsettled = row.IsGap ? GapOf(queries, cameraNo, row) : SegmentOf(queries, row);
            if (unsettled is not null)
                Unsettled[row.Number] = unsettled;
        }
    }

    private static UnsettledRow? GapOf(IndexQueries queries, long cameraNo, PendingRow row) =>
        queries.Gap(cameraNo, row.StartMs, row.Id) is { EndMs: { } end } gap
            ? new(row, null, new(gap.StartMs, end, gap.Cause, gap.Detail))
            : null;

    private UnsettledRow? SegmentOf(IndexQueries queries, PendingRow row)
    {
        if (
            queries.Segment(row.Id) is not { } s
            || queries.Fragments(row.Id) is not { } list
            || !ArchivePath.TryParse(s.Path, out var path)
        )
            return null;
        if (queries.Run(s.Run) is { } run)
            Runs[s.Run] = run;
        return new(
            row,
            new(
                UnixMs.Of(s.StartUtc),
                UnixMs.Of(s.EndUtc),
                s.Run,
                path,
                s.SizeBytes,
                s.Sha256,
                s.MediaStart90k,
                s.Duration90k,
                s.Recovered,
                list.InitializationBytes,
                list.Fragments
            ),
            null
        );
    }

    /// <summary>Takes what a committed transaction changed.</summary>
    public void Take(IReadOnlyList<Action<WriterMemory>> effects)
    {
        foreach (var effect in effects)
            effect(this);
        if (Unsettled.Count > 0)
            Numbers = Math.Max(Numbers, Unsettled.Keys.Last());
        // A run that nothing refers to any more stands in a day line.
        var needed = Parts
            .Values.Select(p => p.Run)
            .Concat(Unsettled.Values.Select(u => u.Segment?.Run ?? long.MaxValue))
            .DefaultIfEmpty(long.MaxValue)
            .Min();
        while (Runs.Count > 1 && Runs.Keys.First() is var oldest && oldest < needed)
            Runs.Remove(oldest);
    }

    /// <summary>Day line and ledger entry stand.</summary>
    public void Settle(long number) => Unsettled.Remove(number);

    /// <summary>Brings a new index up to date. What it has from a day line already stays.</summary>
    public void Replay(IndexTransaction t, CameraRow camera, long nowMs)
    {
        t.AddCamera(camera);
        t.SetNumbers(camera.No, Numbers);
        foreach (var (id, run) in Runs)
            t.AddRun(id, camera.No, run);
        foreach (var part in Parts.Values.ToList())
            t.AddPart(part);
        foreach (var garbage in Garbage.Values.ToList())
            t.AddGarbage(garbage.Path, garbage.Segment, garbage.Reason, nowMs);
        foreach (var (row, segment, gap) in Unsettled.Values.ToList())
        {
            var stands = row;
            if (segment is not null && t.Queries.Segment(row.Id)?.Path != segment.Path.File)
                stands = t.RestoreSegment(camera.No, segment, row.Id, row.Number);
            else if (gap is not null && t.Queries.Gap(camera.No, row.StartMs, row.Id) is null)
                stands = t.RestoreGap(camera.No, gap, row.Id, row.Number);
            t.Pend(camera.No, stands);
        }

        if (OpenGap is { } open)
            t.OpenGap(camera.No, open);
    }
}

/// <summary>A committed row with its content; one of the two is there.</summary>
internal sealed record UnsettledRow(PendingRow Row, NewSegment? Segment, NewGap? Gap);
