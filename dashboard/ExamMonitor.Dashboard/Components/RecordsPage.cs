using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Dashboard.State;
using Microsoft.AspNetCore.Components;

namespace ExamMonitor.Dashboard.Components;

/// <summary>An agent as a page of records sees it.</summary>
/// <param name="Site">Site.</param>
/// <param name="Agent">Agent.</param>
/// <param name="Zone">Site time zone.</param>
/// <param name="Rooms">Its rooms that the viewer may see, as far as it has told them.</param>
/// <param name="WholeSite">Whether the viewer may see what concerns no single room.</param>
public sealed record AgentPlace(SiteId Site, AgentId Agent, TimeZoneInfo Zone, IReadOnlyList<RoomReading> Rooms, bool WholeSite)
{
    /// <summary>As it stands in addresses and choices.</summary>
    public string Name => $"{Site}/{Agent}";

    /// <summary>A room's name; its id when the agent has not told it.</summary>
    public string RoomName(RoomId room) => Rooms.FirstOrDefault(r => r.Place.Id == room)?.Place.Name ?? room.Text;

    /// <summary>A camera's name; its id when the agent has not told it.</summary>
    public string CameraName(RoomId room, CameraId camera) =>
        Rooms.FirstOrDefault(r => r.Place.Id == room)?.Cameras.FirstOrDefault(c => c.Place.Id == camera)?.Place.Name ?? camera.Text;
}

/// <summary>An agent that gave no answer.</summary>
/// <param name="Place">Agent.</param>
/// <param name="Failure">Why.</param>
/// <param name="LastAnswerAt">When it last answered anything, UTC; null when never since the dashboard started.</param>
public sealed record SilentAgent(AgentPlace Place, AgentFailure Failure, DateTimeOffset? LastAnswerAt);

/// <summary>A page that asks agents over HTTP and shows who did not answer.</summary>
public abstract class RecordsPage : FloorPage
{
    private readonly CancellationTokenSource _closed = new();

    /// <summary>A page that nobody has opened yet.</summary>
    protected RecordsPage() => Closed = _closed.Token;

    [Inject]
    private protected AgentClient Client { get; set; } = default!;

    [Inject]
    private protected ActService Service { get; set; } = default!;

    [Inject]
    private protected TimeProvider Time { get; set; } = default!;

    /// <summary>Address that the page was opened from.</summary>
    [CascadingParameter(Name = "Remote")]
    private protected string Remote { get; set; } = "";

    /// <summary>Agents that did not answer the last questions.</summary>
    private protected IReadOnlyList<SilentAgent> SilentAgents { get; private set; } = [];

    /// <summary>Ends with the page.</summary>
    private protected CancellationToken Closed { get; }

    private protected DateTimeOffset Now => Time.GetUtcNow();

    private protected TimeZoneInfo Zone => Reading.Sites.Count > 0 ? Reading.Sites[0].Zone : Store.DefaultZone;

    /// <summary>Linked agents of which the viewer may see anything, by name.</summary>
    private protected IReadOnlyList<AgentPlace> Places =>
        [
            .. Store
                .Links.Select(l => l.Link)
                .OfType<DashboardLink>()
                .DistinctBy(l => (l.Site, l.Agent))
                .Select(l => new AgentPlace(
                    l.Site,
                    l.Agent,
                    Reading.Sites.FirstOrDefault(s => s.Id == l.Site)?.Zone ?? Store.DefaultZone,
                    [.. Reading.Rooms.Where(r => r.Site == l.Site && r.Agent == l.Agent)],
                    Scopes.AllowsSite(l.Site)
                ))
                .Where(p => p.WholeSite || p.Rooms.Count > 0)
                .OrderBy(p => p.Name, StringComparer.Ordinal),
        ];

    private protected AgentPlace? Place(string? site, string? agent) =>
        Places.FirstOrDefault(p => p.Site.Text == site && p.Agent.Text == agent);

    /// <summary>Puts the same question to several agents at once.</summary>
    private protected async Task<IReadOnlyList<(AgentPlace Place, T Value)>> AskAsync<T>(
        IEnumerable<AgentPlace> places,
        Func<AgentPlace, string> path
    )
        where T : class
    {
        var asked = await Task.WhenAll(
            places.Select(async p => (Place: p, Answer: await Client.GetAsync<T>(p.Site, p.Agent, path(p), Closed)))
        );
        SilentAgents =
        [
            .. SilentAgents.Where(s => !asked.Any(a => a.Place.Name == s.Place.Name)),
            .. asked
                .Where(a => a.Answer.Failure is not null)
                .Select(a => new SilentAgent(a.Place, a.Answer.Failure!.Value, Client.LastAnswerAt(a.Place.Site, a.Place.Agent))),
        ];
        return [.. asked.Where(a => a.Answer.Value is not null).Select(a => (a.Place, a.Answer.Value!))];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _closed.Cancel();
        _closed.Dispose();
    }
}
