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
    /// answer <see cref="PackSummary"/>: 200 when it is ready, 202 while it is made.</summary>
    public const string Packs = AgentApi.Root + "/packs";

    /// <summary>POST: how large a pack would be; body <see cref="PackRequest"/>, answer <see cref="PackSize"/>. Nothing is made.</summary>
    public const string PackSizes = Packs + "/size";

    /// <summary><see cref="PackSummary"/> of a pack that was asked for, also while it is made.</summary>
    public static string PackState(string pack) => $"{Packs}/{pack}";

    /// <summary>The pack; byte ranges.</summary>
    public static string Pack(string pack) => $"{Packs}/{pack}.zip";

    /// <summary>GET: list of <see cref="RedactedCopySummary"/>, newest first. POST: makes a copy with blurred regions; body
    /// <see cref="RedactedCopyRequest"/>, needs a reason; answer <see cref="RedactedCopySummary"/>: 200 when it is ready, 202 while it is
    /// made.</summary>
    public const string Copies = AgentApi.Root + "/copies";

    /// <summary>The copy; byte ranges.</summary>
    public static string Copy(string copy) => $"{Copies}/{copy}.mp4";

    /// <summary>Report of an evaluation (draw, session or batch): PDF in <c>zh</c> or <c>en</c>.</summary>
    public static string Report(string evaluation, string language) =>
        $"{AgentApi.Root}/evaluation/reports/{evaluation}.pdf?language={language}";

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
/// <param name="Evaluation">Everything of an evaluation: id of a draw, of a session, or of a batch with all its sessions that are over;
/// null for none.</param>
public sealed record PackRequest(
    IReadOnlyList<ExamSessionId> Sessions,
    string? Draw = null,
    DateTimeOffset? From = null,
    DateTimeOffset? To = null,
    IReadOnlyList<CameraId>? Cameras = null,
    string? Evaluation = null
);

/// <summary>How large a pack would be.</summary>
/// <param name="Clips">Clips in it.</param>
/// <param name="Bytes">About its size: the clips to the byte, what comes with them estimated.</param>
/// <param name="Away">Clips that are brought back from the archive tier first.</param>
/// <param name="Parts">Samples or sessions in it.</param>
public sealed record PackSize(int Clips, long Bytes, int Away, int Parts);

/// <summary>How far a pack is.</summary>
public enum PackState
{
    /// <summary>It can be downloaded.</summary>
    Ready,

    /// <summary>It is made; also after a restart of the agent.</summary>
    Making,

    /// <summary>It could not be made; <see cref="PackSummary.Fault"/> says why.</summary>
    Failed,
}

/// <summary>A stretch of a room that a pack holds.</summary>
/// <param name="Session">Session.</param>
/// <param name="Room">Room.</param>
/// <param name="From">UTC.</param>
/// <param name="To">UTC, exclusive.</param>
public sealed record PackStretch(ExamSessionId Session, RoomId Room, DateTimeOffset From, DateTimeOffset To);

/// <summary>A pack that was asked for.</summary>
/// <param name="Id">Id.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="MadeBy">Who asked for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="SizeBytes">Size of the archive; 0 while it is made.</param>
/// <param name="Clips">Clips in it.</param>
/// <param name="Missing">Clips that the ledger knows and the pack does not hold.</param>
/// <param name="Entry">Entry of the ledger that pins it; -1 while it is made.</param>
/// <param name="State">How far it is.</param>
/// <param name="Stretches">What it holds.</param>
/// <param name="Fault">Why it could not be made; null for none.</param>
public sealed record PackSummary(
    string Id,
    DateTimeOffset MadeAt,
    string MadeBy,
    string Reason,
    long SizeBytes,
    int Clips,
    int Missing,
    long Entry,
    PackState State = PackState.Ready,
    IReadOnlyList<PackStretch>? Stretches = null,
    LocalText? Fault = null
);
