using ExamMonitor.Agent.Broker;
using ExamMonitor.Agent.Keeping;
using ExamMonitor.Agent.Problems;
using ExamMonitor.Agent.Publishing;
using ExamMonitor.Agent.Readiness;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Agent.Sessions;
using ExamMonitor.Footage;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Agent.Hosting;

/// <summary>The parts of a running agent. Opened in one order, closed by <see cref="AgentLifecycle"/> in the other.</summary>
internal sealed class AgentRuntime
{
    /// <summary>A head is never published over a newer one: signing and telling of cosignatures take turns.</summary>
    private readonly Lock _publishing = new();

    /// <summary>Rooms at work.</summary>
    public required IReadOnlyList<RoomRuntime> Rooms { get; init; }

    /// <summary>One teller per room.</summary>
    public required IReadOnlyList<RoomTeller> Tellers { get; init; }

    /// <summary>Archive.</summary>
    public required FootageArchive Archive { get; init; }

    /// <summary>Root folder of the footage volume.</summary>
    public required string VolumePath { get; init; }

    /// <summary>Publisher.</summary>
    public required Publisher Publisher { get; init; }

    /// <summary>Problems.</summary>
    public required ProblemDesk Desk { get; init; }

    /// <summary>Pictures kept with problems.</summary>
    public required EvidenceStore Evidence { get; init; }

    /// <summary>Broker.</summary>
    public required BrokerAccess Broker { get; init; }

    /// <summary>Exam schedule.</summary>
    public required SessionDesk Sessions { get; init; }

    /// <summary>What is kept, held and let go.</summary>
    public required RetentionDesk Retention { get; init; }

    /// <summary>Who signed which map.</summary>
    public required CalibrationBook Calibrations { get; init; }

    /// <summary>What retention says.</summary>
    public KeepingDesk Keeping { get; set; } = null!;

    /// <summary>Is the room ready?</summary>
    public ReadinessDesk Readiness { get; set; } = null!;

    /// <summary>Do stations and number plates belong together?</summary>
    public Plates.PlateDesk Plates { get; set; } = null!;

    /// <summary>What the import of the configured schedule file gave; null without one.</summary>
    public Contracts.Sessions.ScheduleImport? ScheduleFileResult { get; set; }

    /// <summary>Whether the volume is there and takes writes.</summary>
    public required Keeping.VolumeWatch Volume { get; init; }

    /// <summary>What is known of the footage of sessions.</summary>
    public SessionFootage SessionFootage => field ??= new(this);

    /// <summary>Ledger of the volume.</summary>
    public required VolumeLedger Ledger { get; init; }

    /// <summary>Reading the archive again.</summary>
    public required ScrubDesk Scrub { get; init; }

    /// <summary>Time stamps; null when no authority is configured.</summary>
    public AnchorDesk? Anchor { get; init; }

    /// <summary>Witnesses; null when none is configured.</summary>
    public Witnessing.WitnessingService? Witnessing { get; init; }

    /// <summary>Copying to the second tier; null for none.</summary>
    public Tiers.TierService? Tier { get; set; }

    /// <summary>Sources of problems that are not about one room.</summary>
    public IList<Func<DateTimeOffset, IEnumerable<Observation>>> AgentWideSources { get; } = [];

    /// <summary>Everything that is wrong with the agent as a whole.</summary>
    public IEnumerable<Observation> AgentWide(DateTimeOffset now) => AgentWideSources.SelectMany(s => s(now));

    /// <summary>Signs the ledger's head when something changed, and publishes it.</summary>
    public void PublishCheckpoint(AgentIdentity identity)
    {
        lock (_publishing) Publish(identity, Sign());
    }

    /// <summary>Publishes the newest head again when it got cosignatures since it was published.</summary>
    public void PublishCosigned(AgentIdentity identity)
    {
        lock (_publishing) Publish(identity, Ledger.NewestIfCosigned());
    }

    private void Publish(AgentIdentity identity, Contracts.Messages.LedgerCheckpoint? checkpoint)
    {
        if (checkpoint is null) return;
        Publisher.SetState(identity.Topics.Checkpoints, checkpoint);
        Publisher.SetState(identity.Topics.AgentCheckpoint(identity.Agent), checkpoint);
    }

    private Contracts.Messages.LedgerCheckpoint? Sign()
    {
        try
        {
            return Ledger.SignIfChanged();
        }
        catch (IOException e) when (Archive.NoteFailure(e))
        {
            // A full disk has given room for the head.
            return Ledger.SignIfChanged();
        }
    }

    /// <summary>A room; null when there is none of that id.</summary>
    public RoomRuntime? Find(RoomId room) => Rooms.FirstOrDefault(r => r.Id == room);
}
