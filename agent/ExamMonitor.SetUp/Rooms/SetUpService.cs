using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Planning;
using ExamMonitor.Exams.Readiness;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Floor.Changes;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.SetUp;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.SetUp.Versions;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>What a change gave: one of the three.</summary>
/// <param name="Room">The room as it is in force now; null when nothing was written.</param>
/// <param name="Refusal">What must be mended first.</param>
/// <param name="Conflict">Who was faster.</param>
internal sealed record SetUpOutcome(RoomSetUp? Room, SetUpRefusal? Refusal, SetUpConflict? Conflict);

/// <summary>Rooms, cameras and maps as they are set up over the API. One change at a time; reading is safe from any thread.</summary>
/// <remarks>
/// Order of a change, and the crash that each step survives: the version's map and passwords are written (unnamed, they mean nothing); the
/// entry of the ledger; the list of versions (a version above the one in force means nothing); the file that names the version in force;
/// then it is put to work.
/// </remarks>
internal sealed class SetUpService(
    ConfigurationReading configuration,
    AgentFolder folder,
    RoomRegistry registry,
    RoomChanger changer,
    VersionStore versions,
    CalibrationStore calibrations,
    VolumeLedger ledger,
    PlanningCache cache,
    TimeProvider time
) : IDisposable
{
    /// <summary>Kind of the ledger's entry.</summary>
    public const string Kind = "set-up";

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly RoomChangeRules _rules = new(folder);
    private readonly RoomReader _reader = new(folder, versions, calibrations);

    /// <summary>Every room.</summary>
    public SetUpOverview Overview()
    {
        var file = FileNow();
        return new(
            [.. registry.Rooms.Select(r => _reader.Summary(r.Setup))],
            [.. registry.Rooms.SelectMany(r => RoomClashes.Of(r.Setup, file.Find(r.Id)))]
        );
    }

    /// <summary>A room; null when there is none of that id.</summary>
    public RoomSetUp? Find(RoomId id) =>
        registry.Find(id) is { } room && FileNow().Find(id) is var kept
            ? _reader.Read(room.Setup, kept, [.. RoomClashes.Of(room.Setup, kept)])
            : null;

    /// <summary>Adds or changes a room.</summary>
    /// <exception cref="IOException">The folder or the volume failed; what was in force stays.</exception>
    public async Task<SetUpOutcome> PutAsync(RoomId id, RoomChangeBody change, ActingPerson person, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (file, inForce) = (FileNow(), registry.Find(id)?.Setup);
            var reading = StationMapFile.Parse(change.Map.Bytes(), "map");
            SetUpFinding[] findings =
            [
                .. DraftReview
                    .Of(StationMapFile.ParseDraft(change.Map.Bytes(), "map"), [], cells: false, cache, change.Map.Outline())
                    .Findings,
            ];
            if (reading.Map is not { } map)
                return Refused(findings);
            findings = [.. findings, .. _rules.Check(id, map, change, inForce, file.Find(id))];
            if (findings.Any(f => f.Level == FindingLevel.Error))
                return Refused(findings);
            if (Conflict(id, change.BasedOn, inForce) is { } conflict)
                return new(null, null, conflict);
            return await WriteAsync(id, map, change, person, file, inForce, findings).ConfigureAwait(false);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Takes a room away, or what was set up of a room of the configuration file.</summary>
    /// <returns>Conflict or refusal; null when it is gone.</returns>
    public async Task<SetUpOutcome?> DeleteAsync(RoomId id, int basedOn, ActingPerson person, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var (file, inForce) = (FileNow(), registry.Find(id)?.Setup);
            if (Conflict(id, basedOn, inForce) is { } conflict)
                return new(null, null, conflict);
            if (file.Find(id) is null)
            {
                return Refused([
                    new(
                        FindingLevel.Error,
                        "camera-in-configuration",
                        "$",
                        new($"Room {id} stands in the configuration file.", $"考场 {id} 写在配置文件中。"),
                        new("Take it out there and restart the agent.", "请在配置文件中删除并重启监测主机。")
                    ),
                ]);
            }

            var after = file.Without(id);
            ledger.Append(Kind, Facts(id, person, ("action", "removed"), ("version", $"{basedOn}")));
            var now = time.GetUtcNow();
            if (versions.Of(id) is { Count: > 0 } known)
                versions.Write(id, [.. known.SkipLast(1), known[^1] with { ValidTo = now }]);
            after.Write(folder);
            var left = RoomJoining.Load(configuration, folder, [], after).FirstOrDefault(r => r.Id == id);
            if (left is not null)
                Record(left, person.Name, person.Reason ?? string.Empty, now);
            await changer.ApplyAsync(id, left, CancellationToken.None).ConfigureAwait(false);
            return null;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Signs the version in force.</summary>
    /// <returns>The version; null when it is in force no more.</returns>
    public async Task<CalibrationVersion?> SignAsync(RoomId id, int version, ActingPerson person, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var known = versions.Of(id);
            if (
                registry.Find(id)?.Setup is not { } room
                || known.Count == 0
                || known[^1].Version != version
                || known[^1].ValidTo is not null
            )
                return null;
            var now = time.GetUtcNow();
            var entry = calibrations.Sign(room, person, now);
            versions.Write(id, [.. known.SkipLast(1), known[^1] with { Signature = new(person.Name, now, entry) }]);
            return versions.Told(id)[0];
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>
    /// Notes which map of the configuration file is in force, where it is another than the newest version. Called before anything is
    /// judged.
    /// </summary>
    public void NoteMapsInForce()
    {
        foreach (var room in registry.Rooms.Select(r => r.Setup))
        {
            var last = versions.Of(room.Id) is { Count: > 0 } kept ? kept[^1] : null;
            if (room.SetUpVersion is null && (last is null || last.ValidTo is not null || last.Sha256 != CalibrationStore.DigestOf(room)))
                Record(room, RoomReader.ByHand, "agent started", time.GetUtcNow());
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private async Task<SetUpOutcome> WriteAsync(
        RoomId id,
        StationMap map,
        RoomChangeBody change,
        ActingPerson person,
        SetUpFile file,
        RoomSetup? inForce,
        SetUpFinding[] findings
    )
    {
        var known = versions.Of(id);
        var version = known.Count == 0 ? 1 : known[^1].Version + 1;
        var path = versions.WriteMap(map, version);
        var room = new SetUpRoom(
            id,
            version,
            change.Record,
            change.SoundRequired,
            new CameraSecrets(folder).Keep(
                id,
                version,
                change.Cameras.Where(c => inForce?.Cameras.Any(o => o.Id == c.Id && !o.FromSetUp) != true),
                file.Find(id)
            ),
            inForce?.ConfiguredMapPath is { } described ? RoomJoining.DigestOf(described) : null,
            change.Background
        );
        var joined = new List<Finding>();
        var setup = RoomJoining.Load(configuration, folder, joined, file.With(room)).FirstOrDefault(r => r.Id == id);
        if (setup is null || joined.Any(f => f.Level == FindingLevel.Error))
            return Refused([.. findings, .. joined.Where(f => f.Level == FindingLevel.Error).Select(f => RoomClashes.Of(f))]);
        var digest = CalibrationStore.DigestOf(new(map, path, setup.Geometry, []));
        var now = time.GetUtcNow();
        var entry = ledger.Append(Kind, Facts(id, person, ("action", "saved"), ("version", $"{version}"), ("sha256", digest)));
        versions.Write(
            id,
            [
                .. known.SkipLast(1),
                .. known.TakeLast(1).Select(v => v with { Signature = v.Signature ?? SignatureOf(inForce) }),
                new(version, now, person.Name, person.Reason ?? string.Empty, digest, entry),
            ]
        );
        file.With(room).Write(folder);
        await changer.ApplyAsync(id, setup, CancellationToken.None).ConfigureAwait(false);
        return new(_reader.Read(setup, room, findings), null, null);
    }

    private void Record(RoomSetup room, string author, string reason, DateTimeOffset now)
    {
        var known = versions.Of(room.Id);
        var version = known.Count == 0 ? 1 : known[^1].Version + 1;
        versions.WriteMap(versions.Copied(room.Map, room.MapPath), version);
        var digest = CalibrationStore.DigestOf(room);
        var entry = ledger.Append(
            Kind,
            Facts(room.Id, new(author, reason), ("action", "configured"), ("version", $"{version}"), ("sha256", digest))
        );
        versions.Write(room.Id, [.. known, new(version, now, author, reason, digest, entry)]);
    }

    private VersionSignature? SignatureOf(RoomSetup? room) =>
        room is not null
        && calibrations.Of(room) is { IsOfThisMap: true, Person: { } person, At: { } at }
        && calibrations.EntryOf(room) is { } entry
            ? new(person, at, entry)
            : null;

    private SetUpConflict? Conflict(RoomId id, int basedOn, RoomSetup? inForce)
    {
        var newest = versions.Of(id) is { Count: > 0 } kept ? kept[^1] : null;
        var current = inForce is null || newest is null ? 0 : newest.Version;
        if (basedOn == current)
            return null;
        return new(
            current,
            newest?.Author ?? string.Empty,
            newest?.ValidFrom ?? time.GetUtcNow(),
            inForce is null
                ? new($"Room {id} is not there any more.", $"考场 {id} 已不存在。")
                : new(
                    $"{newest?.Author} saved version {current} of room {id} meanwhile. Nothing was written: look at that version, and save again.",
                    $"{newest?.Author} 已保存考场 {id} 的第 {current} 版。本次未写入：请查看该版本后重新保存。"
                )
        );
    }

    private static Dictionary<string, string> Facts(RoomId room, ActingPerson person, params (string Name, string Value)[] more)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["room"] = room.Text, ["person"] = person.Name };
        if (person.Reason is { Length: > 0 } reason)
            facts["reason"] = reason;
        foreach (var (name, value) in more)
            facts[name] = value;
        return facts;
    }

    private SetUpFile FileNow() => SetUpFile.Read(folder, []);

    private static SetUpOutcome Refused(SetUpFinding[] findings) => new(null, new([.. findings.OrderByDescending(f => f.Level)]), null);
}
