using System.Globalization;
using System.Text;
using ExamMonitor.Dashboard.Witnessing;
using Microsoft.AspNetCore.StaticAssets;

namespace ExamMonitor.Dashboard.Accounts;

/// <summary>
/// Every route, who may use it, and where. What stands here holds; what does not stand here is refused (<see cref="AccessGate"/>), whatever
/// it is mapped with. docs/access.md prints it.
/// </summary>
internal static class AccessTable
{
    /// <summary>Stands for every file of the pages: style sheets, scripts, pictures of their own.</summary>
    public const string Files = "(files of the pages)";

    /// <summary>The table.</summary>
    public static IReadOnlyList<AccessRule> Rules { get; } =
    [
        Open("GET HEAD", Files),
        Open("GET", "/health/live"),
        Open("GET HEAD POST", "/login"),
        Open("GET HEAD POST", "/share"),
        Open("GET HEAD POST", "/denied"),
        Open("GET HEAD POST", "/problem/{Code:int}"),
        Open("GET", "/language/{culture}"),
        Open("POST", "/account/log-in"),
        Open("POST", "/account/log-out"),
        Open("POST", WitnessEndpoint.Prefix + "/add-checkpoint"),
        Open("GET", WitnessEndpoint.Prefix + "/{hash:length(64)}/checkpoint"),
        new("GET HEAD POST", "/account/password", AccessRight.AnyAccount, null, AccessScope.None) { OfOneEvaluation = true },
        Any("*", "/_blazor", AccessScope.Narrowed) with
        {
            OfOneEvaluation = true,
        },
        Any("*", "/_blazor/negotiate", AccessScope.None) with
        {
            OfOneEvaluation = true,
        },
        Any("*", "/_blazor/disconnect/", AccessScope.None) with
        {
            OfOneEvaluation = true,
        },
        Any("*", "/_blazor/initializers/", AccessScope.None) with
        {
            OfOneEvaluation = true,
        },
        Any("GET", "/_framework/opaque-redirect", AccessScope.None) with
        {
            OfOneEvaluation = true,
        },
        Page("/", AccessScope.Narrowed),
        Page("/rooms/{SiteText}/{RoomText}", AccessScope.Room),
        Page("/problems", AccessScope.Narrowed),
        Page("/about", AccessScope.Narrowed),
        Page("/ledger", AccessScope.Narrowed),
        Page("/readiness", AccessScope.Narrowed),
        Page("/sessions", AccessScope.Narrowed),
        Page("/sessions/{SiteText}/{AgentText}/{SessionText}", AccessScope.Narrowed),
        Page("/wall", AccessScope.Narrowed, Policy.Live),
        Page("/wall/{SiteText}/{RoomText}", AccessScope.Room, Policy.Live),
        Page("/cameras/{SiteText}/{RoomText}/{CameraText}", AccessScope.Room, Policy.Live),
        Page("/sessions/import", AccessScope.Narrowed, Policy.Schedule),
        Page("/sessions/new", AccessScope.Narrowed, Policy.Schedule),
        Page("/sessions/edit/{SiteText}/{AgentText}/{SessionText}", AccessScope.Narrowed, Policy.Schedule),
        Page("/retention", AccessScope.Narrowed, Policy.Recordings),
        Page("/retention/plan", AccessScope.Narrowed, Policy.Recordings),
        Page("/retention/holds", AccessScope.Narrowed, Policy.Recordings),
        Page("/retention/register", AccessScope.Narrowed, Policy.Recordings),
        Page("/retention/statements", AccessScope.Narrowed, Policy.Recordings),
        Page("/evaluation", AccessScope.Narrowed, Policy.Evaluation),
        Page("/evaluation/samples/{SiteText}/{AgentText}/{EvaluationText}", AccessScope.Narrowed, Policy.Samples) with
        {
            OfOneEvaluation = true,
        },
        Page("/evaluation/watch/{SiteText}/{AgentText}/{SessionText}", AccessScope.Narrowed, Policy.Recordings) with
        {
            OfOneEvaluation = true,
        },
        Page("/evaluation/score/{SiteText}/{AgentText}/{EvaluationText}", AccessScope.Narrowed, Policy.Evaluation) with
        {
            OfOneEvaluation = true,
        },
        Page("/set-up", AccessScope.Narrowed, Policy.SetUp),
        Page("/set-up/{SiteText}/{AgentText}/{RoomText}", AccessScope.Room, Policy.SetUp),
        Page("/users", AccessScope.Narrowed, Policy.Users),
        Page("/record", AccessScope.Narrowed, Policy.Users),
        // Live pictures need Live; recordings below the same route need Recordings, which the proxy asks for each address.
        Of("GET HEAD CONNECT", "/media/{site}/{agent}/rooms/{room}/cameras/{camera}/{**tail}", AccessScope.Room, Policy.Live) with
        {
            OfOneEvaluation = true,
        },
        // Trying and finding cameras asks addresses that a person types: the proxy takes it for the whole site alone.
        Of("GET POST PUT DELETE", "/set-up/{site}/{agent}/rooms/{room}/api/{**tail}", AccessScope.Room, Policy.SetUp),
        Any("GET", "/sessions/{site}/{agent}/schedule.{form}", AccessScope.Site),
        Any("GET", "/ledger/{site}/{agent}/head.txt", AccessScope.Site) with
        {
            OfOneEvaluation = true,
        },
        Any("GET", "/ledger/{site}/{agent}/key.pem", AccessScope.Site) with
        {
            OfOneEvaluation = true,
        },
        Any("GET", "/ledger/{site}/{agent}/entries/{number:long}/entry.json", AccessScope.Site),
        Any("GET", "/ledger/{site}/{agent}/entries/{number:long}/inclusion.txt", AccessScope.Site),
        Of("GET", "/evaluation/{site}/{agent}/packs/{pack}.zip", AccessScope.Site, Policy.Samples) with
        {
            OfOneEvaluation = true,
        },
        Of("GET", "/evaluation/{site}/{agent}/copies/{copy}.mp4", AccessScope.Site, Policy.Evaluation) with
        {
            OfOneEvaluation = true,
        },
        Of("GET", "/evaluation/{site}/{agent}/draws/{draw}/population.jsonl", AccessScope.Site, Policy.Samples) with
        {
            OfOneEvaluation = true,
        },
        Of("GET", "/evaluation/{site}/{agent}/report/{evaluation}.pdf", AccessScope.Site, Policy.Evaluation) with
        {
            OfOneEvaluation = true,
        },
        Of("GET", "/sessions/{site}/{agent}/{session}/record.pdf", AccessScope.Site, Policy.Evaluation),
        Of("GET", "/retention/{site}/{agent}/register.csv", AccessScope.Narrowed, Policy.Recordings),
        Of("GET", "/retention/{site}/{agent}/statements/{id}", AccessScope.Narrowed, Policy.Recordings),
        Of("POST", "/ledger/acknowledge", AccessScope.Narrowed, Policy.Witness),
        Of("POST", "/users/add", AccessScope.Narrowed, Policy.Users),
        Of("POST", "/users/change", AccessScope.Narrowed, Policy.Users),
    ];

    /// <summary>The rule for a mapped endpoint and a method; null when none stands in the table.</summary>
    public static AccessRule? Find(Endpoint endpoint, string method)
    {
        var route = RouteOf(endpoint);
        if (route is null)
            return null;
        return Rules.FirstOrDefault(r => r.Takes(method) && string.Equals(Shape(r.Route), Shape(route), StringComparison.Ordinal));
    }

    /// <summary>The route of an endpoint as the table names it; null for one that has none.</summary>
    public static string? RouteOf(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<StaticAssetDescriptor>() is not null ? Files : (endpoint as RouteEndpoint)?.RoutePattern.RawText;

    /// <summary>The table for docs/access.md.</summary>
    public static string Print()
    {
        var text = new StringBuilder("| method | route | who | where | one evaluation |\n|---|---|---|---|---|\n");
        foreach (var r in Rules)
        {
            var who = r.Right switch
            {
                AccessRight.Anyone => "everybody",
                AccessRight.AnyAccount => "every account, also before its first change of password",
                AccessRight.Account => "every account",
                _ => string.Join(", ", Accounts.Policy.RolesOf(r.Policy!)),
            };
            var where = r.Scope switch
            {
                AccessScope.None => "–",
                AccessScope.Site => "the whole site in scope",
                AccessScope.Room => "the room in scope",
                _ => "shows what is in scope",
            };
            text.Append(
                CultureInfo.InvariantCulture,
                $"| {r.Methods} | `{r.Route}` | {who} | {where} | {(r.Right == AccessRight.Anyone || r.OfOneEvaluation ? "yes" : "–")} |\n"
            );
        }

        return text.ToString();
    }

    private static string Shape(string route) => route.Trim('/');

    private static AccessRule Open(string methods, string route) => new(methods, route, AccessRight.Anyone, null, AccessScope.None);

    private static AccessRule Any(string methods, string route, AccessScope scope) => new(methods, route, AccessRight.Account, null, scope);

    private static AccessRule Of(string methods, string route, AccessScope scope, string policy) =>
        new(methods, route, AccessRight.Role, policy, scope);

    // Pages answer a form's POST as well; none of ours takes one.
    private static AccessRule Page(string route, AccessScope scope, string? policy = null) =>
        new("GET HEAD POST", route, policy is null ? AccessRight.Account : AccessRight.Role, policy, scope);
}
