using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording.Care;

/// <summary>
/// Compares index, files and day lines. Changes nothing, and may run beside a working agent: what it finds is looked at a second time at
/// the end.
/// </summary>
internal sealed class Fsck(IVolume volume, FootageIndex index, FsckDepth depth, IProgress<CareProgress>? progress)
{
    private const int Batch = 2_000;

    private readonly List<FsckFinding> _findings = [];
    private long _rows;
    private long _files;

    public FsckReport Run(VolumeIdentity identity, CancellationToken cancellationToken)
    {
        try
        {
            if (index.Read(q => q.Damage()) is { } damage)
                _findings.Add(Damaged($"SQLite says: {damage}."));
            CheckRows(cancellationToken);
            CheckFolders(cancellationToken);
            CheckGarbage();
            CheckTotals();
            return Report(identity, _findings.Where(StillStands).ToList());
        }
        catch (IndexRebuildingException e)
        {
            // What the index says is not to be believed: one finding, and nothing that was compared with it.
            return Report(
                identity,
                [_findings.Find(f => f.Problem == FsckProblem.IndexDamaged) ?? Damaged($"{(e.InnerException ?? e).Message}.")]
            );
        }
    }

    private FsckFinding Damaged(string said) =>
        new(
            FsckProblem.IndexDamaged,
            FsckRepair.Reindex,
            index.Path,
            null,
            $"The index is damaged. {said} Start the agent, which makes it again, or run reindex."
        );

    private FsckReport Report(VolumeIdentity identity, List<FsckFinding> findings) =>
        new(FsckReport.SchemaName, identity.Site, identity.Id, depth, _rows, _files, findings);

    private void CheckRows(CancellationToken cancellationToken)
    {
        for (var last = 0L; ; )
        {
            var batch = index.Read(q => q.SegmentsAfter(last, Batch));
            if (batch.Count == 0)
                return;
            foreach (var segment in batch)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (FileProblem(segment, cancellationToken) is { } finding)
                    _findings.Add(finding);
                _rows++;
                progress?.Report(new("rows", _rows, segment.Path));
            }

            last = batch[^1].Id;
        }
    }

    private FsckFinding? FileProblem(StoredSegment segment, CancellationToken cancellationToken)
    {
        if (segment.IsRemote)
            return null;
        var length = volume.Length(segment.Path);
        if (length is null && index.Read(q => q.CopyOfSegment(segment.Id)) is not null)
            return new(
                FsckProblem.FileMissing,
                FsckRepair.FetchCopy,
                segment.Path,
                segment.Id,
                "The file is not there; a proved copy lies on the archive tier. --repair marks it so, \"tier restore\" brings it back."
            );
        if (length is null)
            return new(
                FsckProblem.FileMissing,
                FsckRepair.ForgetRow,
                segment.Path,
                segment.Id,
                "The index has this segment; the file is not there."
            );
        if (depth == FsckDepth.Presence)
            return null;
        if (length != segment.SizeBytes)
            return new(
                FsckProblem.WrongSize,
                FsckRepair.None,
                segment.Path,
                segment.Id,
                $"The file has {length} bytes; {segment.SizeBytes} were committed."
            );
        if (depth == FsckDepth.Size)
            return null;
        var hash = HashOf(segment.Path, cancellationToken);
        return hash.AsSpan().SequenceEqual(segment.Sha256.Span)
            ? null
            : new(
                FsckProblem.WrongHash,
                FsckRepair.None,
                segment.Path,
                segment.Id,
                $"The file's SHA-256 is {Convert.ToHexStringLower(hash)}; {Convert.ToHexStringLower(segment.Sha256.Span)} was committed."
            );
    }

    private byte[] HashOf(string path, CancellationToken cancellationToken)
    {
        using var stream = volume.OpenRead(path);
        if (stream is null)
            return [];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[1 << 18];
        for (int read; (read = stream.Read(buffer)) > 0; )
        {
            cancellationToken.ThrowIfCancellationRequested();
            hash.AppendData(buffer, 0, read);
        }

        return hash.GetHashAndReset();
    }

    private void CheckFolders(CancellationToken cancellationToken)
    {
        var done = 0L;
        var parts = index.Read(q => q.Parts()).Select(p => p.Path.File).ToHashSet(StringComparer.Ordinal);
        var garbage = index.Read(q => q.Garbage()).Select(g => g.Path).ToHashSet(StringComparer.Ordinal);
        foreach (var day in ArchiveFolders.Walk(volume))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rows = RowsOf(day);
            foreach (var path in ArchiveFolders.Segments(volume, day))
            {
                _files++;
                CheckFile(path, rows, parts, garbage);
            }

            CheckDayLog(day, rows);
            if (RowCheck.FindDamage(volume, index, day) is { } damage)
                _findings.Add(Damaged($"{damage}."));
            done++;
            progress?.Report(new("folders", done, day.Folder));
        }
    }

    private List<StoredSegment> RowsOf(CameraDay day) =>
        index.Read(q =>
            q.Camera(day.Room, day.Camera) is { } camera ? q.SegmentsOfDay(camera.No, day.Day, day.StartMs, camera.LongestSegmentMs) : []
        );

    private void CheckFile(ArchivePath path, List<StoredSegment> rows, HashSet<string> parts, HashSet<string> garbage)
    {
        var file = path.File;
        if (parts.Contains(file))
            return;
        if (volume.Length(path.Part) is not null && !garbage.Contains(path.Part))
            _findings.Add(
                new(FsckProblem.StrayPart, FsckRepair.Adopt, path.Part, null, "A file that was being written; nobody knows of it any more.")
            );
        if (volume.Length(file) is not null && !garbage.Contains(file) && !rows.Exists(r => r.Path == file))
            _findings.Add(new(FsckProblem.RowMissing, FsckRepair.Adopt, file, null, "A committed file that the index does not have."));
    }

    private void CheckDayLog(CameraDay day, List<StoredSegment> rows)
    {
        var numbers = new HashSet<long>();
        var previous = new string('0', 64);
        var (at, broken) = (0, 0);
        foreach (var (_, bytes) in DayLog.ReadLines(volume, day.DayLog))
        {
            at++;
            var line = DayLog.TryParse(bytes.Span);
            if (line is not null)
                numbers.Add(line.Number);
            if (broken == 0 && (line is null || line.Previous != previous))
                broken = at;
            previous = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        }

        if (broken > 0)
            _findings.Add(
                new(
                    FsckProblem.DayLogBroken,
                    FsckRepair.None,
                    day.DayLog,
                    null,
                    $"Line {broken} is not what the line after or before it says it is."
                )
            );
        foreach (var row in rows.Where(r => !numbers.Contains(r.Number)))
            _findings.Add(
                new(
                    FsckProblem.DayLineMissing,
                    FsckRepair.WriteDayLine,
                    row.Path,
                    row.Id,
                    $"{day.DayLog} has no line for segment {row.Id}."
                )
            );
    }

    private void CheckGarbage()
    {
        foreach (var garbage in index.Read(q => q.Garbage()).Where(g => volume.Length(g.Path) is not null))
            _findings.Add(
                new(
                    FsckProblem.GarbageLeft,
                    FsckRepair.DeleteGarbage,
                    garbage.Path,
                    garbage.Segment,
                    $"Let go ({garbage.Reason}), and still there."
                )
            );
    }

    private void CheckTotals()
    {
        foreach (var camera in index.Read(q => q.Cameras()))
        {
            var (counted, kept) = index.Read(q =>
                (q.CountSegments(camera.No), (Segments: q.CountedSegments(camera.No), q.Camera(camera.Room, camera.Camera)!.SizeBytes))
            );
            if (counted.Segments != kept.Segments || counted.SizeBytes != kept.SizeBytes)
                _findings.Add(
                    new(
                        FsckProblem.TotalsWrong,
                        FsckRepair.Recount,
                        $"{camera.Room}/{camera.Camera}",
                        null,
                        $"{kept.Segments} segments with {kept.SizeBytes} bytes are kept as the total; {counted.Segments} with {counted.SizeBytes} are there."
                    )
                );
        }
    }

    /// <summary>An agent that works meanwhile commits, recovers and lets go: such a finding is none.</summary>
    private bool StillStands(FsckFinding finding)
    {
        switch (finding.Problem)
        {
            case FsckProblem.FileMissing:
                return index.Read(q => q.Segment(finding.Segment!.Value)) is not null && volume.Length(finding.Path) is null;
            case FsckProblem.RowMissing or FsckProblem.StrayPart:
                if (volume.Length(finding.Path) is null || !ArchivePath.TryParse(finding.Path, out var path))
                    return false;
                return index.Read(q =>
                    q.Camera(path.Room, path.Camera) is not { } c
                    || (
                        !q.Parts(c.No).Exists(p => p.Path.File == path.File)
                        && !q.SegmentsOfDay(c.No, path.Day, Reindex.PathTimeMs(path), c.LongestSegmentMs)
                            .Exists(s => s.Path == finding.Path)
                    )
                );
            case FsckProblem.DayLineMissing:
                return index.Read(q =>
                    q.Segment(finding.Segment!.Value) is { } s
                    && q.Camera(s.Room, s.Camera) is { } c
                    && !q.Pending(c.No).Exists(p => p.Number == s.Number)
                );
            case FsckProblem.GarbageLeft:
                return volume.Length(finding.Path) is not null;
            default:
                return true;
        }
    }
}
