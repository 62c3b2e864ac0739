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
        routes
            .MapGet(AgentApi.Ready, HealthEndpoints.Ready)
            .WithSummary("200 once the agent works; else 503 with the reasons.")
            .WithTags("health");
        routes.MapGet(AgentApi.Metrics, HealthEndpoints.Metrics).WithSummary("Prometheus text.").WithTags("health");
        routes.MapGet(AgentApi.Problems, RoomEndpoints.Problems).WithSummary("Open problems, worst first.").WithTags("rooms");
        routes
            .MapGet(AgentApi.Root + "/rooms/{room}/lanes", RoomEndpoints.Lanes)
            .WithSummary("Covered, lit and recorded per station over a range of at most 31 days.")
            .WithTags("rooms");

        routes
            .MapGet(AgentApi.Root + "/rooms/{room}/proof", RoomEndpoints.Proof)
            .WithSummary(
                "Share of a range of at most 24 hours during which each station was covered, lit and recorded, and every exception with its picture."
            )
            .WithTags("rooms");

        routes
            .MapGet(Camera + "/picture.jpg", PictureEndpoints.Picture)
            .WithSummary("Newest key frame as JPEG; width scales it down.")
            .WithTags("pictures");
        routes
            .MapGet(Camera + "/reference.png", PictureEndpoints.Reference)
            .WithSummary("Commissioned reference picture.")
            .WithTags("pictures");

        routes
            .MapGet(Camera + "/problems/{problem}/{picture}.jpg", PictureEndpoints.OfProblem)
            .WithSummary(
                "Pictures of a problem's onset: now.jpg as it was when the verdict settled, reference.jpg as commissioned, both marked."
            )
            .WithTags("pictures");

        routes
            .MapGet(Camera + "/timeline", FootageEndpoints.Timeline)
            .WithSummary("Segments and gaps of a range of at most 31 days.")
            .WithTags("footage");
        routes
            .MapGet(Camera + "/playlist.m3u8", FootageEndpoints.Playlist)
            .WithSummary("HLS playlist of a range of at most 24 hours.")
            .WithTags("footage");
        routes
            .MapGet(Camera + "/segments/{segment:long}.mp4", FootageEndpoints.Segment)
            .WithSummary("A committed segment as it lies in the archive; byte ranges.")
            .WithTags("footage");
        routes
            .MapGet(Camera + "/download.mp4", FootageEndpoints.Download)
            .WithSummary("A range of at most 24 hours as one MP4 file, stream copy.")
            .WithTags("footage");

        routes
            .MapGet(Camera + "/live/stream.mp4", LiveEndpoints.Stream)
            .WithSummary(
                "What the camera sends, as it arrives: one fragmented MP4 that grows until the run ends. Its media type names the codecs."
            )
            .WithTags("live");
        routes.MapGet(Camera + "/live/index.m3u8", LiveEndpoints.Playlist).WithSummary("HLS playlist of now.").WithTags("live");
        routes
            .MapGet(Camera + "/live/init-{run:long}.mp4", LiveEndpoints.Initialization)
            .WithSummary("Initialization segment of a run in the live playlist.")
            .WithTags("live");
        routes
            .MapGet(Camera + "/live/{sequence:long}.m4s", LiveEndpoints.Fragment)
            .WithSummary("Fragment of the live playlist.")
            .WithTags("live");

        routes.MapGet(AgentApi.RoomIds, RoomEndpoints.Ids).WithSummary("Ids of the agent's rooms.").WithTags("rooms");
        routes
            .MapPost(AgentApi.VouchClock, HoldEndpoints.VouchClock)
            .WithSummary("Vouches for the machine's clock after a jump that was not believed.")
            .WithTags("retention");
        routes
            .MapGet(AgentApi.Sessions, SessionEndpoints.List)
            .WithSummary("Exam sessions of a range, with what is known of their footage.")
            .WithTags("sessions");
        routes
            .MapGet(AgentApi.Sessions + "/{session}", SessionEndpoints.Detail)
            .WithSummary("One session: completeness per camera and station, gaps, history, readiness.")
            .WithTags("sessions");
        routes
            .MapPut(AgentApi.Sessions + "/{session}", SessionEndpoints.Put)
            .WithSummary("Adds or changes a session; 409 when that would take exam footage out of its class.")
            .WithTags("sessions");
        routes
            .MapPost(AgentApi.Sessions + "/{session}/cancel", SessionEndpoints.Cancel)
            .WithSummary("Calls a session off; its footage stays exam footage once it has begun.")
            .WithTags("sessions");
        routes
            .MapPost(AgentApi.ImportSessions, SessionEndpoints.Import)
            .WithSummary("Imports a schedule file, all of it or nothing; preview=true changes nothing.")
            .WithTags("sessions");
        routes
            .MapGet(AgentApi.Root + "/schedule.{form}", SessionEndpoints.Export)
            .WithSummary("The schedule as YAML, CSV or iCalendar.")
            .WithTags("sessions");
        routes.MapGet(AgentApi.Batches, SessionEndpoints.Batches).WithSummary("Batches, newest first.").WithTags("sessions");
        routes
            .MapGet(AgentApi.Readiness, ReadinessEndpoints.All)
            .WithSummary("Is the room ready? The newest answer of every room.")
            .WithTags("readiness");
        routes
            .MapGet(AgentApi.Root + "/rooms/{room}/readiness", ReadinessEndpoints.Newest)
            .WithSummary("Newest answer of a room.")
            .WithTags("readiness");
        routes
            .MapPost(AgentApi.Root + "/rooms/{room}/readiness", ReadinessEndpoints.Check)
            .WithSummary("Checks now.")
            .WithTags("readiness");
        routes
            .MapGet(AgentApi.Root + "/rooms/{room}/plates", PlateEndpoints.Newest)
            .WithSummary("Whether stations and number plates belong together: the newest check.")
            .WithTags("readiness");
        routes
            .MapPost(AgentApi.Root + "/rooms/{room}/plates", PlateEndpoints.Check)
            .WithSummary("Begins a check of the number plates.")
            .WithTags("readiness");
        routes
            .MapPost(AgentApi.Root + "/rooms/{room}/calibration/signature", ReadinessEndpoints.SignMap)
            .WithSummary("Signs the map in force.")
            .WithTags("readiness");

        routes
            .MapGet(AgentApi.Retention, RetentionEndpoints.Overview)
            .WithSummary("What retention works by, and how it stands.")
            .WithTags("retention");
        routes
            .MapGet(AgentApi.RetentionPlan, RetentionEndpoints.Plan)
            .WithSummary("What a sweep would do now, with the reason of each; changes nothing.")
            .WithTags("retention");
        routes
            .MapGet(AgentApi.Approval, RetentionEndpoints.Approval)
            .WithSummary("Where the approval of the plan of now stands.")
            .WithTags("retention");
        routes.MapPost(AgentApi.Approval, RetentionEndpoints.Approve).WithSummary("Approves the plan of now.").WithTags("retention");
        routes.MapPost(AgentApi.Sweep, RetentionEndpoints.Sweep).WithSummary("Lets go now what may go.").WithTags("retention");
        routes
            .MapGet(AgentApi.Register, RetentionEndpoints.Register)
            .WithSummary("Register of destructions, newest first.")
            .WithTags("retention");
        routes.MapGet(AgentApi.RegisterCsv, RetentionEndpoints.RegisterCsv).WithSummary("The whole register as CSV.").WithTags("retention");
        routes
            .MapGet(AgentApi.Statements, RetentionEndpoints.Statements)
            .WithSummary("Signed statements of what is held.")
            .WithTags("retention");
        routes
            .MapGet(AgentApi.Statements + "/{id}", RetentionEndpoints.Statement)
            .WithSummary("A statement's text, signed.")
            .WithTags("retention");
        routes
            .MapGet(AgentApi.Forecast, RetentionEndpoints.Forecast)
            .WithSummary("Until when the volume holds what the law asks.")
            .WithTags("retention");
        routes.MapGet(AgentApi.Holds, HoldEndpoints.Holds).WithSummary("Holds, newest first.").WithTags("retention");
        routes.MapPost(AgentApi.Holds, HoldEndpoints.PlaceHold).WithSummary("Places a hold.").WithTags("retention");
        routes.MapPost(AgentApi.Holds + "/{hold}/lift", HoldEndpoints.LiftHold).WithSummary("Lifts a hold.").WithTags("retention");

        routes
            .MapGet(AgentApi.Scrub, LedgerEndpoints.Scrub)
            .WithSummary("How far everything was read again, and what was found.")
            .WithTags("ledger");
        routes
            .MapPost(AgentApi.ScrubNow, LedgerEndpoints.ScrubNow)
            .WithSummary("Reads everything again from now on, as fast as recording lets it.")
            .WithTags("ledger");
        routes
            .MapPost(AgentApi.ScrubAcknowledgement, LedgerEndpoints.AcknowledgeScrub)
            .WithSummary("A person has dealt with what the scrub found; needs person and reason.")
            .WithTags("ledger");
        routes.MapGet(AgentApi.LedgerKey, LedgerEndpoints.Key).WithSummary("Public key that signs the ledger, PEM.").WithTags("ledger");
        routes.MapGet(AgentApi.LedgerCheckpoint, LedgerEndpoints.Head).WithSummary("Newest signed checkpoint.").WithTags("ledger");
        routes
            .MapGet(AgentApi.LedgerConsistency, LedgerEndpoints.Consistency)
            .WithSummary("Consistency proof between two numbers of entries.")
            .WithTags("ledger");
        routes
            .MapGet(AgentApi.Root + "/ledger/entries/{number:long}", LedgerEndpoints.Entry)
            .WithSummary("Bytes of an entry.")
            .WithTags("ledger");
        routes
            .MapGet(AgentApi.Root + "/ledger/entries/{number:long}/inclusion.txt", LedgerEndpoints.Inclusion)
            .WithSummary("Inclusion file of an entry below the newest checkpoint.")
            .WithTags("ledger");
    }
}
