using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Recording.Care;

/// <summary>Makes the index again from the volume alone: day lines first, then the files that no line speaks of.</summary>
/// <remarks>
/// Begins by emptying the index and ends by naming the volume in it, so that one which was cut off begins anew. No media is read but that
/// of files without a
/// day line. Which entry is whose is read from the ledger. The newest two numbers of each camera are settled again: that finds the camera's
/// newest ledger entry.
/// </remarks>
internal sealed class Reindex
{
    private readonly ArchiveContext _context;
    private readonly Dictionary<(RoomId, CameraId), Found> _cameras = [];
    private readonly List<ArchivePath> _strays = [];
    private readonly List<string> _damaged = [];
    private HashSet<string> _letGo = [];
    private long _segments;
    private long _gaps;
    private long _missing;

    private Reindex(ArchiveContext context) => _context = context;

    public static ReindexReport Run(
        ArchiveContext context,
        VolumeIdentity identity,
        IProgress<CareProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var report = Fill(context, progress, cancellationToken);
        Name(context.Index, identity, context.Volume.Root);
        if (report.Segments + report.Gaps > 0)
            context.Logger.Reindexed(report.Segments, report.Gaps);
        return report;
    }

    /// <summary>The last step: an index that names no volume is unfinished, and the next start begins anew.</summary>
    public static void Name(FootageIndex index, VolumeIdentity identity, string root) =>
        index.Write(t => t.AddVolume(identity.Id, root, UnixMs.Of(identity.CreatedAt)));

    /// <summary>Everything but the last step. Files of writers at work are left to them; their cameras keep their numbers.</summary>
    public static ReindexReport Fill(ArchiveContext context, IProgress<CareProgress>? progress, CancellationToken cancellationToken)
    {
        var work = new Reindex(context);
        context.Index.Write(t =>
        {
            t.Clear();
            foreach (var (camera, numbers) in context.Writers.Values.Select(w => w.Seed()))
            {
                t.AddCamera(camera);
                t.SetNumbers(camera.No, numbers);
            }
        });
        var done = 0L;
        foreach (var day in ArchiveFolders.Walk(context.Volume))
        {
            cancellationToken.ThrowIfCancellationRequested();
            work.Read(day);
            done++;
            progress?.Report(new("folders", done, day.Folder));
        }

        var adopted = work.Adopt();
        EntryLinks.Fill(context, cancellationToken);
        context.Index.Write(t =>
        {
            foreach (var found in work._cameras.Values)
            {
                foreach (var row in found.Newest)
                    t.Pend(found.No, row);
            }
        });
        return new(work._segments + adopted, work._gaps, work._missing, adopted, work._damaged);
    }

    private void Read(CameraDay day)
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var lines = Lines(day);
        _letGo = LetGo(day);
        var copies = CopyLines.Read(_context.Volume, day.Folder);
        var found = CameraOf(day.Room, day.Camera, lines.Count > 0 ? UnixMs.Of(lines[0].Start) : day.StartMs);
        _context.Index.Write(t =>
        {
            foreach (var line in lines)
            {
                if (line.Kind == DayLine.Gap)
                    Restore(t, found, line);
                else if (SegmentOf(day, line) is { } segment)
                {
                    named.Add(segment.Path.Name);
                    Restore(t, found, line, segment, copies.GetValueOrDefault(segment.Path.Name + ArchivePath.Ending));
                }
            }

            // A number whose file is gone still counts: none is given twice.
            t.SetNumbers(found.No, lines.Count == 0 ? 0 : lines.Max(l => l.Number));
        });
        _strays.AddRange(ArchiveFolders.Segments(_context.Volume, day).Where(p => !named.Contains(p.Name)));
    }

    private void Restore(IndexTransaction t, Found found, DayLine line)
    {
        found.Add(
            t.RestoreGap(
                found.No,
                new(UnixMs.Of(line.Start), UnixMs.Of(line.End), line.Cause ?? GapCause.Unknown, line.Detail),
                line.Id,
                line.Number
            )
        );
        _gaps++;
    }

    /// <summary>
    /// A segment whose file is not here is held all the same when its line in <c>copies.jsonl</c> says that it was proved on the archive
    /// tier.
    /// </summary>
    private void Restore(IndexTransaction t, Found found, DayLine line, NewSegment segment, CopyLine? copy)
    {
        if (copy is not null && !segment.Sha256.Span.SequenceEqual(Convert.FromHexString(copy.Sha256)))
            copy = null;
        var isHere = _context.Volume.Length(segment.Path.File) is not null;
        if (!isHere && copy is null)
        {
            t.RaiseCounter("segment", line.Id);
            // What the register explains is let go, not missing.
            if (!_letGo.Contains(segment.Path.File))
                _missing++;
            return;
        }

        t.AddRun(
            segment.Run,
            found.No,
            new(segment.StartMs, line.Video, line.Audio, 0, 0, line.AudioSent, line.AudioTranscoded ?? false, Array.Empty<byte>())
        );
        var row = t.RestoreSegment(found.No, segment, line.Id, line.Number);
        found.Add(row);
        if (copy is not null && t.Queries.Segment(row.Id) is { } stored)
        {
            t.PutCopy(CopyLines.Row(copy, stored.Path[..stored.Path.LastIndexOf('/')], stored, isHere));
            if (!isHere)
                t.SetRemote(found.No, stored, remote: true, 0);
        }

        _context.SeenRun(Math.Max(segment.Run, t.Queries.Counter("run")));
        _segments++;
    }

    /// <summary>Lines that can be used; the chain is checked, and a break is told, not repaired.</summary>
    private List<DayLine> Lines(CameraDay day)
    {
        var lines = new List<DayLine>();
        var previous = new string('0', 64);
        var at = 0;
        var whole = true;
        foreach (var (_, bytes) in DayLog.ReadLines(_context.Volume, day.DayLog))
        {
            at++;
            var line = DayLog.TryParse(bytes.Span);
            if (whole && (line is null || line.Previous != previous))
            {
                whole = false;
                _damaged.Add(day.DayLog);
                _context.Logger.DayLogDamaged(day.DayLog, at);
            }

            previous = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
            if (line is { Number: > 0, Id: > 0 } && line.End > line.Start && line.Kind is DayLine.Gap or DayLine.Segment)
                lines.Add(line);
        }

        return lines;
    }

    private HashSet<string> LetGo(CameraDay day)
    {
        try
        {
            return new DestructionLog(_context.Volume).Read(day.Folder).Select(r => r.Path).ToHashSet(StringComparer.Ordinal);
        }
        catch (RetentionException)
        {
            // A register that was changed explains nothing.
            _damaged.Add($"{day.Folder}/{DestructionLog.FileName}");
            return [];
        }
    }

    private static NewSegment? SegmentOf(CameraDay day, DayLine line)
    {
        if (line is not { File: { } file, Sha256.Length: 64, Bytes: > 0, Fragments: { } list, InitializationBytes: > 0 })
            return null;
        if (!ArchivePath.TryParse($"{day.Folder}/{file}", out var path) || path.File != $"{day.Folder}/{file}")
            return null;
        try
        {
            return new(
                UnixMs.Of(line.Start),
                UnixMs.Of(line.End),
                line.Run ?? 0,
                path,
                line.Bytes.Value,
                Convert.FromHexString(line.Sha256),
                line.MediaStart90k ?? 0,
                line.Duration90k ?? 0,
                line.Recovered ?? false,
                line.InitializationBytes.Value,
                FragmentList.Decode(list)
            );
        }
        catch (FormatException)
        {
            return null;
        }
    }

    private long Adopt()
    {
        var recovery = new Recovery(_context);
        var adopted = 0L;
        foreach (var path in _strays.Where(p => !_context.Writers.Values.Any(w => w.Owns(p.File))))
        {
            var found = CameraOf(path.Room, path.Camera, _context.NowMs);
            var run = _context.NextRun();
            var row = new PartRow(path, found.No, run, PathTimeMs(path), 0);
            _context.Index.Write(t =>
            {
                t.AddRun(run, found.No, new(row.StartMs, null, null, 0, 0, null, false, Array.Empty<byte>()));
                t.AddPart(row);
            });
            if (recovery.Resolve(_context.Index.Read(q => q.Camera(path.Room, path.Camera))!, row))
                adopted++;
        }

        return adopted;
    }

    internal static long PathTimeMs(ArchivePath path) =>
        UnixMs.Of(
            new DateTimeOffset(
                path.Day.ToDateTime(
                    TimeOnly.TryParseExact(path.Name.Split('Z')[0], "HHmmss", null, System.Globalization.DateTimeStyles.None, out var time)
                        ? time
                        : TimeOnly.MinValue
                ),
                TimeSpan.Zero
            )
        );

    private Found CameraOf(RoomId room, CameraId camera, long firstMs)
    {
        if (_cameras.TryGetValue((room, camera), out var found))
            return found;
        _context.Index.Write(t => t.AddCamera(room, camera, firstMs));
        return _cameras[(room, camera)] = new(_context.Index.Read(q => q.Camera(room, camera))!.No);
    }

    /// <summary>A camera with the rows of its newest two numbers.</summary>
    private sealed class Found(long no)
    {
        public long No { get; } = no;

        public List<PendingRow> Newest { get; } = [];

        public void Add(PendingRow row)
        {
            Newest.Add(row);
            Newest.Sort((a, b) => b.Number.CompareTo(a.Number));
            if (Newest.Count > 2)
                Newest.RemoveAt(2);
        }
    }
}
