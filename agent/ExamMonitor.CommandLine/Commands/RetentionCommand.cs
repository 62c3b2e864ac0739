using System.CommandLine;
using System.Globalization;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Retention;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>
/// What is kept and let go: <c>plan</c>, <c>sweep</c>, <c>approve</c>, <c>register</c>, <c>statement</c>, <c>forecast</c>.
/// </summary>
internal static class RetentionCommand
{
    /// <summary><c>plan</c>.</summary>
    public static Command CreatePlan()
    {
        var discard = new Option<bool>("--discard") { Description = "Only what may go." };
        var limit = new Option<int>("--limit") { Description = "Segments to show, 1 to 500.", DefaultValueFactory = _ => 100 };
        var json = AskingCommand.Json();
        return new Command(
            "plan",
            """
            Says what a sweep would let go now and what it keeps, each with the reason. Changes nothing.

            Example:
              exam-monitor-agent plan --discard --config agent.yaml
            """
        )
        {
            discard,
            limit,
            json,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var query = string.Create(
                    CultureInfo.InvariantCulture,
                    $"?limit={ask.Result.GetValue(limit)}{(ask.Result.GetValue(discard) ? "&discard=true" : string.Empty)}"
                );
                var plan = await ask
                    .Client.GetAsync<RetentionPlanPage>(AgentApi.RetentionPlan + query, cancellationToken)
                    .ConfigureAwait(false);
                if (ask.Result.GetValue(json))
                {
                    await ask.WriteJsonAsync(plan).ConfigureAwait(false);
                    return ExitCode.Ok;
                }

                await ask.WriteZoneAsync().ConfigureAwait(false);
                if (plan.NothingIsDestroyed is { } why)
                    await ask.Output.WriteLineAsync($"Nothing is destroyed: {why.En}").ConfigureAwait(false);
                foreach (var s in plan.Sums)
                    await ask
                        .Output.WriteLineAsync(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"{(s.Discard ? "may go" : "kept"), -7} {s.Class, -5} {s.ReasonCode, -15} {s.Segments, 9} segments {s.SizeBytes / 1e9, 10:0.00} GB"
                            )
                        )
                        .ConfigureAwait(false);
                foreach (var s in plan.Segments)
                    await ask
                        .Output.WriteLineAsync($"{(s.Discard ? "GO  " : "keep")} {s.Room}/{s.Camera} {ask.At(s.Start)}  {s.Reason.En}")
                        .ConfigureAwait(false);
                await ask.Output.WriteLineAsync($"Digest: {plan.Digest}").ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    /// <summary><c>sweep</c> and <c>approve</c>.</summary>
    public static IEnumerable<Command> CreateActs()
    {
        var (person, reason) = (AskingCommand.Person(), AskingCommand.Reason(required: true));
        yield return new Command(
            "sweep",
            """
            Lets go now what the law and the site let go, without waiting for the night. Exam footage that needs two approvals and has not got them stays.

            Example:
              exam-monitor-agent sweep --person "Li Lei" --reason "before maintenance" --config agent.yaml
            """
        )
        {
            person,
            reason,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var r = await ask
                    .Client.PostAsync<SweepResult>(
                        AgentApi.Sweep,
                        null,
                        AskingCommand.PersonOf(ask.Result, person, reason),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await ask
                    .Output.WriteLineAsync(
                        r.NothingIsDestroyed is { } why
                            ? $"Nothing was destroyed: {why.En}"
                            : string.Create(
                                CultureInfo.InvariantCulture,
                                $"{r.Destroyed} segments were destroyed ({r.DestroyedBytes / 1e9:0.00} GB); {r.Waiting} wait for approval."
                            )
                    )
                    .ConfigureAwait(false);
                return r.NothingIsDestroyed is null ? ExitCode.Ok : ExitCode.Failed;
            }
        );

        var digest = new Argument<string>("digest") { Description = "Digest of the plan that was looked at, as 'plan' prints it." };
        var (approver, why) = (AskingCommand.Person(), AskingCommand.Reason(required: true));
        yield return new Command("approve", "Approves the destruction of exam footage whose window has ended; two different persons must.")
        {
            digest,
            approver,
            why,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                using var body = AgentClient.Json(new ApprovalRequest(ask.Result.GetValue(digest)!));
                var approval = await ask
                    .Client.PostAsync<PlanApproval>(
                        AgentApi.Approval,
                        body,
                        AskingCommand.PersonOf(ask.Result, approver, why),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await ask
                    .Output.WriteLineAsync(
                        approval.Missing == 0
                            ? "Approved: the next sweep carries it out."
                            : string.Create(
                                CultureInfo.InvariantCulture,
                                $"Approved by {string.Join(", ", approval.ApprovedBy)}; {approval.Missing} more must."
                            )
                    )
                    .ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    /// <summary><c>register</c>.</summary>
    public static Command CreateRegister()
    {
        var csv = new Option<bool>("--csv") { Description = "The whole register as CSV." };
        var limit = new Option<int>("--limit") { Description = "Entries to show, 1 to 500.", DefaultValueFactory = _ => 100 };
        return new Command("register", "The register of destructions: what went, why it was allowed, when, and by whom; newest first.")
        {
            csv,
            limit,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                if (ask.Result.GetValue(csv))
                {
                    await ask
                        .Output.WriteAsync(await ask.Client.GetTextAsync(AgentApi.RegisterCsv, cancellationToken).ConfigureAwait(false))
                        .ConfigureAwait(false);
                    return ExitCode.Ok;
                }

                var page = await ask
                    .Client.GetAsync<DestructionPage>(
                        string.Create(CultureInfo.InvariantCulture, $"{AgentApi.Register}?limit={ask.Result.GetValue(limit)}"),
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await ask.WriteZoneAsync().ConfigureAwait(false);
                foreach (var e in page.Entries)
                    await ask
                        .Output.WriteLineAsync(
                            $"{e.Number, 8} {ask.At(e.At)} {e.Room}/{e.Camera} {ask.At(e.Start)} {e.Rule} by {e.By}: {e.Reason.En}"
                        )
                        .ConfigureAwait(false);
                await ask
                    .Output.WriteLineAsync(
                        page.Entries.Count == 0 ? "Nothing was ever destroyed."
                        : page.Next is null ? "That is all."
                        : "There are older entries: --csv gives all."
                    )
                    .ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    /// <summary><c>statement</c>.</summary>
    public static Command CreateStatement()
    {
        var id = new Argument<string?>("id")
        {
            Description = "Statement to print; left out, they are listed.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        return new Command("statement", "Signed statements of what is held, one per day, room and batch.") { id }.Asks(
            async (ask, cancellationToken) =>
            {
                if (ask.Result.GetValue(id) is { } one)
                {
                    await ask
                        .Output.WriteAsync(
                            await ask
                                .Client.GetTextAsync(AgentApi.Statement(Uri.EscapeDataString(one)), cancellationToken)
                                .ConfigureAwait(false)
                        )
                        .ConfigureAwait(false);
                    return ExitCode.Ok;
                }

                var statements = await ask
                    .Client.GetAsync<IReadOnlyList<StatementEntry>>(AgentApi.Statements, cancellationToken)
                    .ConfigureAwait(false);
                foreach (var s in statements)
                    await ask.Output.WriteLineAsync(s.Id).ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    /// <summary><c>forecast</c>.</summary>
    public static Command CreateForecast()
    {
        var cameras = new Option<int?>("--cameras") { Description = "Cameras: plans a site without an agent." };
        var mbps = new Option<double>("--mbps") { Description = "Megabits a second of one camera.", DefaultValueFactory = _ => 4 };
        var hours = new Option<double>("--hours-per-week")
        {
            Description = "Exam hours a week, with their margins.",
            DefaultValueFactory = _ => 16,
        };
        var profiles = new Option<string[]>("--profile")
        {
            Description = "Law profile; may be given several times. Left out, five years.",
            AllowMultipleArgumentsPerToken = true,
        };
        var command = new Command(
            "forecast",
            """
            Until when does the volume hold what the law asks to keep? With --cameras: how much space would such a site need?

            Examples:
              exam-monitor-agent forecast --config agent.yaml
              exam-monitor-agent forecast --cameras 16 --mbps 4 --hours-per-week 16 --profile shandong-rules
            """
        )
        {
            cameras,
            mbps,
            hours,
            profiles,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var forecast = await ask.Client.GetAsync<CapacityForecast>(AgentApi.Forecast, cancellationToken).ConfigureAwait(false);
                await ask.Output.WriteLineAsync(forecast.Text.En).ConfigureAwait(false);
                foreach (var c in forecast.Cameras)
                    await ask
                        .Output.WriteLineAsync(
                            string.Create(
                                CultureInfo.InvariantCulture,
                                $"  {c.Room}/{c.Camera}: {(c.BytesPerHour is { } rate ? $"{(rate / 1e9).ToString("0.00", CultureInfo.InvariantCulture)} GB/h" : "measured too little")}, {c.ExamHours:0.#} h a week"
                            )
                        )
                        .ConfigureAwait(false);
                return forecast is { IsKnown: true, BreachDate: null } ? ExitCode.Ok : ExitCode.Failed;
            }
        );
        var asks = command.Action!;
        command.SetAction(
            async (result, cancellationToken) =>
                result.GetValue(cameras) is { } number
                    ? await PlanSiteAsync(result, number, mbps, hours, profiles).ConfigureAwait(false)
                    : await ((System.CommandLine.Invocation.AsynchronousCommandLineAction)asks)
                        .InvokeAsync(result, cancellationToken)
                        .ConfigureAwait(false)
        );
        return command;
    }

    private static async Task<int> PlanSiteAsync(
        ParseResult result,
        int cameras,
        Option<double> mbps,
        Option<double> hours,
        Option<string[]> profiles
    )
    {
        var console = result.InvocationConfiguration;
        var rules = RetentionRulesReader.Combine(new SiteRetention { Profiles = result.GetValue(profiles) ?? [] });
        foreach (var finding in rules.Findings)
            await console.Error.WriteLineAsync(finding.ToString()).ConfigureAwait(false);
        if (rules.Findings.Count > 0)
            return ExitCode.BadInput;
        try
        {
            var need = Forecast.Calculate(
                cameras,
                result.GetValue(mbps),
                result.GetValue(hours),
                [.. rules.Rules.Exam.Select(r => r.Rule.Window).OfType<CalendarPeriod>()]
            );
            await console
                .Output.WriteLineAsync(
                    string.Create(CultureInfo.InvariantCulture, $"{need.BytesPerWeek / 1e9:0.0} GB of exam footage a week.")
                )
                .ConfigureAwait(false);
            foreach (var (window, bytes) in need.Windows)
                await console
                    .Output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{window}: {bytes / 1e12:0.00} TB"))
                    .ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (ArgumentOutOfRangeException e)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.BadInput;
        }
    }
}
