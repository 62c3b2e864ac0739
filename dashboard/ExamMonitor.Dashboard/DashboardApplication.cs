using System.Threading.RateLimiting;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Features.Retention;
using ExamMonitor.Dashboard.Features.Sessions;
using ExamMonitor.Dashboard.Links;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Witnessing;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HostFiltering;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Radzen;

namespace ExamMonitor.Dashboard;

/// <summary>Puts the dashboard together.</summary>
internal static class DashboardApplication
{
    /// <summary>Builds the application, opens its database and makes the first account; listening starts with the host.</summary>
    /// <param name="args">Command line.</param>
    /// <param name="replace">Called last on the services, for tests; null for none.</param>
    /// <param name="ct">Stops the start.</param>
    /// <param name="more">Settings that win over file, environment and command line, for tests; null for none.</param>
    /// <exception cref="ArgumentException">The command line cannot be read (its parameter name is "args").</exception>
    /// <exception cref="OptionsValidationException">An option is missing or out of range.</exception>
    public static async Task<WebApplication> CreateAsync(
        string[] args,
        Action<IServiceCollection>? replace,
        CancellationToken ct,
        IReadOnlyDictionary<string, string?>? more = null
    )
    {
        var (values, problem) = CommandLine.Parse(args);
        if (values is null)
            throw new ArgumentException(problem, nameof(args));
        var builder = WebApplication.CreateBuilder(
            new WebApplicationOptions
            {
                ApplicationName = typeof(DashboardApplication).Assembly.GetName().Name,
                ContentRootPath = AppContext.BaseDirectory,
            }
        );
        // What changes files below a running program, for people who work on it: it stores .gz without deflating and forbids caches.
        builder.Configuration.AddInMemoryCollection([
            new("ReloadStaticAssetsAtRuntime", "false"),
            new("DisableStaticAssetNotFoundRuntimeFallback", "true"),
        ]);
        builder.Configuration.AddInMemoryCollection(values);
        if (more is not null)
            builder.Configuration.AddInMemoryCollection(more);
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.ConfigureKestrel(k => k.AddServerHeader = false);
        var options = await ReadOptionsAsync(builder).ConfigureAwait(false);
        var addresses = AddressesOf(builder.Configuration);
        if (ListeningRules.Problem(addresses, builder.Configuration["AllowedHosts"], options) is { } unsafeListening)
            throw new ArgumentException(unsafeListening, nameof(args));
        if (string.IsNullOrWhiteSpace(builder.Configuration["AllowedHosts"]))
            builder.Services.PostConfigure<HostFilteringOptions>(h => h.AllowedHosts = [.. ListeningRules.DefaultHosts(addresses)]);
        PrivateFiles.MakeFolder(options.DataFolder);
        var database = options.PostgresConnection is { Length: > 0 } postgres
            ? await Database.OpenPostgresAsync(postgres, ct).ConfigureAwait(false)
            : await Database.OpenSqliteAsync(Path.Combine(options.DataFolder, "dashboard.db"), ct).ConfigureAwait(false);
        builder.Services.AddSingleton(_ => database);
        AddFloor(builder.Services, options);
        AddAccounts(builder.Services, options);
        AddPages(builder.Services);
        replace?.Invoke(builder.Services);
        var app = builder.Build();
        Use(app, options);
        if (database.AwaySince is null)
            await app.Services.GetRequiredService<FirstPassword>().EnsureAsync(ct).ConfigureAwait(false);
        return app;
    }

    private static IReadOnlyList<string> AddressesOf(ConfigurationManager configuration) =>
        [
            .. (configuration["urls"] ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            .. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(e => e["Url"]).OfType<string>(),
        ];

    private static async Task<DashboardOptions> ReadOptionsAsync(WebApplicationBuilder builder)
    {
        builder
            .Services.AddOptions<DashboardOptions>()
            .BindConfiguration(DashboardOptions.Section, b => b.ErrorOnUnknownConfiguration = true)
            .ValidateDataAnnotations()
            .Validate(o => SiteZone.TryOf(o.TimeZone, out _), "Dashboard:TimeZone is no IANA time zone, such as Asia/Shanghai.")
            .Validate(
                o => o.Proxies.All(p => System.Net.IPAddress.TryParse(p, out _) || System.Net.IPNetwork.TryParse(p, out _)),
                "Dashboard:Proxies holds something that is no IP address and no network such as 10.0.0.0/24."
            )
            .Validate(
                o => o.WitnessLogs.All(KnownLogs.IsKey),
                "Dashboard:WitnessLogs holds something that is no verifier key of a log (vkey of type 0x01, Ed25519)."
            );
        var early = new ServiceCollection().AddSingleton<IConfiguration>(builder.Configuration);
        foreach (var service in builder.Services.Where(s => s.ServiceType.Namespace == typeof(IOptions<>).Namespace))
            early.Add(service);
        var provider = early.BuildServiceProvider();
        await using (provider.ConfigureAwait(false))
            return provider.GetRequiredService<IOptions<DashboardOptions>>().Value;
    }

    private static void AddFloor(IServiceCollection services, DashboardOptions options)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<FloorStore>();
        services.AddSingleton<IHistoryStore, SqlHistoryStore>();
        services.AddSingleton(_ => new HistoryOutbox(options.DataFolder));
        services.AddSingleton<StorageHealth>();
        services.AddSingleton<HistoryWriter>();
        services.AddHostedService(s => s.GetRequiredService<HistoryWriter>());
        services.AddHostedService<DatabaseProbe>();
        services.AddSingleton<Inbox>();
        services.AddHostedService<InboxReader>();
        services.AddHostedService<LinkSupervisor>();
        services.AddHostedService<FloorPulse>();
        services.AddHostedService<HistorySweep>();
        services.AddHostedService<ProblemReconciler>();
        services.AddSingleton<IWitnessStore, SqlWitnessStore>();
        services.AddSingleton<LedgerWitness>();
        services.AddSingleton<ICosignStore, SqlCosignStore>();
        services.AddSingleton<WitnessIdentity>();
        services.AddSingleton<CheckpointCosigner>();
        services.AddHostedService<WitnessService>();
        services.AddSingleton<ViewLog>();
        services
            .AddHttpClient(AgentClient.ClientName, c => c.Timeout = Timeout.InfiniteTimeSpan)
            .ConfigurePrimaryHttpMessageHandler(() =>
                new SocketsHttpHandler
                {
                    AllowAutoRedirect = false,
                    UseProxy = false,
                    ConnectTimeout = TimeSpan.FromSeconds(5),
                }
            )
            .RemoveAllLoggers();
        services.AddSingleton<AgentFiles>();
        services.AddSingleton<SegmentGrants>();
        services.AddSingleton<LiveRelay>();
        services.AddSingleton<Features.Evaluation.EvaluationParts>();
        services.AddSingleton(s => new AgentClient(
            s.GetRequiredService<IHttpClientFactory>().CreateClient(AgentClient.ClientName),
            s.GetRequiredService<FloorStore>(),
            s.GetRequiredService<TimeProvider>()
        ));
    }

    private static void AddAccounts(IServiceCollection services, DashboardOptions options)
    {
        services.AddSingleton<IAccountStore>(s => new RememberingAccountStore(new SqlAccountStore(s.GetRequiredService<Database>())));
        services.AddSingleton<IAuditStore>(s => new WaitingAuditStore(
            new SqlAuditStore(s.GetRequiredService<Database>()),
            s.GetRequiredService<HistoryOutbox>()
        ));
        services.AddSingleton(new Passwords(Passwords.Rounds));
        services.AddSingleton<FirstPassword>();
        services.AddSingleton<IEndedLoginStore>(s => new WaitingEndedLoginStore(
            new SqlEndedLoginStore(s.GetRequiredService<Database>()),
            s.GetRequiredService<HistoryOutbox>()
        ));
        services.AddSingleton<LoginSessions>();
        services.AddSingleton<AccessGate>();
        services.AddSingleton<LoginService>();
        services.AddSingleton<UserService>();
        services.AddScoped<ShareService>();
        services.AddScoped<ActService>();
        services.AddScoped<ApprovalService>();
        services.AddDataProtection().SetApplicationName("ExamMonitor.Dashboard");
        services.Configure<KeyManagementOptions>(k => k.XmlRepository = new PrivateKeyRing(Path.Combine(options.DataFolder, "keys")));
        services
            .AddAuthentication(CookieAuthenticationDefaults.AuthenticationScheme)
            .AddCookie(c =>
            {
                c.Cookie.Name = "exam-monitor";
                c.Cookie.HttpOnly = true;
                c.Cookie.SameSite = SameSiteMode.Lax;
                c.Cookie.SecurePolicy = options.Tls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
                c.ExpireTimeSpan = options.SessionLength;
                c.SlidingExpiration = true;
                c.LoginPath = "/login";
                c.AccessDeniedPath = "/denied";
                c.ReturnUrlParameter = "back";
                c.Events.OnValidatePrincipal = LoginGate.ValidateAsync;
                c.Events.OnRedirectToLogin = LoginGate.RedirectOrRefuse(StatusCodes.Status401Unauthorized);
                c.Events.OnRedirectToAccessDenied = LoginGate.RedirectOrRefuse(StatusCodes.Status403Forbidden);
            });
        var authorization = services.AddAuthorizationBuilder();
        foreach (var policy in Policy.Every)
            authorization.AddPolicy(policy, p => p.RequireRole(Policy.RolesOf(policy)));
        services.AddScoped<AuthenticationStateProvider, OpenPageCheck>();
        services.AddCascadingAuthenticationState();
        services.AddAntiforgery(a =>
        {
            a.Cookie.Name = "exam-monitor-form";
            a.Cookie.SecurePolicy = options.Tls ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        });
        services.AddRateLimiter(r =>
        {
            r.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            r.AddPolicy(
                AccountRoutes.LoginLimit,
                http =>
                    RateLimitPartition.GetFixedWindowLimiter(
                        http.Connection.RemoteIpAddress,
                        _ => new FixedWindowRateLimiterOptions { PermitLimit = 40, Window = TimeSpan.FromMinutes(1) }
                    )
            );
            // An agent asks twice a minute at most; one address may stand for a whole school behind a proxy.
            r.AddPolicy(
                WitnessEndpoint.Limit,
                http =>
                    RateLimitPartition.GetTokenBucketLimiter(
                        http.Connection.RemoteIpAddress,
                        _ => new TokenBucketRateLimiterOptions
                        {
                            TokenLimit = 120,
                            TokensPerPeriod = 60,
                            ReplenishmentPeriod = TimeSpan.FromMinutes(1),
                            QueueLimit = 0,
                        }
                    )
            );
        });
    }

    private static void AddPages(IServiceCollection services)
    {
        services.AddLocalization();
        // Files of packages come under their fingerprint without a compressed copy. Pages are not compressed: they hold tokens (BREACH).
        services.AddResponseCompression(c =>
        {
            c.EnableForHttps = true;
            c.MimeTypes = ["text/css", "text/javascript", "application/javascript"];
        });
        services.AddRadzenComponents();
        services.AddRazorComponents().AddInteractiveServerComponents();
        services.Configure<RequestLocalizationOptions>(l =>
        {
            l.SetDefaultCulture(Languages.All[0]).AddSupportedCultures(Languages.All).AddSupportedUICultures(Languages.All);
            l.RequestCultureProviders = [new CookieRequestCultureProvider(), new AcceptLanguageHeaderRequestCultureProvider()];
        });
    }

    private static void Use(WebApplication app, DashboardOptions options)
    {
        if (options.Proxies.Count > 0)
            app.UseForwardedHeaders(ForwardedBy(options.Proxies));
        if (options.Tls)
            app.UseHsts();
        app.Use(SecureHeaders.AddAsync);
        app.UseResponseCompression();
        app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(15), KeepAliveTimeout = TimeSpan.FromSeconds(15) });
        app.UseRequestLocalization();
        app.UseWhen(
            FailurePages.IsPage,
            page =>
            {
                page.UseExceptionHandler("/problem/500", createScopeForErrors: true);
                page.UseStatusCodePagesWithReExecute("/problem/{0}", createScopeForStatusCodePages: true);
            }
        );
        app.UseWhen(FailurePages.IsForm, form => form.Use(FailurePages.LeadToPageAsync));
        app.Use(FailurePages.SayDatabaseAwayAsync);
        app.UseRouting();
        app.UseAuthentication();
        app.Use(app.Services.GetRequiredService<AccessGate>().HandleAsync);
        app.UseAuthorization();
        app.UseRateLimiter();
        app.UseAntiforgery();
        app.MapStaticAssets();
        app.MapGet("/health/live", () => Results.Text("live", "text/plain")).AllowAnonymous();
        AccountRoutes.Map(app);
        MediaProxy.Map(app);
        ScheduleRoutes.Map(app);
        Features.Evaluation.EvaluationRoutes.Map(app);
        WitnessRoutes.Map(app);
        WitnessEndpoint.Map(app);
        RetentionRoutes.Map(app);
        Features.SetUp.SetUpRoutes.Map(app);
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(r => r.ContentSecurityFrameAncestorsPolicy = null);
    }

    /// <summary>
    /// Believes the named proxies alone: whoever else writes such a header, this computer's own programs included, is not believed.
    /// </summary>
    private static ForwardedHeadersOptions ForwardedBy(IEnumerable<string> proxies)
    {
        var forwarded = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
        };
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var proxy in proxies)
        {
            if (System.Net.IPAddress.TryParse(proxy, out var address))
                forwarded.KnownProxies.Add(address);
            else
                forwarded.KnownIPNetworks.Add(System.Net.IPNetwork.Parse(proxy));
        }

        return forwarded;
    }
}
