using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>Next state of the floor for one payload. Pure.</summary>
internal static class FloorReducer
{
    /// <summary>Most topics kept per site; what comes beyond is dropped, so that a hostile publisher cannot fill the memory.</summary>
    public const int TopicsPerSite = 50_000;

    private const int OpenProblemsPerSite = 5_000;

    /// <summary>Returns the next state, or <paramref name="state"/> itself when the payload is not newer than what is known.</summary>
    public static FloorState Apply(FloorState state, IncomingPayload payload, DateTimeOffset now)
    {
        var site = state.Site(payload.Site) ?? new SiteState(payload.Site);
        if (!IsNewer(site, payload, now)) return state;
        var body = payload.Body;
        site = site with { Seen = site.Seen.SetItem(payload.SeqKey, (body.Seq, body.Ts)) };
        var heard = payload.Retained && body.Ts < now ? body.Ts : now;
        return state with { Sites = state.Sites.SetItem(payload.Site.Text, Apply(site, payload.Agent, body, heard)) };
    }

    /// <summary>Takes back what history knew before the first message of this run.</summary>
    public static FloorState Restore(FloorState state, SiteId id, IEnumerable<ProblemEvent> open, IEnumerable<(string SeqKey, long Seq, DateTimeOffset Ts)> seen)
    {
        var site = state.Site(id) ?? new SiteState(id);
        site = site with
        {
            Open = site.Open.SetItems(open.Select(e => KeyValuePair.Create((e.Agent, e.Id), e))),
            Seen = site.Seen.SetItems(seen.Select(s => KeyValuePair.Create(s.SeqKey, (s.Seq, s.Ts)))),
        };
        return state with { Sites = state.Sites.SetItem(id.Text, site) };
    }

    /// <summary>Makes up for events that were missed: drops what was <paramref name="known"/> before asking and is not <paramref name="open"/>, adds what is.</summary>
    public static FloorState Reconcile(FloorState state, SiteId id, AgentId agent, IReadOnlyList<ProblemEvent> known, IReadOnlyList<OpenProblem> open)
    {
        var site = state.Site(id) ?? new SiteState(id);
        var ids = open.Select(p => p.Id).ToHashSet(StringComparer.Ordinal);
        var gone = known.Where(k => !ids.Contains(k.Id)).Select(k => (agent, k.Id)).ToList();
        var missed = open.Take(OpenProblemsPerSite).Where(p => !site.Open.ContainsKey((agent, p.Id))).Select(p => KeyValuePair.Create(
            (agent, p.Id),
            new ProblemEvent(ProblemEvent.SchemaName, p.Since, 0, agent, p.Id, ProblemChange.Opened, p.Code, p.Severity, p.Subject, p.Since, p.Text, p.Evidence))).ToList();
        if (!gone.Exists(site.Open.ContainsKey) && missed.Count == 0) return state;
        return state with { Sites = state.Sites.SetItem(id.Text, site with { Open = site.Open.RemoveRange(gone).AddRange(missed) }) };
    }

    // A lower number is believed only after a silence longer than any status lives, and with a later time: the publisher lost its counter
    // (its disk was replaced). Without this the floor would stay unknown until someone restarts the dashboard.
    private static bool IsNewer(SiteState site, IncomingPayload payload, DateTimeOffset now)
    {
        if (!site.Seen.TryGetValue(payload.SeqKey, out var seen)) return site.Seen.Count < TopicsPerSite;
        if (payload.Body.Seq > seen.Seq) return true;
        return payload.Body.Seq < seen.Seq && payload.Body.Ts > seen.Ts + Heartbeat.BelievedFor && now > seen.Ts + Heartbeat.BelievedFor;
    }

    private static SiteState Apply(SiteState site, AgentId? agent, Payload body, DateTimeOffset heard) => body switch
    {
        AgentState p => site with { Agents = site.Agents.SetItem(agent!.Value, Agent(site, agent.Value) with { State = new(p, heard) }) },
        AgentManifest p => site with { Agents = site.Agents.SetItem(agent!.Value, Agent(site, agent.Value) with { Manifest = new(p, heard) }) },
        RoomStatus p => WithRoom(site, p.Room, r => r with { Status = new(p, heard) }),
        FootageStatus p => WithRoom(site, p.Room, r => r with { Footage = new(p, heard) }),
        StationStatus p => WithRoom(site, p.Room, r => r with { Stations = r.Stations.SetItem(p.Station, new(p, heard)) }),
        CameraStatus p => WithRoom(site, p.Room, r => r with { Cameras = r.Cameras.SetItem(p.Camera, new(p, heard)) }),
        RetentionStatus p => site with { Retention = new(p, heard) },
        ProblemEvent p => WithProblem(site, p),
        _ => site,
    };

    private static SiteState WithProblem(SiteState site, ProblemEvent p)
    {
        var key = (p.Agent, p.Id);
        if (p.Change == ProblemChange.Closed) return site with { Open = site.Open.Remove(key) };
        return site.Open.Count >= OpenProblemsPerSite && !site.Open.ContainsKey(key) ? site : site with { Open = site.Open.SetItem(key, p) };
    }

    private static SiteState WithRoom(SiteState site, RoomId room, Func<RoomWords, RoomWords> change) =>
        site with { Rooms = site.Rooms.SetItem(room, change(site.Rooms.GetValueOrDefault(room) ?? new RoomWords())) };

    private static AgentWords Agent(SiteState site, AgentId agent) => site.Agents.GetValueOrDefault(agent) ?? new AgentWords(null, null);
}
