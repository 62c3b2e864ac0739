using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Agent.Api;
using ExamMonitor.Agent.Metrics;
using ExamMonitor.CommandLine.Commands;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Parts;
using ExamMonitor.Recording;

namespace ExamMonitor.Agent.Hosting;

/// <summary>The process: parts, API, lifecycle.</summary>
internal static class AgentHost
{
    /// <summary>Runs until stopped.</summary>
    /// <returns>Exit code.</returns>
    public static async Task<int> RunAsync(
        ConfigurationReading reading,
        IReadOnlyList<RoomSetup> rooms,
        AgentFolder folder,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var builder = WebApplication.CreateSlimBuilder(
            new WebApplicationOptions
            {
                ApplicationName = typeof(AgentHost).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        ConfigureLogs(builder.Logging, time);
        using var bootLogs = LoggerFactory.Create(l => ConfigureLogs(l, time));
        var identity = new AgentIdentity(reading.Options.Site, reading.Options.Agent, time.GetUtcNow());
        var stores = await AgentStores
            .OpenAsync(reading.Options, folder, identity, time, bootLogs, cancellationToken)
            .ConfigureAwait(false);
        builder.Services.AddAgent(new(reading.Options, folder, rooms, identity, reading), stores, time);
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = TimeSpan.FromSeconds(50));

        // Started by systemd or as a Windows service, the process tells when it is ready and when it stops, and writes its log as that one
        // reads it.
        builder.Services.AddSystemd().AddWindowsService(o => o.ServiceName = "ExamMonitorAgent");
        builder.Services.AddProblemDetails();
        builder.Services.AddOpenApi();
        Listen(builder, reading.Options.Api, folder);
        AgentTelemetry.Export(builder.Services, reading.Options.Metrics);
        var app = builder.Build();
        await using (app.ConfigureAwait(false))
        {
            app.UseExceptionHandler();
            app.UseStatusCodePages();
            app.Use(RequireToken);
            app.Use(AnswerWhileRebuilding);
            app.MapOpenApi();
            app.MapAgentApi();
            app.MapEvaluation();
            app.MapSetUp();
            var failures = app.Services.GetRequiredService<PartFailures>();
            await app.RunAsync(cancellationToken).ConfigureAwait(false);
            return failures.Any ? ExitCode.Failed : ExitCode.Ok;
        }
    }

    private static void ConfigureLogs(ILoggingBuilder logs, TimeProvider time)
    {
        logs.ClearProviders()
            .AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.UseUtcTimestamp = true;
                o.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
            })
            .SetMinimumLevel(LogLevel.Information)
            .AddFilter("Microsoft", LogLevel.Warning)
            .AddFilter("Quartz", LogLevel.Warning);
        var console = logs.Services.Single(s => s.ServiceType == typeof(ILoggerProvider));
        logs.Services.Remove(console);
        logs.Services.AddSingleton<ILoggerProvider>(s => new FailureLimit(
            (ILoggerProvider)ActivatorUtilities.CreateInstance(s, console.ImplementationType!),
            time
        ));
    }

    private static void Listen(WebApplicationBuilder builder, ApiSection api, AgentFolder folder)
    {
        if (!ListenAddress.TryParse(api.Listen, out var endPoint))
            throw new InvalidDataException($"api.listen: \"{api.Listen}\" is not an address and port.");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 64 * 1024;
            kestrel.Limits.MaxConcurrentConnections = 512;
            kestrel.Limits.MaxRequestLineSize = 8 * 1024;
            kestrel.Listen(
                endPoint,
                listen =>
                {
                    if (api.Certificate is { } certificate)
                        listen.UseHttps(
                            X509Certificate2.CreateFromPemFile(folder.Resolve(certificate), folder.Resolve(api.CertificateKey!))
                        );
                }
            );
        });
        if (api.Certificate is not null)
            builder.WebHost.UseKestrelHttpsConfiguration();
    }

    /// <summary>While the index is made again, questions about footage wait; everything else is answered.</summary>
    private static async Task AnswerWhileRebuilding(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context).ConfigureAwait(false);
        }
        catch (IndexRebuildingException e) when (!context.Response.HasStarted)
        {
            context.Response.Headers.RetryAfter = "30";
            await ProblemResults
                .Unavailable(context.RequestServices.GetRequiredService<FootageArchive>().IndexDamage?.Text.En ?? e.Message)
                .ExecuteAsync(context)
                .ConfigureAwait(false);
        }
    }

    /// <summary>Everything but the two routes of health asks for the token.</summary>
    private static Task RequireToken(HttpContext context, RequestDelegate next)
    {
        var path = context.Request.Path;
        if (
            path.Equals(AgentApi.Live, StringComparison.Ordinal)
            || path.Equals(AgentApi.Ready, StringComparison.Ordinal)
            || context.RequestServices.GetRequiredService<ApiToken>().Accepts(context.Request.Headers.Authorization)
        )
            return next(context);
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return TypedResults
            .Problem(
                "Send the API token: Authorization: Bearer … (it lies in the agent's folder, file api-token).",
                statusCode: StatusCodes.Status401Unauthorized,
                title: "The token is missing or wrong."
            )
            .ExecuteAsync(context);
    }
}
