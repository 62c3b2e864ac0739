using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Dashboard.State;

/// <summary>Whether a site's words can arrive at all.</summary>
/// <param name="Site">Site of the link.</param>
/// <param name="Agent">Agent of the link.</param>
/// <param name="Up">Connected to the broker and subscribed.</param>
/// <param name="Since">When <paramref name="Up"/> last changed, UTC.</param>
internal sealed record LinkFact(SiteId Site, AgentId Agent, bool Up, DateTimeOffset Since);

/// <summary>Reads from the state what may be claimed now. Pure: the same state, links and moment give the same reading.</summary>
internal sealed class FloorReader(DateTimeOffset now, TimeSpan believedFor, IReadOnlyList<LinkFact> links, TimeZoneInfo defaultZone)
{
    private DateTimeOffset? _nextLapseAt;

    public static FloorReading Read(
        FloorState state,
        IReadOnlyList<LinkFact> links,
        DateTimeOffset now,
        TimeSpan believedFor,
        TimeZoneInfo defaultZone
    )
    {
        var reader = new FloorReader(now, believedFor, links, defaultZone);
        var sites = state.Sites.Values.Select(reader.Site).ToList();
        return new(now, sites, reader._nextLapseAt);
    }

    private SiteReading Site(SiteState site)
    {
        var zone = defaultZone;
        var rooms = new List<RoomReading>();
        foreach (var (agent, words) in site.Agents.OrderBy(a => a.Key.Text, StringComparer.Ordinal))
        {
            if (words.Manifest is not { } manifest)
                continue;
            zone = Zone(manifest.Body.TimeZone);
            var (silence, since) = AgentSilence(site.Id, agent, words);
            rooms.AddRange(manifest.Body.Rooms.Select(r => Room(site, agent, r, silence, since, zone)));
        }

        var places = rooms.ToDictionary(r => (r.Agent, r.Place.Id));
        var problems = site
            .Open.Values.Select(p => new ProblemReading(
                site.Id,
                p,
                p.Subject.Room is { } id ? places.GetValueOrDefault((p.Agent, id)) : null,
                AgentSilence(site.Id, p.Agent, site.Agents.GetValueOrDefault(p.Agent)).Silence == Silence.None
            ))
            .Concat(site.Witnessed.Select(p => new ProblemReading(site.Id, p, null, Current: true)))
            .OrderByDescending(p => p.Problem.Severity)
            .ThenBy(p => p.Problem.Since)
            .ThenBy(p => p.Problem.Id, StringComparer.Ordinal)
            .ToList();
        var ofRoom = site.Open.Values.Where(p => p.Subject.Room is not null).ToLookup(p => (p.Agent, p.Subject.Room!.Value));
        return new(site.Id, zone, [.. rooms.Select(r => r with { Now = RoomNow.Of(r, [.. ofRoom[(r.Agent, r.Place.Id)]]) })], problems);
    }

    private (Silence Silence, DateTimeOffset? Since) AgentSilence(SiteId site, AgentId agent, AgentWords? words)
    {
        var of = links.Where(l => l.Site == site).ToList();
        var own = of.Find(l => l.Agent == agent);
        var via = own ?? of.Find(l => l.Up) ?? of.FirstOrDefault();
        if (via is not { Up: true })
            return (Silence.BrokerGone, via?.Since);
        if (words?.State is not { } state)
            return (Silence.NeverHeard, null);
        return state.Body.State == AgentConnection.Online ? (Silence.None, null) : (Silence.AgentOffline, state.Body.Ts);
    }

    private RoomReading Room(
        SiteState site,
        AgentId agent,
        ManifestRoom place,
        Silence agentSilence,
        DateTimeOffset? agentSince,
        TimeZoneInfo zone
    )
    {
        var words = site.Rooms.GetValueOrDefault(place.Id) ?? new RoomWords();
        var status = Believe(words.Status, agentSilence);
        var stations = place.Stations.Select(s => Station(s, words.Stations.GetValueOrDefault(s.Id), agentSilence, agentSince)).ToList();
        var cameras = place.Cameras.Select(c => Camera(c, words, agentSilence)).ToList();
        var (silence, since) =
            agentSilence != Silence.None ? (agentSilence, agentSince)
            : status is not null ? (Silence.None, null)
            : words.Status is { } old ? (Silence.NothingHeard, old.HeardAt)
            : (Silence.NeverHeard, (DateTimeOffset?)null);
        return new(site.Id, agent, place, silence, since, status, stations, cameras, zone)
        {
            Readiness = Readiness(words.Readiness, agentSilence),
            Plates = Plates(words.Plates, agentSilence),
        };
    }

    private ReadinessReading? Readiness(Heard<RoomReadiness>? heard, Silence agentSilence)
    {
        if (heard is null)
            return null;
        var reading = ReadinessReading.Of(heard.Body, heard.HeardAt, agentSilence, now);
        if (reading.LapsesAt is { } lapse && lapse > now && (_nextLapseAt is null || lapse < _nextLapseAt))
            _nextLapseAt = lapse;
        return reading;
    }

    private PlatesReading? Plates(Heard<RoomPlates>? heard, Silence agentSilence)
    {
        if (heard is null)
            return null;
        var reading = PlatesReading.Of(heard.Body, heard.HeardAt, agentSilence, now);
        if (reading.LapsesAt is { } lapse && lapse > now && (_nextLapseAt is null || lapse < _nextLapseAt))
            _nextLapseAt = lapse;
        return reading;
    }

    private StationReading Station(
        Contracts.Maps.MapStation place,
        Heard<StationStatus>? heard,
        Silence agentSilence,
        DateTimeOffset? agentSince
    )
    {
        var silence = SilenceOf(heard, agentSilence);
        var since = agentSilence != Silence.None ? agentSince : heard?.HeardAt;
        ClaimReading Claim(Claim? claim) =>
            silence != Silence.None || claim is null
                ? new(Mark.Unknown, since, null, silence)
                : new(MarkOf(claim.Value), claim.Since, claim.Value == true ? null : claim.Text, Silence.None);
        var body = heard?.Body;
        return new(place, Claim(body?.Covered), Claim(body?.Lit), Claim(body?.Recorded), body);
    }

    private CameraReading Camera(ManifestCamera place, RoomWords words, Silence agentSilence)
    {
        var status = words.Cameras.GetValueOrDefault(place.Id);
        var footage = words.Footage?.Body.Cameras.FirstOrDefault(c => c.Camera == place.Id);
        var silence = SilenceOf(status, agentSilence);
        var healthy =
            silence != Silence.None || status!.Body.Health.Count == 0 ? Mark.Unknown
            : status.Body.Health.All(h => h == CameraHealth.Ok) ? Mark.Yes
            : Mark.No;
        var recording =
            SilenceOf(words.Footage, agentSilence) != Silence.None || footage is null ? Mark.Unknown : MarkOf(footage.Recording);
        return new(place, healthy, recording, silence, status?.Body, footage);
    }

    private T? Believe<T>(Heard<T>? heard, Silence agentSilence)
        where T : Payload => SilenceOf(heard, agentSilence) == Silence.None ? heard!.Body : null;

    private Silence SilenceOf<T>(Heard<T>? heard, Silence agentSilence)
        where T : Payload
    {
        if (agentSilence != Silence.None)
            return agentSilence;
        if (heard is null)
            return Silence.NeverHeard;
        var lapse = heard.HeardAt + believedFor;
        if (lapse <= now)
            return Silence.NothingHeard;
        if (_nextLapseAt is null || lapse < _nextLapseAt)
            _nextLapseAt = lapse;
        return Silence.None;
    }

    private TimeZoneInfo Zone(string? name) => name is { Length: <= 64 } && SiteZone.TryOf(name, out var zone) ? zone : defaultZone;

    private static Mark MarkOf(bool? value) =>
        value switch
        {
            true => Mark.Yes,
            false => Mark.No,
            null => Mark.Unknown,
        };
}
