using System.Net;
using System.Text.RegularExpressions;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>The whole dashboard over HTTP, without broker, agent and browser.</summary>
public sealed partial class BareDashboard : IAsyncLifetime
{
    public const string Password = "a password of my own";

    private readonly TempFolder _folder = new();
    private WebApplication? _app;

    internal Action<Microsoft.Extensions.DependencyInjection.IServiceCollection>? Services { get; init; }

    internal IReadOnlyDictionary<string, string?>? Settings { get; init; }

    internal string DataFolder => _folder["data"];

    internal string[] More { get; init; } = [];

    internal Action<WebApplication>? Before { get; init; }

    internal Uri Address => new(_app!.Urls.First());

    public async ValueTask InitializeAsync()
    {
        _app = await DashboardApplication.CreateAsync(
            ["--link", _folder["none.json"], "--data", _folder["data"], "--urls", "http://127.0.0.1:0", .. More],
            s =>
            {
                QuickPasswords.Use(s);
                Services?.Invoke(s);
            },
            CancellationToken.None,
            Settings
        );
        Before?.Invoke(_app);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null)
        {
            await _app.StopAsync();
            await _app.DisposeAsync();
        }

        _folder.Dispose();
    }

    internal T Service<T>()
        where T : notnull => _app!.Services.GetRequiredService<T>();

    internal async Task AddAsync(string name, Role role, string scopes = "*", bool mustChange = false)
    {
        Assert.True(Scopes.TryParse(scopes, out var where));
        Assert.True(
            await Service<IAccountStore>()
                .AddAsync(
                    new(
                        0,
                        name,
                        Service<Passwords>().Hash(Password),
                        role,
                        where,
                        Passwords.NewStamp(),
                        mustChange,
                        false,
                        0,
                        DateTimeOffset.UnixEpoch,
                        DateTimeOffset.UnixEpoch
                    ),
                    CancellationToken.None
                )
        );
    }

    /// <summary>A visitor who follows no redirect and keeps cookies.</summary>
    internal HttpClient Visitor(CookieContainer? cookies = null) =>
        new(
            new HttpClientHandler
            {
                AllowAutoRedirect = false,
                CookieContainer = cookies ?? new(),
                CheckCertificateRevocationList = true,
            }
        )
        {
            BaseAddress = Address,
        };

    internal async Task<(HttpClient Client, CookieContainer Cookies)> LogInAsync(string name, string password = Password)
    {
        var cookies = new CookieContainer();
        var client = Visitor(cookies);
        using var answer = await PostLogInAsync(client, name, password);
        return (client, cookies);
    }

    /// <summary>Sends the log-in form as a browser does.</summary>
    internal static async Task<HttpResponseMessage> PostLogInAsync(
        HttpClient client,
        string name,
        string password,
        Action<HttpRequestMessage>? change = null
    )
    {
        var token = await TokenAsync(client, "/login");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/account/log-in")
        {
            Content = new FormUrlEncodedContent([new("__RequestVerificationToken", token), new("user", name), new("password", password)]),
        };
        change?.Invoke(request);
        return await client.SendAsync(request);
    }

    internal static async Task<string> TokenAsync(HttpClient client, string page) =>
        TokenField().Match(await client.GetStringAsync(page)).Groups["token"].Value;

    [GeneratedRegex(
        "name=\"__RequestVerificationToken\" value=\"(?<token>[^\"]+)\"",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex TokenField();
}
