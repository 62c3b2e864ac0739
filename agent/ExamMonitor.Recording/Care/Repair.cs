using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Recording.Care;

/// <summary>
/// Carries out the repairs of a report, each only while its finding still stands. No footage is altered or deleted but what was let go
/// before.
/// </summary>
internal sealed class Repair(ArchiveContext context)
{
    public RepairReport Apply(FsckReport plan, CancellationToken cancellationToken)
    {
        var (done, left) = (new List<FsckFinding>(), new List<FsckFinding>());
        foreach (var finding in plan.Findings)
        {
            cancellationToken.ThrowIfCancellationRequested();
            (Apply(finding) ? done : left).Add(finding);
        }

        foreach (var camera in context.Index.Read(q => q.Cameras()))
            new CameraIndex(context, camera) { Source = LeafSource.Volume }.Finish();
        return new(done, left);
    }

    private bool Apply(FsckFinding finding) =>
        finding.Repair switch
        {
            FsckRepair.ForgetRow => Forget(finding),
            FsckRepair.FetchCopy => MarkRemote(finding),
            FsckRepair.Adopt => Adopt(finding),
            FsckRepair.DeleteGarbage => DeleteGarbage(finding),
            FsckRepair.WriteDayLine => WriteDayLine(finding),
            FsckRepair.Recount => Recount(finding),
            _ => false,
        };

    private bool Forget(FsckFinding finding)
    {
        if (
            finding.Segment is not { } id
            || context.Index.Read(q => q.Segment(id)) is not { } segment
            || context.Volume.Length(segment.Path) is not null
        )
            return false;
        if (context.Index.Read(q => q.CopyOfSegment(id)) is not null)
            return false;
        var camera = context.Index.Read(q => q.Camera(segment.Room, segment.Camera))!;
        context.Index.Write(t =>
        {
            t.Discard(camera.No, segment, "lost", context.NowMs);
            t.DropGarbage(segment.Path);
            t.AddGap(camera.No, new(UnixMs.Of(segment.StartUtc), UnixMs.Of(segment.EndUtc), GapCause.Disk, Sentences.FileLost));
        });
        return true;
    }

    private bool MarkRemote(FsckFinding finding)
    {
        if (
            finding.Segment is not { } id
            || context.Index.Read(q => q.Segment(id)) is not { IsRemote: false } segment
            || context.Volume.Length(segment.Path) is not null
        )
            return false;
        if (context.Index.Read(q => q.CopyOfSegment(id)) is null)
            return false;
        var camera = context.Index.Read(q => q.Camera(segment.Room, segment.Camera))!;
        context.Index.Write(t => t.SetRemote(camera.No, segment, remote: true, 0));
        return true;
    }

    private bool Adopt(FsckFinding finding)
    {
        if (!ArchivePath.TryParse(finding.Path, out var path) || context.Volume.Length(finding.Path) is null)
            return false;
        context.Index.Write(t => t.AddCamera(path.Room, path.Camera, Reindex.PathTimeMs(path)));
        var camera = context.Index.Read(q => q.Camera(path.Room, path.Camera))!;
        var known = context.Index.Read(q => q.SegmentsOfDay(camera.No, path.Day, Reindex.PathTimeMs(path), camera.LongestSegmentMs));
        if (known.Exists(s => s.Path == path.File))
            return false;
        var run = context.NextRun();
        var row = new PartRow(path, camera.No, run, Reindex.PathTimeMs(path), 0);
        context.Index.Write(t =>
        {
            t.AddRun(run, camera.No, new RunRow(row.StartMs, null, null, 0, 0, null, false, Array.Empty<byte>()));
            t.AddPart(row);
        });
        return new Recovery(context).Resolve(camera, row);
    }

    private bool DeleteGarbage(FsckFinding finding)
    {
        if (GarbageCheck.Deletable(context, context.Index.Read(q => q.Garbage()).Where(g => g.Path == finding.Path)).Count == 0)
            return false;
        context.Volume.DeleteForGood(finding.Path);
        context.Index.Write(t => t.DropGarbage(finding.Path));
        return true;
    }

    private bool WriteDayLine(FsckFinding finding)
    {
        if (finding.Segment is not { } id || context.Index.Read(q => q.Segment(id)) is not { } segment)
            return false;
        if (context.Index.Read(q => (Run: q.Run(segment.Run), List: q.Fragments(id))) is not { List: { } list } facts)
            return false;
        new DayLog(context.Volume).AppendLate(
            segment.Path[..segment.Path.LastIndexOf('/')],
            FootageLines.Line(segment, facts.Run, list.InitializationBytes, list.Fragments)
        );
        return true;
    }

    private bool Recount(FsckFinding finding)
    {
        var camera = context.Index.Read(q => q.Cameras()).FirstOrDefault(c => $"{c.Room}/{c.Camera}" == finding.Path);
        if (camera is null)
            return false;
        context.Index.Write(t => t.Recount(camera.No));
        return true;
    }
}
