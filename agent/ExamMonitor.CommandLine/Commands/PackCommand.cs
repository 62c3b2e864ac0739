using System.CommandLine;
using System.Globalization;
using ExamMonitor.Contracts.Evaluation;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>pack</c>: an evidence pack of a session or a draw, downloaded from the running agent.</summary>
internal static class PackCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var sessions = new Argument<string[]>("sessions") { Description = "Exam sessions.", Arity = ArgumentArity.ZeroOrMore };
        var draw = new Option<string?>("--draw") { Description = "Draw whose units are packed, with its record." };
        var evaluation = new Option<string?>("--evaluation")
        {
            Description = "Everything of an evaluation: id of a draw, of a session, or of a batch.",
        };
        var to = new Option<FileInfo>("--out", "-o")
        {
            Description = "Archive to write. One that was broken off is continued.",
            Required = true,
        };
        var pack = new Option<string?>("--pack")
        {
            Description = "Pack that was made before: continue its download instead of making another.",
        };
        var (person, reason) = (AskingCommand.Person(), AskingCommand.Reason(required: true));
        return new Command(
            "pack",
            """
            Makes an evidence pack: footage bit for bit, proofs, calibration, lanes, schedule, register, findings and scores, with a page that verifies it from disk.

            Example:
              exam-monitor-agent pack 2026-1121-AM --out evidence.zip --person "Wang Fang" --reason "renewal 2026" --config agent.yaml
            """
        )
        {
            sessions,
            draw,
            evaluation,
            to,
            pack,
            person,
            reason,
        }.Asks(
            async (ask, cancellationToken) =>
            {
                var (r, file) = (ask.Result, ask.Result.GetValue(to)!);
                var ids = r.GetValue(sessions)!
                    .Select(s =>
                        ExamSessionId.TryParse(s, null, out var id) ? id : throw new AgentAnswerException($"\"{s}\" is no session id.")
                    )
                    .ToList();
                var made = r.GetValue(pack) is { } known
                    ? (
                        await ask.Client.GetAsync<IReadOnlyList<PackSummary>>(EvaluationApi.Packs, cancellationToken).ConfigureAwait(false)
                    ).FirstOrDefault(p => p.Id == known)
                        ?? throw new AgentAnswerException($"The agent has no pack {known} any more; make it again.")
                    : await MakeAsync(
                            ask,
                            new(ids, r.GetValue(draw), Evaluation: r.GetValue(evaluation)),
                            AskingCommand.PersonOf(r, person, reason),
                            cancellationToken
                        )
                        .ConfigureAwait(false);
                await ask
                    .Output.WriteLineAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"Pack {made.Id}: {made.SizeBytes:N0} bytes, {made.Clips} clips{(made.Missing > 0 ? $", {made.Missing} missing" : string.Empty)}; entry {made.Entry} of the ledger pins it."
                        )
                    )
                    .ConfigureAwait(false);
                await ask
                    .Client.DownloadAsync(
                        EvaluationApi.Pack(made.Id),
                        file,
                        made.SizeBytes,
                        resume: r.GetValue(pack) is not null,
                        cancellationToken
                    )
                    .ConfigureAwait(false);
                await ask
                    .Output.WriteLineAsync($"Written to {file.FullName}. Verify it: exam-monitor-verify {file.Name} --key KEY")
                    .ConfigureAwait(false);
                return ExitCode.Ok;
            }
        );
    }

    private static async Task<PackSummary> MakeAsync(
        Asking ask,
        PackRequest request,
        Contracts.Api.ActingPerson person,
        CancellationToken cancellationToken
    )
    {
        using var body = AgentClient.Json(request);
        var made = await ask.Client.PostAsync<PackSummary>(EvaluationApi.Packs, body, person, cancellationToken).ConfigureAwait(false);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        while (made.State == PackState.Making && await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
            made = await ask.Client.GetAsync<PackSummary>(EvaluationApi.PackState(made.Id), cancellationToken).ConfigureAwait(false);
        return made.State == PackState.Ready ? made : throw new AgentAnswerException(made.Fault?.En ?? "The pack could not be made.");
    }
}
