using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Agent.Api;

/// <summary>All routes of <see cref="AgentApi"/>.</summary>
internal static class ApiRoutes
{
    private const string Camera = AgentApi.Root + "/rooms/{room}/cameras/{camera}";

    /// <summary>Maps every route.</summary>
    public static void MapAgentApi(this IEndpointRouteBuilder routes)
    {
        routes.MapGet(AgentApi.Live, HealthEndpoints.Live).WithSummary("200 while the process runs.").WithTags("health");
        routes.MapGet(AgentApi.Ready, HealthEndpoints.Ready).WithSummary("200 once the agent works; else 503 with the reasons.").WithTags("health");
        routes.MapGet(AgentApi.Metrics, HealthEndpoints.Metrics).WithSummary("Prometheus text.").WithTags("health");
        routes.MapGet(AgentApi.Problems, RoomEndpoints.Problems).WithSummary("Open problems, worst first.").WithTags("rooms");
        routes.MapGet(AgentApi.Root + "/rooms/{room}/lanes", RoomEndpoints.Lanes).WithSummary("Covered, lit and recorded per station over a range of at most 31 days.").WithTags("rooms");

        routes.MapGet(AgentApi.Root + "/rooms/{room}/proof", RoomEndpoints.Proof).WithSummary("Share of a range of at most 24 hours during which each station was covered, lit and recorded, and every exception with its picture.").WithTags("rooms");

        routes.MapGet(Camera + "/picture.jpg", PictureEndpoints.Picture).WithSummary("Newest key frame as JPEG; width scales it down.").WithTags("pictures");
        routes.MapGet(Camera + "/reference.png", PictureEndpoints.Reference).WithSummary("Commissioned reference picture.").WithTags("pictures");

        routes.MapGet(Camera + "/problems/{problem}/{picture}.jpg", PictureEndpoints.OfProblem).WithSummary("Pictures of a problem's onset: now.jpg as it was when the verdict settled, reference.jpg as commissioned, both marked.").WithTags("pictures");

        routes.MapGet(Camera + "/timeline", FootageEndpoints.Timeline).WithSummary("Segments and gaps of a range of at most 31 days.").WithTags("footage");
        routes.MapGet(Camera + "/playlist.m3u8", FootageEndpoints.Playlist).WithSummary("HLS playlist of a range of at most 24 hours.").WithTags("footage");
        routes.MapGet(Camera + "/segments/{segment:long}.mp4", FootageEndpoints.Segment).WithSummary("A committed segment as it lies in the archive; byte ranges.").WithTags("footage");
        routes.MapGet(Camera + "/download.mp4", FootageEndpoints.Download).WithSummary("A range of at most 24 hours as one MP4 file, stream copy.").WithTags("footage");

        routes.MapGet(Camera + "/live/index.m3u8", LiveEndpoints.Playlist).WithSummary("HLS playlist of now.").WithTags("live");
        routes.MapGet(Camera + "/live/init-{run:long}.mp4", LiveEndpoints.Initialization).WithSummary("Initialization segment of a run in the live playlist.").WithTags("live");
        routes.MapGet(Camera + "/live/{sequence:long}.m4s", LiveEndpoints.Fragment).WithSummary("Fragment of the live playlist.").WithTags("live");

        routes.MapGet(AgentApi.LedgerKey, LedgerEndpoints.Key).WithSummary("Public key that signs the ledger, PEM.").WithTags("ledger");
        routes.MapGet(AgentApi.LedgerCheckpoint, LedgerEndpoints.Head).WithSummary("Newest signed checkpoint.").WithTags("ledger");
        routes.MapGet(AgentApi.LedgerConsistency, LedgerEndpoints.Consistency).WithSummary("Consistency proof between two numbers of entries.").WithTags("ledger");
        routes.MapGet(AgentApi.Root + "/ledger/entries/{number:long}", LedgerEndpoints.Entry).WithSummary("Bytes of an entry.").WithTags("ledger");
        routes.MapGet(AgentApi.Root + "/ledger/entries/{number:long}/inclusion.txt", LedgerEndpoints.Inclusion).WithSummary("Inclusion file of an entry below the newest checkpoint.").WithTags("ledger");
    }
}
