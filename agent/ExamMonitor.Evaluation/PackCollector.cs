using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Packs;
using ExamMonitor.Packs.Making;

namespace ExamMonitor.Evaluation;

/// <summary>Gathers what goes into one pack. Used once.</summary>
/// <param name="source">What it is gathered from.</param>
/// <param name="draws">Draws.</param>
/// <param name="evaluations">Findings and scores.</param>
/// <param name="sheets">Heads on paper.</param>
/// <param name="now">UTC.</param>
internal sealed class PackCollector(
    PackSource source,
    DrawService draws,
    EvaluationStore evaluations,
    RecordSheetService sheets,
    DateTimeOffset now
)
{
    private readonly PackDraft _draft = new();
    private readonly SortedSet<long> _entries = [];
    private readonly Dictionary<string, PackClip> _clips = new(StringComparer.Ordinal);
    private readonly Dictionary<long, PackGap> _gaps = [];
    private readonly Dictionary<long, PackMissing> _missing = [];
    private readonly Dictionary<string, HashSet<string>> _dayLines = new(StringComparer.Ordinal);
    private readonly List<PackDocument> _documents = [];
    private readonly List<PackCalibration> _calibrations = [];
    private readonly SortedDictionary<long, DestructionRecord> _register = [];
    private readonly SortedSet<long> _consistency = [];

    /// <summary>The draft, without its frame.</summary>
    public PackDraft Draft => _draft;

    /// <summary>Gathers everything.</summary>
    public PackFacts Collect(
        string id,
        string origin,
        IReadOnlyList<PackScope> scope,
        PackRequest request,
        ActingPerson person,
        bool twoPersons,
        CancellationToken cancellationToken
    )
    {
        foreach (var part in scope)
        {
            foreach (var camera in part.Cameras)
            {
                cancellationToken.ThrowIfCancellationRequested();
                AddFootage(part, camera);
            }
        }

        AddDayLines();
        foreach (var room in scope.Select(s => s.Room).Distinct())
            AddCalibration(source.Rooms.Find(room)!.Setup);
        foreach (var session in scope.Select(s => s.Session).Distinct(StringComparer.Ordinal))
            AddSession(ExamSessionId.Of(session));
        for (var i = 0; i < scope.Count; i++)
            AddLanes(scope[i], i + 1);
        AddRegister(twoPersons);
        if (request.Draw is { } draw)
            AddDraw(draw);
        if (request.Evaluation is { } evaluation)
            AddScores(evaluation);
        return new(
            PackFormat.SchemaName,
            id,
            origin,
            now,
            person.Name,
            person.Reason!,
            twoPersons,
            scope,
            [
                .. _clips
                    .Values.OrderBy(c => c.Room.Text, StringComparer.Ordinal)
                    .ThenBy(c => c.Camera.Text, StringComparer.Ordinal)
                    .ThenBy(c => c.Start),
            ],
            [.. _gaps.Values.OrderBy(g => g.Camera.Text, StringComparer.Ordinal).ThenBy(g => g.Start)],
            [.. _missing.Values.OrderBy(m => m.Entry)],
            [.. _entries],
            _documents,
            _calibrations,
            [.. _consistency]
        );
    }

    private void AddFootage(PackScope scope, CameraId camera)
    {
        var held = source
            .Archive.FindSegments(scope.Room, camera, scope.From, scope.To)
            .Where(s => s.Leaf is not null)
            .ToDictionary(s => s.Leaf!.Value);
        foreach (var (number, entry) in CameraChain.Read(source.Ledger.Log, source.Archive, scope.Room, camera, scope.From, scope.To))
        {
            _entries.Add(number);
            NoteDayLine(scope.Room, camera, entry);
            if (entry.End <= scope.From || entry.Start >= scope.To)
                continue;
            if (entry.Kind == LedgerEntry.Gap)
                _gaps[number] = new(scope.Room, camera, entry.Start!.Value, entry.End!.Value, entry.Cause!, number);
            else if (
                held.TryGetValue(number, out var segment)
                && !segment.IsRemote
                && File.Exists(Path.Combine(source.Places.Volume, segment.Path))
            )
                AddClip(segment);
            else
                _missing[number] = new(
                    number,
                    entry.Path!,
                    held.TryGetValue(number, out var away) && away.IsRemote ? "second-tier" : WhyGone(scope.Room, camera, entry)
                );
        }
    }

    private void AddClip(StoredSegment segment)
    {
        var path = PackFormat.Clips + segment.Path;
        if (_clips.ContainsKey(path))
            return;
        var sha256 = Convert.ToHexStringLower(segment.Sha256.Span);
        _clips[path] = new(
            path,
            segment.Room,
            segment.Camera,
            segment.StartUtc,
            segment.EndUtc,
            segment.SizeBytes,
            sha256,
            segment.Leaf!.Value
        );
        var archive = source.Archive;
        _draft.Add(
            path,
            segment.SizeBytes,
            sha256,
            () => archive.OpenSegment(segment) ?? throw new IOException($"{segment.Path} is not there any more.")
        );
    }

    private string WhyGone(RoomId room, CameraId camera, ParsedEntry entry)
    {
        if (
            source.Retention.Explain(room, camera, entry.Start!.Value, entry.End!.Value).FirstOrDefault(r => r.Path == entry.Path)
            is not { } record
        )
            return "absent";
        _register[record.Ledger] = record;
        _entries.Add(record.Ledger);
        return "destroyed";
    }

    private void NoteDayLine(RoomId room, CameraId camera, ParsedEntry entry)
    {
        if (entry is not { Line: { } line, Start: { } start })
            return;
        var folder = entry.Path is { } path ? path[..path.LastIndexOf('/')] : ArchivePath.Of(room, camera, start, 1).Folder;
        if (!_dayLines.TryGetValue(folder, out var lines))
            _dayLines[folder] = lines = new(StringComparer.Ordinal);
        lines.Add(line);
    }

    private void AddDayLines()
    {
        foreach (var (folder, wanted) in _dayLines)
        {
            var path = Path.Combine(source.Places.Volume, folder, DayLog.FileName);
            if (!File.Exists(path))
                continue;
            var text = new StringBuilder();
            foreach (var line in File.ReadLines(path, new UTF8Encoding(false)))
                if (wanted.Contains(ChainedFile.HashOf(ChainedFile.WithoutLink(Encoding.UTF8.GetBytes(line)))))
                    text.Append(line).Append('\n');
            _draft.Add($"days/{folder}.jsonl", text.ToString());
        }
    }

    private void AddCalibration(RoomSetup room)
    {
        var files = new List<string>();
        foreach (var file in room.Map.Cameras.Select(c => RoomSetup.ReferencePath(room.MapPath, c)).Prepend(room.MapPath))
        {
            if (file is null || !File.Exists(file))
            {
                files.Add(string.Empty);
                continue;
            }

            var name = $"calibration/{room.Id}/{(files.Count == 0 ? "map.json" : Path.GetFileName(file))}";
            if (!files.Contains(name, StringComparer.Ordinal))
                _draft.Add(name, File.ReadAllBytes(file));
            files.Add(name);
        }

        var entry = source.Calibrations.EntryOf(room);
        if (entry is { } number)
            _entries.Add(number);
        _calibrations.Add(new(room.Id, entry, files));
    }

    private void AddSession(ExamSessionId id)
    {
        if (source.Sessions.Find(id) is { } session)
            _draft.AddJson($"sessions/{id}.json", source.Footage.Describe(session, now));
        foreach (var (set, entry) in source.Sessions.SetsOf(id))
        {
            var path = FormattableString.Invariant($"schedule/{set.Number}.json");
            if (_documents.Any(d => d.Path == path))
                continue;
            Pin(path, JsonSerializer.SerializeToUtf8Bytes(set.Items, ContractJson.Options), entry);
        }

        foreach (var finding in evaluations.Findings(id).Where(f => f.Entry is not null))
            Pin($"{PackFormat.Findings}{finding.Id}.json", EvaluationStore.Pinned(finding), finding.Entry!.Value);
        AddScores(id.Text);
        foreach (var size in sheets.Printed(id))
            _consistency.Add(size);
    }

    private void AddScores(string evaluation)
    {
        foreach (
            var marks in evaluations.Scores(evaluation).Where(m => m.Entry is not null && !_draft.Has($"{PackFormat.Scores}{m.Id}.json"))
        )
            Pin($"{PackFormat.Scores}{marks.Id}.json", EvaluationStore.Pinned(marks), marks.Entry!.Value);
    }

    private void Pin(string path, byte[] content, long entry)
    {
        _draft.Add(path, content);
        _entries.Add(entry);
        _documents.Add(new(path, entry, "sha256"));
    }

    private void AddLanes(PackScope scope, int number)
    {
        if (source.Lanes.Find(scope.Room) is not { } store)
            return;
        var lanes = store.Read(scope.From, scope.To);
        if (scope.Station is { } station)
            lanes = lanes with { Stations = [.. lanes.Stations.Where(s => s.Station == station)] };
        _draft.AddJson(FormattableString.Invariant($"lanes/{number}-{scope.Room}.json"), lanes);
    }

    private void AddRegister(bool twoPersons)
    {
        if (_register.Count == 0)
            return;
        _draft.Add(
            "register/register.jsonl",
            string.Concat(_register.Values.Select(r => JsonSerializer.Serialize(r, ContractJson.Options) + "\n"))
        );
        if (!twoPersons)
            return;
        // Approvals are few, and stand anywhere before the destructions.
        var word = "\"kind\":\"destruction-approved\""u8.ToArray();
        var number = 0L;
        foreach (var bytes in source.Ledger.Log.Read(0, _register.Keys.Max()))
        {
            if (bytes.AsSpan(0, Math.Min(80, bytes.Length)).IndexOf(word) >= 0)
                AddApproval(number, LedgerEntry.Parse(bytes));
            number++;
        }
    }

    private void AddApproval(long number, ParsedEntry? entry)
    {
        if (
            entry?.Facts?.GetValueOrDefault("line") is not { } line
            || JsonSerializer.Deserialize<ApprovalLine>(line, ContractJson.Options) is not { } approval
        )
            return;
        var list = Path.Combine(source.Places.Volume, RetentionFiles.ListOf(approval.Digest));
        if (!File.Exists(list))
            return;
        var text = File.ReadAllText(list);
        if (!_register.Values.Any(r => text.Contains(r.Path, StringComparison.Ordinal)))
            return;
        _entries.Add(number);
        var path = $"register/approved-{approval.Digest}.txt";
        if (!_draft.Has(path))
            _draft.Add(path, text);
    }

    private void AddDraw(string id)
    {
        var record = draws.Find(id) ?? throw new EvaluationException("There is no draw of this id.", "没有该编号的抽查。");
        if (record.DrawnEntry is not { } drawn)
            throw new EvaluationException("This draw has no result yet.", "该抽查尚无结果。");
        _draft.AddJson("draw/draw.json", record);
        _draft.Add("draw/population.jsonl", draws.Population(id) ?? []);
        foreach (var entry in record.Replacements.Select(r => r.Entry).Append(record.OpenedEntry).Append(drawn))
            _entries.Add(entry);
        if (
            Contracts.Ledger.SignedNote.TryParse(record.Head, out var note) && Contracts.Ledger.Checkpoint.TryParse(note.Text, out var head)
        )
            _consistency.Add(head.Size);
        AddScores(id);
    }
}
