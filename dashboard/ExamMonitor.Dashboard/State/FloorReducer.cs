using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Mqtt.Reading;

namespace ExamMonitor.Dashboard.State;

/// <summary>
/// Next state of the floor for one message. Pure. Messages come in order and without repetitions: the reader before it sees to that.
/// </summary>
internal static class FloorReducer
{
    private const int OpenProblemsPerSite = 5_000;

    /// <summary>Takes in a payload that is within <see cref="PayloadBounds"/>.</summary>
    public static FloorState Apply(FloorState state, Accepted message, DateTimeOffset now)
    {
        var site = state.Site(message.Address.Site) ?? new SiteState(message.Address.Site);
        var body = message.Payload;
        var heard = message.WasRetained && body.Ts < now ? body.Ts : now;
        return state with { Sites = state.Sites.SetItem(site.Id.Text, Apply(site, message.Address.Agent, body, heard)) };
    }

    /// <summary>Forgets what a topic said that was emptied: the station, camera, room or agent is no longer watched.</summary>
    public static FloorState Clear(FloorState state, TopicAddress topic)
    {
        if (state.Site(topic.Site) is not { } site)
            return state;
        var next = topic switch
        {
            { Kind: TopicKind.AgentState or TopicKind.AgentManifest, Agent: { } agent } => site with { Agents = site.Agents.Remove(agent) },
            { Room: { } room, Station: { } station } => WithRoom(site, room, r => r with { Stations = r.Stations.Remove(station) }),
            { Room: { } room, Camera: { } camera } => WithRoom(site, room, r => r with { Cameras = r.Cameras.Remove(camera) }),
            { Kind: TopicKind.RoomStatus, Room: { } room } => WithRoom(site, room, r => r with { Status = null }),
            { Kind: TopicKind.FootageStatus, Room: { } room } => WithRoom(site, room, r => r with { Footage = null }),
            { Kind: TopicKind.RoomReadiness, Room: { } room } => WithRoom(site, room, r => r with { Readiness = null }),
            { Kind: TopicKind.RoomPlates, Room: { } room } => WithRoom(site, room, r => r with { Plates = null }),
            { Kind: TopicKind.AgentRetention, Agent: { } agent } when site.Agents.ContainsKey(agent) => site with
            {
                Agents = site.Agents.SetItem(agent, Agent(site, agent) with { Retention = null }),
            },
            { Kind: TopicKind.RetentionStatus } => site with { Retention = null },
            _ => site,
        };
        return state with { Sites = state.Sites.SetItem(site.Id.Text, next) };
    }

    /// <summary>Takes what the dashboard itself says of a site's ledgers.</summary>
    public static FloorState Witness(FloorState state, SiteId id, IReadOnlyList<ProblemEvent> problems)
    {
        var site = state.Site(id) ?? new SiteState(id);
        return site.Witnessed.SequenceEqual(problems)
            ? state
            : state with
            {
                Sites = state.Sites.SetItem(id.Text, site with { Witnessed = [.. problems] }),
            };
    }

    /// <summary>Takes back what history knew before this run; what was heard since is newer and stays.</summary>
    public static FloorState Restore(FloorState state, SiteId id, IEnumerable<ProblemEvent> open)
    {
        var site = state.Site(id) ?? new SiteState(id);
        site = site with
        {
            Open = site.Open.SetItems(
                open.Where(e => !site.Open.ContainsKey((e.Agent, e.Id))).Select(e => KeyValuePair.Create((e.Agent, e.Id), e))
            ),
        };
        return state with { Sites = state.Sites.SetItem(id.Text, site) };
    }

    /// <summary>
    /// Makes up for events that were missed: drops what was <paramref name="known"/> before asking and is not <paramref name="open"/>, adds
    /// what is.
    /// </summary>
    public static FloorState Reconcile(
        FloorState state,
        SiteId id,
        AgentId agent,
        IReadOnlyList<ProblemEvent> known,
        IReadOnlyList<OpenProblem> open
    )
    {
        var site = state.Site(id) ?? new SiteState(id);
        var ids = open.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var gone = known.Where(k => !ids.Contains(k.Id)).Select(k => (agent, k.Id)).ToList();
        var missed = open.Take(OpenProblemsPerSite)
            .Where(p => !site.Open.ContainsKey((agent, p.Id)))
            .Select(p =>
                KeyValuePair.Create(
                    (agent, p.Id),
                    new ProblemEvent(
                        ProblemEvent.SchemaName,
                        p.Since,
                        0,
                        agent,
                        p.Id,
                        ProblemChange.Opened,
                        p.Code,
                        p.Severity,
                        p.Subject,
                        p.Since,
                        p.Text,
                        p.Evidence
                    )
                )
            )
            .ToList();
        if (!gone.Exists(site.Open.ContainsKey) && missed.Count == 0)
            return state;
        return state with { Sites = state.Sites.SetItem(id.Text, site with { Open = site.Open.RemoveRange(gone).SetItems(missed) }) };
    }

    private static SiteState Apply(SiteState site, AgentId? agent, Payload body, DateTimeOffset heard) =>
        body switch
        {
            AgentState p => site with
            {
                Agents = site.Agents.SetItem(agent!.Value, Agent(site, agent.Value) with { State = new(p, heard) }),
            },
            AgentManifest p => site with
            {
                Agents = site.Agents.SetItem(agent!.Value, Agent(site, agent.Value) with { Manifest = new(p, heard) }),
            },
            RoomStatus p => WithRoom(site, p.Room, r => r with { Status = new(p, heard) }),
            FootageStatus p => WithRoom(site, p.Room, r => r with { Footage = new(p, heard) }),
            StationStatus p => WithRoom(site, p.Room, r => r with { Stations = r.Stations.SetItem(p.Station, new(p, heard)) }),
            CameraStatus p => WithRoom(site, p.Room, r => r with { Cameras = r.Cameras.SetItem(p.Camera, new(p, heard)) }),
            RoomReadiness p => WithRoom(site, p.Room, r => r with { Readiness = new(p, heard) }),
            RoomPlates p => WithRoom(site, p.Room, r => r with { Plates = new(p, heard) }),
            AgentRetention p => site with
            {
                Agents = site.Agents.SetItem(agent!.Value, Agent(site, agent.Value) with { Retention = new(p, heard) }),
            },
            RetentionStatus p => site with { Retention = new(p, heard) },
            ProblemEvent p => WithProblem(site, p),
            _ => site,
        };

    private static SiteState WithProblem(SiteState site, ProblemEvent p)
    {
        var key = (p.Agent, p.Id);
        if (p.Change == ProblemChange.Closed)
            return site with { Open = site.Open.Remove(key) };
        return site.Open.Count >= OpenProblemsPerSite && !site.Open.ContainsKey(key)
            ? site
            : site with
            {
                Open = site.Open.SetItem(key, p),
            };
    }

    private static SiteState WithRoom(SiteState site, RoomId room, Func<RoomWords, RoomWords> change) =>
        site with
        {
            Rooms = site.Rooms.SetItem(room, change(site.Rooms.GetValueOrDefault(room) ?? new RoomWords())),
        };

    private static AgentWords Agent(SiteState site, AgentId agent) => site.Agents.GetValueOrDefault(agent) ?? new AgentWords(null, null);
}
