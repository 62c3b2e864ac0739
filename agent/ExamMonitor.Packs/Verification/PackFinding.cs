using System.Text.Json;

namespace ExamMonitor.Packs.Verification;

/// <summary>What a verification of a pack finds. The names, in kebab case, stand in docs/protocol/pack.md.</summary>
public enum PackFindingKind
{
    /// <summary>It is no pack that can be read without danger.</summary>
    ContainerHostile,

    /// <summary>It is a copy with blurred regions, and no pack.</summary>
    RedactedCopy,

    /// <summary>The list of hashes is not there, or is none.</summary>
    ListMissing,

    /// <summary>The list of hashes is not the one that the ledger pins.</summary>
    ListChanged,

    /// <summary>A file of the list is not there.</summary>
    FileMissing,

    /// <summary>A file is there that the list does not know.</summary>
    FileAdded,

    /// <summary>A file is not what the list says, and is of no kind that has a name of its own.</summary>
    FileChanged,

    /// <summary>What the pack says it holds was changed, or cannot be read.</summary>
    FactsChanged,

    /// <summary>A clip is not there, and nothing explains that.</summary>
    ClipMissing,

    /// <summary>A clip's bytes are not those that the ledger holds.</summary>
    ClipChanged,

    /// <summary>A clip's bytes are those of another clip.</summary>
    ClipSwapped,

    /// <summary>The pack states another camera, time or entry of a clip than the ledger.</summary>
    ClipMislabelled,

    /// <summary>A gap of the ledger is not listed.</summary>
    GapMissing,

    /// <summary>A gap is listed with other times or another cause than in the ledger.</summary>
    GapChanged,

    /// <summary>A camera's entries leave a hole, or do not reach over the time that was asked for: something between was left
    /// out.</summary>
    OrderBroken,

    /// <summary>Day lines are not those that the ledger pins.</summary>
    DayLinesChanged,

    /// <summary>Lanes were changed.</summary>
    LanesChanged,

    /// <summary>A lane says recorded where no camera of the room has footage.</summary>
    LanesContradicted,

    /// <summary>A map or reference picture is not the one that was signed.</summary>
    CalibrationChanged,

    /// <summary>The schedule is not the one that the ledger pins.</summary>
    ScheduleChanged,

    /// <summary>What is said of a session was changed.</summary>
    SessionsChanged,

    /// <summary>A line of the register of destructions is not that of its entry.</summary>
    RegisterChanged,

    /// <summary>Exam footage was let go, and not two persons approved that.</summary>
    ApprovalMissing,

    /// <summary>The record of the draw was changed.</summary>
    DrawChanged,

    /// <summary>The population of the draw is not the one that was fixed before.</summary>
    PopulationChanged,

    /// <summary>The draw, repeated, gives something else, or is not what the ledger holds.</summary>
    DrawNotRepeated,

    /// <summary>A unit was replaced without a reason, or not by the next.</summary>
    ReplacementUnfounded,

    /// <summary>Findings of the evaluators were changed.</summary>
    FindingsChanged,

    /// <summary>Scores were changed.</summary>
    ScoresChanged,

    /// <summary>The page that verifies from disk was changed. What it shows is not to be believed.</summary>
    PageChanged,

    /// <summary>The instructions were changed.</summary>
    InstructionsChanged,

    /// <summary>The key in the pack was changed.</summary>
    KeyChanged,

    /// <summary>An entry that the pack names is not there.</summary>
    EntryMissing,

    /// <summary>An entry does not stand below the head.</summary>
    EntryUnproved,

    /// <summary>The entry that pins the pack is not there, is none, or does not stand below the head.</summary>
    ExportUnproved,

    /// <summary>The head is not there, or is none.</summary>
    HeadUnreadable,

    /// <summary>The head is not signed by the key.</summary>
    HeadNotSigned,

    /// <summary>The key in the pack is not the one that was given.</summary>
    WrongKey,

    /// <summary>An older head of the pack is not proved to be the beginning.</summary>
    ConsistencyBroken,

    /// <summary>A line of a witness that is trusted does not hold.</summary>
    CosignatureWrong,

    /// <summary>A head from outside is not of the history that the pack shows.</summary>
    Forked,
}

/// <summary>Something that does not hold.</summary>
/// <param name="Kind">What.</param>
/// <param name="Subject">Where: a path, an entry, a camera.</param>
/// <param name="Text">The sentence for a person.</param>
public sealed record PackFinding(PackFindingKind Kind, string Subject, string Text)
{
    /// <summary>Name in kebab case.</summary>
    public string Name => NameOf(Kind);

    /// <summary>Name of a kind.</summary>
    public static string NameOf(PackFindingKind kind) => JsonNamingPolicy.KebabCaseLower.ConvertName(kind.ToString());
}
