using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>What a stand-in agent holds for evaluators: no draw, two packs (of the session that is over, and of the one that lies ahead), findings
/// and marks that were recorded.</summary>
internal sealed class FakeEvaluation
{
    private readonly List<SampleFinding> _findings = [];
    private readonly List<ScoreMarks> _scores = [];

    /// <summary>Answers before a pack that is asked for is ready.</summary>
    public int MakesFor { get; set; }

    public FakeEvaluation(FakeAgent agent, WebApplication app, TimeProvider time)
    {
        PackSummary Of(string id, Contracts.Sessions.ExamSession s) => new(id, time.GetUtcNow(), "kim", "Renewal", 1 << 20, 12, 0, 41, PackState.Ready, [new(s.Id, s.Room, s.Start, s.End)]);
        IReadOnlyList<PackSummary> Packs() => [Of("PONE", agent.Schedule.Over), Of("PTWO", agent.Schedule.Ahead)];
        app.MapGet(EvaluationApi.Draws, () => FakeRecords.Json<IReadOnlyList<DrawRecord>>([]));
        app.MapGet(EvaluationApi.Draws + "/{draw}", () => FakeRecords.Problem(404, "There is no draw of this id."));
        app.MapGet(EvaluationApi.Findings, () => FakeRecords.Json<IReadOnlyList<SampleFinding>>(_findings));
        app.MapGet(EvaluationApi.Scores, () => FakeRecords.Json<IReadOnlyList<ScoreMarks>>(_scores));
        app.MapPost(EvaluationApi.Findings, async (HttpContext http) =>
        {
            var finding = (await System.Text.Json.JsonSerializer.DeserializeAsync<SampleFindingRequest>(http.Request.Body, ContractJson.Options))!;
            return agent.Act(http, person =>
            {
                _findings.Add(new($"F{_findings.Count}", time.GetUtcNow(), person.Name, 42, finding));
                return FakeRecords.Json(_findings[^1]);
            });
        });
        app.MapPost(EvaluationApi.Scores, async (HttpContext http) =>
        {
            var marks = (await System.Text.Json.JsonSerializer.DeserializeAsync<ScoreMarksRequest>(http.Request.Body, ContractJson.Options))!;
            return agent.Act(http, person =>
            {
                _scores.Add(new($"S{_scores.Count}", time.GetUtcNow(), person.Name, 43, marks));
                return FakeRecords.Json(_scores[^1]);
            });
        });
        app.MapGet(EvaluationApi.Packs, () => FakeRecords.Json(Packs()));
        app.MapPost(EvaluationApi.PackSizes, () => FakeRecords.Json(new PackSize(12, 3 << 20, 2, 1)));
        app.MapPost(EvaluationApi.Packs, (HttpContext http) => agent.Act(http, _ => FakeRecords.Json(
            Packs()[0] with { Id = "PNEW", State = MakesFor > 0 ? PackState.Making : PackState.Ready }, MakesFor > 0 ? 202 : 200)));
        app.MapGet(EvaluationApi.Packs + "/{pack}.zip", (string pack) => Packs().Any(p => p.Id == pack) ? Results.Bytes(new byte[64], "application/zip") : Results.NotFound());
        app.MapGet(EvaluationApi.Packs + "/{pack}", (string pack) => pack == "PNEW" ? FakeRecords.Json(Packs()[0] with { Id = pack, State = MakesFor-- > 0 ? PackState.Making : PackState.Ready })
            : Packs().FirstOrDefault(p => p.Id == pack) is { } found ? FakeRecords.Json(found) : FakeRecords.Problem(404, "No."));
    }
}
