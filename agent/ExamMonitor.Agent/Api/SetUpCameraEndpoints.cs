using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.SetUp.Cameras;
using ExamMonitor.SetUp.Onvif;

namespace ExamMonitor.Agent.Api;

/// <summary>Cameras that are tried and found before they are saved.</summary>
internal static class SetUpCameraEndpoints
{
    /// <summary>Maps the routes.</summary>
    public static void MapSetUpCameras(this IEndpointRouteBuilder routes)
    {
        routes
            .MapPost(SetUpApi.TestCamera, Test)
            .WithSummary("Tries a camera: picture, measures, and what to set right on it.")
            .WithTags("set-up");
        routes
            .MapGet(
                SetUpApi.TestCamera + "/{test}.jpg",
                (string test, CameraTester tester) =>
                    tester.PictureOf(test) is { } jpeg
                        ? Results.Bytes(jpeg, "image/jpeg")
                        : ProblemResults.Absent("The picture is not kept any more: test again.")
            )
            .WithSummary("Picture of a test.")
            .WithTags("set-up");
        routes.MapPost(SetUpApi.Discover, Discover).WithSummary("Asks the network for ONVIF devices.").WithTags("set-up");
        routes.MapPost(SetUpApi.Onvif, Ask).WithSummary("Asks an ONVIF device for its streams.").WithTags("set-up");
    }

    private static async Task<IResult> Test(HttpRequest http, CameraTester tester, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<CameraAccess>(cancellationToken).ConfigureAwait(false);
        return body is null ? fault! : SetUpEndpoints.Json(await tester.TestAsync(body, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IResult> Discover(
        int? seconds,
        OnvifDiscovery discovery,
        RoomRegistry rooms,
        CancellationToken cancellationToken
    )
    {
        if (seconds is < 1 or > 10)
            return ProblemResults.Bad("'seconds' is 1 to 10.");
        CameraId? Configured(string host) =>
            rooms
                .Rooms.SelectMany(r => r.Cameras)
                .FirstOrDefault(c => string.Equals(c.Setup.Source.Address.Host, host, StringComparison.OrdinalIgnoreCase))
                ?.Setup.Id;
        return SetUpEndpoints.Json(await discovery.AskAsync(seconds ?? 3, Configured, cancellationToken).ConfigureAwait(false));
    }

    private static async Task<IResult> Ask(HttpRequest http, OnvifClient client, CancellationToken cancellationToken)
    {
        var (body, fault) = await http.ReadJsonAsync<OnvifAccess>(cancellationToken).ConfigureAwait(false);
        return body is null ? fault! : SetUpEndpoints.Json(await client.AskAsync(body, cancellationToken).ConfigureAwait(false));
    }
}
