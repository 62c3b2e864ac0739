using System.Globalization;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Storage;
using Microsoft.AspNetCore.Mvc;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>The form that acknowledges an alarm, and the heads as a file for <c>exam-monitor-verify --head</c>.</summary>
internal static class WitnessRoutes
{
    /// <summary>Shortest and longest reason, characters.</summary>
    public const int ShortestReason = 5;

    /// <inheritdoc cref="ShortestReason"/>
    public const int LongestReason = 500;

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapPost("/ledger/acknowledge", AcknowledgeAsync).RequireAuthorization(Policy.Witness);
        app.MapGet("/ledger/{site}/{agent}/head.txt", HeadAsync).RequireAuthorization();
    }

    private static async Task<IResult> AcknowledgeAsync(
        HttpContext http,
        LedgerWitness witness,
        IWitnessStore store,
        IAuditStore audit,
        TimeProvider time,
        [FromForm] long alarm,
        [FromForm] string reason = ""
    )
    {
        reason = reason.Trim();
        if (reason.Length is < ShortestReason or > LongestReason || reason.Any(char.IsControl))
            return Results.LocalRedirect("/ledger?problem=reason");
        var scopes = Scopes.Of(http.User);
        if (
            !(await store.AlarmsAsync(LedgerWitness.AlarmsRead, http.RequestAborted).ConfigureAwait(false)).Any(a =>
                a.Id == alarm && scopes.AllowsSite(a.Site)
            )
        )
            return Results.LocalRedirect("/ledger?problem=gone");
        var who = http.User.Identity?.Name ?? "?";
        var remote = string.Create(CultureInfo.InvariantCulture, $"{http.Connection.RemoteIpAddress}");
        // The act is written down before it is done: an acknowledgement without its record must not be.
        await audit
            .AddAsync(
                new(
                    time.GetUtcNow(),
                    who,
                    "witness-acknowledged",
                    string.Create(CultureInfo.InvariantCulture, $"#{alarm}: {reason}"),
                    remote
                ),
                http.RequestAborted
            )
            .ConfigureAwait(false);
        return Results.LocalRedirect(
            await witness.AcknowledgeAsync(alarm, who, reason, CancellationToken.None).ConfigureAwait(false) is null
                ? "/ledger?problem=gone"
                : "/ledger"
        );
    }

    private static async Task<IResult> HeadAsync(
        HttpContext http,
        IWitnessStore store,
        CheckpointCosigner cosigner,
        string site,
        string agent
    )
    {
        if (
            !SiteId.TryParse(site, null, out var siteId)
            || !AgentId.TryParse(agent, null, out var agentId)
            || !Scopes.Of(http.User).AllowsSite(siteId)
        )
            return Results.NotFound();
        var pin = (await store.PinsAsync(http.RequestAborted).ConfigureAwait(false)).FirstOrDefault(p =>
            p.Site == siteId && p.Agent == agentId
        );
        if (pin?.Head is not { } note)
            return Results.NotFound();
        var cosigned = await cosigner.FindAsync(Checkpoint.OriginOf(siteId, agentId), http.RequestAborted).ConfigureAwait(false);
        return Results.File(
            Encoding.UTF8.GetBytes(WithCosignature(note, cosigned)),
            "text/plain; charset=utf-8",
            $"head-{site}-{agent}.txt"
        );
    }

    /// <summary>The proved head; with this dashboard's cosignature when it is the one that was cosigned last.</summary>
    private static string WithCosignature(string note, CosignedHead? cosigned) =>
        cosigned is not null
        && SignedNote.TryParse(note, out var proved)
        && SignedNote.TryParse(cosigned.Note, out var own)
        && string.Equals(proved.Text, own.Text, StringComparison.Ordinal)
            ? cosigned.Note
            : note;
}
