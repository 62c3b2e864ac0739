using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Evaluation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>What a stand-in agent holds for evaluators: a draw of one sample when it is asked for, two packs (of the session that is over,
/// and of the one that lies ahead), findings and marks that were recorded.</summary>
internal sealed class FakeEvaluation
{
    private readonly List<SampleFinding> _findings = [];
    private readonly List<ScoreMarks> _scores = [];

    public const string Draw = "DDRAWN";

    private readonly FakeAgent _agent;

    /// <summary>Whether a draw was made of the session that is over.</summary>
    public bool HasDraw { get; set; }

    /// <summary>Clips of what a pack would hold.</summary>
    public int Clips { get; set; } = 12;

    /// <summary>Whether packs are refused, in both languages.</summary>
    public bool Refuses { get; set; }

    /// <summary>Answers before a pack that is asked for is ready.</summary>
    public int MakesFor { get; set; }

    public FakeEvaluation(FakeAgent agent, WebApplication app, TimeProvider time)
    {
        _agent = agent;
        PackSummary Of(string id, Contracts.Sessions.ExamSession s) =>
            new(id, time.GetUtcNow(), "kim", "Renewal", 1 << 20, 12, 0, 41, PackState.Ready, [new(s.Id, s.Room, s.Start, s.End)]);
        IReadOnlyList<PackSummary> Packs() => [Of("PONE", agent.Schedule.Over), Of("PTWO", agent.Schedule.Ahead)];
        app.MapGet(EvaluationApi.Draws, () => FakeRecords.Json<IReadOnlyList<DrawRecord>>(HasDraw ? [Record] : []));
        app.MapGet(
            EvaluationApi.Draws + "/{draw}",
            (string draw) => HasDraw && draw == Draw ? FakeRecords.Json(Record) : FakeRecords.Problem(404, "There is no draw of this id.")
        );
        app.MapGet(
            EvaluationApi.Draws + "/{draw}/population.jsonl",
            () => Results.Bytes(DrawPopulation.Format(Units), "application/jsonl")
        );
        app.MapGet(EvaluationApi.Findings, () => FakeRecords.Json<IReadOnlyList<SampleFinding>>(_findings));
        app.MapGet(EvaluationApi.Scores, () => FakeRecords.Json<IReadOnlyList<ScoreMarks>>(_scores));
        app.MapPost(
            EvaluationApi.Findings,
            async (HttpContext http) =>
            {
                var finding = (
                    await System.Text.Json.JsonSerializer.DeserializeAsync<SampleFindingRequest>(http.Request.Body, ContractJson.Options)
                )!;
                return agent.Act(
                    http,
                    person =>
                    {
                        _findings.Add(new($"F{_findings.Count}", time.GetUtcNow(), person.Name, 42, finding));
                        return FakeRecords.Json(_findings[^1]);
                    }
                );
            }
        );
        app.MapPost(
            EvaluationApi.Scores,
            async (HttpContext http) =>
            {
                var marks = (
                    await System.Text.Json.JsonSerializer.DeserializeAsync<ScoreMarksRequest>(http.Request.Body, ContractJson.Options)
                )!;
                return agent.Act(
                    http,
                    person =>
                    {
                        _scores.Add(new($"S{_scores.Count}", time.GetUtcNow(), person.Name, 43, marks));
                        return FakeRecords.Json(_scores[^1]);
                    }
                );
            }
        );
        app.MapGet(EvaluationApi.Packs, () => FakeRecords.Json(Packs()));
        app.MapPost(EvaluationApi.PackSizes, () => FakeRecords.Json(new PackSize(Clips, Clips << 18, Clips == 0 ? 0 : 2, 1)));
        app.MapPost(
            EvaluationApi.Packs,
            (HttpContext http) =>
                agent.Act(
                    http,
                    _ =>
                        Refuses
                            ? Results.Problem(
                                "The ledger signs no head at present.",
                                statusCode: 409,
                                extensions: new Dictionary<string, object?>
                                {
                                    [Contracts.Api.AgentApi.ProblemDetailZh] = "账本目前无法签名。",
                                }
                            )
                            : FakeRecords.Json(
                                Packs()[0] with
                                {
                                    Id = "PNEW",
                                    State = MakesFor > 0 ? PackState.Making : PackState.Ready,
                                },
                                MakesFor > 0 ? 202 : 200
                            )
                )
        );
        app.MapGet(
            EvaluationApi.Packs + "/{pack}.zip",
            (string pack) => Packs().Any(p => p.Id == pack) ? Results.Bytes(new byte[64], "application/zip") : Results.NotFound()
        );
        app.MapGet(
            EvaluationApi.Packs + "/{pack}",
            (string pack) =>
                pack == "PNEW"
                    ? FakeRecords.Json(Packs()[0] with { Id = pack, State = MakesFor-- > 0 ? PackState.Making : PackState.Ready })
                : Packs().FirstOrDefault(p => p.Id == pack) is { } found ? FakeRecords.Json(found)
                : FakeRecords.Problem(404, "No.")
        );
    }

    private IReadOnlyList<DrawUnit> Units => DrawPopulation.Of([_agent.Schedule.Over], [DrawDimension.Batch], 1, _ => []);

    private DrawRecord Record
    {
        get
        {
            var over = _agent.Schedule.Over;
            var plan = DrawPlan.Of(new(over.Start.AddDays(-1), over.End.AddDays(1), [DrawDimension.Batch], 5, 95), Units);
            var nothing = new string('0', 64);
            return new(
                DrawRecord.SchemaName,
                Draw,
                plan.Format(),
                nothing,
                nothing,
                over.End,
                "kim",
                40,
                "",
                "4711",
                nothing,
                nothing,
                over.End,
                "kim",
                41,
                [new(Units[0].Id, Units[0].Stratum, 1)],
                [],
                0
            );
        }
    }
}
