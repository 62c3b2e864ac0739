using ExamMonitor.Contracts.Messages;
using ExamMonitor.Hosting;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;

namespace ExamMonitor.Preservation.Heads;

/// <summary>Signs the ledger's head and publishes it, so that it leaves the machine. Thread-safe.</summary>
/// <param name="ledger">Ledger.</param>
/// <param name="archive">Makes room on a full disk.</param>
/// <param name="publisher">Where it goes.</param>
/// <param name="identity">Who this is.</param>
internal sealed class CheckpointPublisher(VolumeLedger ledger, FootageArchive archive, Publisher publisher, AgentIdentity identity)
{
    /// <summary>A head is never published over a newer one: signing and publishing of cosignatures take turns.</summary>
    private readonly Lock _publishing = new();

    /// <summary>Signs the head when something changed, and publishes it.</summary>
    /// <exception cref="IOException">The volume took no head; the next call tries again.</exception>
    public void Publish()
    {
        lock (_publishing)
            Publish(Sign());
    }

    /// <summary>Publishes the newest head again when it got cosignatures since it was published.</summary>
    public void PublishCosigned()
    {
        lock (_publishing)
            Publish(ledger.NewestIfCosigned());
    }

    private void Publish(LedgerCheckpoint? checkpoint)
    {
        if (checkpoint is null)
            return;
        publisher.SetState(identity.Topics.Checkpoints, checkpoint);
        publisher.SetState(identity.Topics.AgentCheckpoint(identity.Agent), checkpoint);
    }

    private LedgerCheckpoint? Sign()
    {
        try
        {
            return ledger.SignIfChanged();
        }
        catch (IOException e) when (archive.NoteFailure(e))
        {
            // A full disk has given room for the head.
            return ledger.SignIfChanged();
        }
    }
}
