using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention;

/// <content>Signed statements of what is held.</content>
public sealed partial class FootageRetention
{
    private const string StatementEnding = ".statement";

    /// <summary>
    /// Writes the statements of a batch day, one per room and batch; one that is there is left as it is. To be called once the day is over.
    /// </summary>
    /// <param name="day">Site-local day on which the sessions ended.</param>
    /// <returns>Statements of the day, old and new.</returns>
    /// <exception cref="IOException">The volume could not be written, or the sessions cannot be read.</exception>
    public IReadOnlyList<StatementFile> WriteStatements(DateOnly day)
    {
        VolumeIdentity.Require(_context.Volume, _context.VolumeId);
        var facts = Facts;
        if (facts.Rules is not [.., { Rules: var rules }] || facts.Sessions is null || facts.Holds is null)
            throw new RetentionException("write statements", "retention", "Rules, sessions or holds cannot be read.");
        var calendar = Calendar();
        var files = new List<StatementFile>();
        var sessions = facts
            .Sessions.Where(s => s.Counts(rules.MarginBefore) && calendar.BatchDayOf(s.Session.End) == day)
            .Select(s => s.Session);
        foreach (
            var group in sessions
                .GroupBy(s => (s.Room, s.Batch))
                .OrderBy(g => g.Key.Room.Text, StringComparer.Ordinal)
                .ThenBy(g => g.Key.Batch.Text, StringComparer.Ordinal)
        )
        {
            var path = string.Create(
                CultureInfo.InvariantCulture,
                $"{RetentionStore.BatchFolder(group.First(), calendar)}/{group.Key.Room}/{day:yyyy-MM-dd}{StatementEnding}"
            );
            if (_context.Volume.Length(path) is null)
            {
                var spans = group.Select(s => DutyTimeline.Span(s, rules, calendar)).ToList();
                var (statement, list) = Make(group.Key.Room, group.Key.Batch, day, spans, facts, rules);
                ChainedFile.Replace(_context.Volume, path[..^StatementEnding.Length] + ".list.jsonl", list);
                var note = _ledger.SignNote(statement.Format());
                _ledger.Append(
                    "statement",
                    group.Key.Room,
                    null,
                    new Dictionary<string, string>(StringComparer.Ordinal)
                    {
                        ["batch"] = group.Key.Batch.Text,
                        ["day"] = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                        ["path"] = path,
                        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(note))),
                    }
                );
                ChainedFile.Replace(_context.Volume, path, Encoding.UTF8.GetBytes(note));
                _files.Note(path[..^StatementEnding.Length] + ".list.jsonl");
                _files.Note(path);
            }

            files.Add(new(path, day, group.Key.Room, group.Key.Batch, _context.Volume.Length(path) ?? 0));
        }

        return files;
    }

    /// <summary>Statements on the volume, the newest day first.</summary>
    public IReadOnlyList<StatementFile> ListStatements()
    {
        var files = new List<StatementFile>();
        foreach (var folder in BatchFolders())
        {
            foreach (var roomName in _context.Volume.Folders(folder.Path))
            {
                if (!RoomId.TryParse(roomName, null, out var room))
                    continue;
                foreach (
                    var name in _context
                        .Volume.Files($"{folder.Path}/{roomName}")
                        .Where(n => n.EndsWith(StatementEnding, StringComparison.Ordinal))
                )
                {
                    var path = $"{folder.Path}/{roomName}/{name}";
                    if (
                        DateOnly.TryParseExact(
                            name[..^StatementEnding.Length],
                            "yyyy-MM-dd",
                            CultureInfo.InvariantCulture,
                            DateTimeStyles.None,
                            out var day
                        )
                    )
                        files.Add(new(path, day, room, folder.Batch, _context.Volume.Length(path) ?? 0));
                }
            }
        }

        return [.. files.OrderByDescending(f => f.Day).ThenBy(f => f.Path, StringComparer.Ordinal)];
    }

    /// <summary>A statement's note; null when there is none.</summary>
    public string? ReadStatement(StatementFile file)
    {
        using var stream = _context.Volume.OpenRead(file.Path);
        if (stream is null || stream.Length > SignedNote.MaxLength * 4)
            return null;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private (Statement Statement, byte[] List) Make(
        RoomId room,
        BatchId batch,
        DateOnly day,
        List<DutySpan> spans,
        RetentionFacts facts,
        Contracts.Law.RetentionRules rules
    )
    {
        var union = Completeness.UnionMs(spans.Select(s => new Span(s.FromMs, s.ToMs)));
        var list = new MemoryStream();
        var cameras = new List<StatementCamera>();
        var holds = new HashSet<HoldId>();
        var held = new HeldFootage(facts.Holds!, facts.Sessions!, facts.Rules!);
        var now = _context.Time.GetUtcNow();
        foreach (var camera in _context.Index.Read(q => q.Cameras()).Where(c => c.Room == room))
        {
            var timelines = union.ConvertAll(u =>
                (Span: u, Line: _archive.GetTimeline(room, camera.Camera, UnixMs.ToUtc(u.StartMs), UnixMs.ToUtc(u.EndMs)))
            );
            foreach (var (_, line) in timelines)
                Write(list, camera.Camera, line);
            var heldMs = timelines.Sum(t =>
                _archive.GetProven(room, camera.Camera, t.Line.From, t.Line.To).Sum(p => UnixMs.Of(p.End) - UnixMs.Of(p.Start))
            );
            var missing = timelines
                .SelectMany(t =>
                    t.Line.Gaps.Select(g =>
                        (
                            g.Cause,
                            Ms: new Span(
                                Math.Max(UnixMs.Of(g.Start), t.Span.StartMs),
                                Math.Min(g.End is { } e ? UnixMs.Of(e) : t.Span.EndMs, t.Span.EndMs)
                            ).LengthMs
                        )
                    )
                )
                .GroupBy(g => g.Cause)
                .Select(g => (g.Key, g.Count(), g.Sum(m => m.Ms)))
                .OrderBy(g => g.Key)
                .ToList();
            var segments = timelines.SelectMany(t => t.Line.Segments).DistinctBy(s => s.Id).ToList();
            cameras.Add(new(camera.Camera, union.Sum(u => u.LengthMs), heldMs, segments.Count, segments.Sum(s => s.SizeBytes), missing));
            holds.UnionWith(union.SelectMany(u => held.All(room, camera.Camera, u.StartMs, u.EndMs, now)));
        }

        var latest = spans.MaxBy(s => s.LawfulFromMs)!;
        var bytes = list.ToArray();
        return (
            new(
                _context.Options.Site,
                _context.VolumeId,
                room,
                batch,
                day,
                rules.TimeZone,
                now,
                _ledger.Size,
                [.. spans.Select(s => (s.Session.Id, s.Session.Start, s.Session.End)).OrderBy(s => s.Start)],
                cameras,
                [.. holds.OrderBy(h => h.Text, StringComparer.Ordinal)],
                latest.LawfulFromMs == long.MaxValue ? null : UnixMs.ToUtc(latest.LawfulFromMs),
                latest.Limit.By.Name,
                Convert.ToHexStringLower(SHA256.HashData(bytes))
            ),
            bytes
        );
    }

    /// <summary>The list beside a statement: a line per segment and gap, in order of time.</summary>
    private void Write(MemoryStream list, CameraId camera, Timeline line)
    {
        foreach (var segment in line.Segments)
            Line(
                new
                {
                    camera,
                    segment.Start,
                    segment.End,
                    path = _archive.FindSegment(segment.Id)?.Path,
                    bytes = segment.SizeBytes,
                    segment.Sha256,
                }
            );
        foreach (var gap in line.Gaps)
            Line(
                new
                {
                    camera,
                    gap.Start,
                    gap.End,
                    gap.Cause,
                }
            );
        void Line<T>(T value)
        {
            list.Write(JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options));
            list.WriteByte((byte)'\n');
        }
    }

    private IEnumerable<(string Path, string Year, BatchId Batch)> BatchFolders()
    {
        foreach (var year in _context.Volume.Folders("batches"))
        {
            foreach (var name in _context.Volume.Folders($"batches/{year}"))
            {
                if (BatchId.TryParse(name, null, out var batch))
                    yield return ($"batches/{year}/{name}", year, batch);
            }
        }
    }
}
