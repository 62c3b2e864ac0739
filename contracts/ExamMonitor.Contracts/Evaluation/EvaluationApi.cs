using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Contracts.Evaluation;

/// <summary>Routes of the agent's API for evaluators: draws, findings, scores, packs. Every write needs
/// <see cref="ActingPerson"/>.</summary>
public static class EvaluationApi
{
    /// <summary>GET: list of <see cref="Draws.DrawRecord"/>, newest first. POST: opens a draw; body <see cref="Draws.DrawRequest"/>, needs
    /// a reason; answer <see cref="DrawOpened"/>.</summary>
    public const string Draws = AgentApi.Root + "/draws";

    /// <summary><see cref="Contracts.Draws.DrawRecord"/>.</summary>
    public static string Draw(string draw) => $"{Draws}/{draw}";

    /// <summary>POST: the evaluator's number; body <see cref="Contracts.Draws.DrawNumber"/>; answer
    /// <see cref="Contracts.Draws.DrawRecord"/>; 409 when the draw was made already, or the agent was started anew since the
    /// opening.</summary>
    public static string Number(string draw) => $"{Draw(draw)}/number";

    /// <summary>POST: replaces a unit by the next of its stratum; body <see cref="Contracts.Draws.DrawReplacementRequest"/>, needs a
    /// reason; answer <see cref="Contracts.Draws.DrawRecord"/>.</summary>
    public static string Replacements(string draw) => $"{Draw(draw)}/replacements";

    /// <summary>The population's lines, to the byte.</summary>
    public static string Population(string draw) => $"{Draw(draw)}/population.jsonl";

    /// <summary>GET: list of <see cref="SampleFinding"/>, in order of time; query <c>session</c>. POST: records one; body
    /// <see cref="SampleFindingRequest"/>.</summary>
    public const string Findings = AgentApi.Root + "/evaluation/findings";

    /// <summary>GET: list of <see cref="ScoreMarks"/>, in order of time; query <c>evaluation</c>. POST: records one; body
    /// <see cref="ScoreMarksRequest"/>.</summary>
    public const string Scores = AgentApi.Root + "/evaluation/scores";

    /// <summary>GET: list of <see cref="PackSummary"/>, newest first. POST: makes a pack; body <see cref="PackRequest"/>, needs a reason;
    /// answer <see cref="PackSummary"/>.</summary>
    public const string Packs = AgentApi.Root + "/packs";

    /// <summary>The pack; byte ranges.</summary>
    public static string Pack(string pack) => $"{Packs}/{pack}.zip";

    /// <summary>Record sheet of a session: PDF with the newest signed head.</summary>
    public static string RecordSheet(ExamSessionId session) => $"{AgentApi.Session(session)}/record.pdf";
}

/// <summary>A draw that waits for its number.</summary>
/// <param name="Record">The draw, without a result.</param>
/// <param name="Units">Units of the population.</param>
/// <param name="Sample">How many are drawn.</param>
/// <param name="Confidence">What the sample buys, [0, 1].</param>
/// <param name="Text">The same in a sentence.</param>
public sealed record DrawOpened(Draws.DrawRecord Record, int Units, int Sample, double Confidence, LocalText Text);

/// <summary>What goes into a pack.</summary>
/// <param name="Sessions">Sessions; may be empty when a draw is named.</param>
/// <param name="Draw">Draw whose units are packed, with its record; null for none.</param>
/// <param name="From">Only from here on, UTC; null for the whole session.</param>
/// <param name="To">Only up to here, UTC, exclusive; null for the whole session.</param>
/// <param name="Cameras">Only these cameras; null for all of the room.</param>
public sealed record PackRequest(
    IReadOnlyList<ExamSessionId> Sessions, string? Draw = null, DateTimeOffset? From = null, DateTimeOffset? To = null,
        IReadOnlyList<CameraId>? Cameras = null);

/// <summary>A pack that can be downloaded.</summary>
/// <param name="Id">Id.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="MadeBy">Who asked for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="SizeBytes">Size of the archive.</param>
/// <param name="Clips">Clips in it.</param>
/// <param name="Missing">Clips that the ledger knows and the pack does not hold.</param>
/// <param name="Entry">Entry of the ledger that pins it.</param>
public sealed record PackSummary(string Id, DateTimeOffset MadeAt, string MadeBy, string Reason, long SizeBytes, int Clips, int Missing,
    long Entry);
