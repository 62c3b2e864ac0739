using System.Net;
using System.Text.Json;
using ExamMonitor.CameraSimulator.Clips;
using ExamMonitor.Contracts;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ExamMonitor.CameraSimulator.Control;

/// <summary>HTTP on loopback: GET /cameras, POST /cameras/{id}/fault.</summary>
internal sealed class ControlEndpoint : IAsyncDisposable
{
    private const int MaxBodyBytes = 16 * 1024;

    private readonly WebApplication _app;

    private ControlEndpoint(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First() + "/");

    public static async Task<ControlEndpoint> StartAsync(CameraSimulatorServer server, int port, CancellationToken cancel)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = [] });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        var app = builder.Build();
        app.Use(RefuseOtherHosts);
        app.MapGet("/cameras", () => Results.Json(server.Cameras(), SimulatorConfiguration.Json));
        app.MapGet(
            "/cameras/{id}",
            (string id) => server.Has(id) ? Results.Json(server.Camera(id), SimulatorConfiguration.Json) : Missing(id)
        );
        app.MapPost(
            "/cameras/{id}/fault",
            (string id, HttpRequest request, CancellationToken stop) => FaultAsync(server, id, request, stop)
        );
        await app.StartAsync(cancel).ConfigureAwait(false);
        return new ControlEndpoint(app);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync().ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A page in a browser on this machine could otherwise reach the endpoint under a name of its own.</summary>
    private static async Task RefuseOtherHosts(HttpContext context, RequestDelegate next)
    {
        if (context.Request.Host.Host is not ("127.0.0.1" or "localhost") || context.Request.Headers.Origin.Count > 0)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }

        await next(context).ConfigureAwait(false);
    }

    private static async Task<IResult> FaultAsync(CameraSimulatorServer server, string id, HttpRequest request, CancellationToken cancel)
    {
        if (!server.Has(id))
        {
            return Missing(id);
        }

        try
        {
            var fault = await JsonSerializer
                .DeserializeAsync<CameraFault>(request.Body, SimulatorConfiguration.Json, cancel)
                .ConfigureAwait(false);
            if (fault is null)
            {
                return Wrong("The body is empty; send for example {\"kind\":\"stall\"}.");
            }

            if (fault.Clip is { } clip && !server.IsInClipFolder(clip))
            {
                return Wrong("clip: name a file of the clip folder.");
            }

            await server.InjectAsync(id, fault, cancel).ConfigureAwait(false);
            return Results.Json(server.Camera(id), SimulatorConfiguration.Json);
        }
        catch (Exception e)
            when (e is JsonException or InvalidConfigurationException or InvalidClipException or IOException or UnauthorizedAccessException)
        {
            return Wrong(e.Message);
        }
    }

    private static IResult Missing(string id) =>
        Results.Json(
            new { error = $"There is no camera '{id}'; GET /cameras lists them." },
            ContractJson.Options,
            statusCode: StatusCodes.Status404NotFound
        );

    private static IResult Wrong(string what) =>
        Results.Json(new { error = what }, ContractJson.Options, statusCode: StatusCodes.Status400BadRequest);
}
