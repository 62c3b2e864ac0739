using ExamMonitor.Contracts;

namespace ExamMonitor.Footage.Tiers;

/// <summary>Enters what happened on the second tier into the ledger, each thing once. Whoever has no ledger (a command beside a working agent) leaves it to the agent.</summary>
/// <param name="context">Context.</param>
/// <param name="ledger">Ledger; null for none.</param>
internal sealed class TierNotes(TierContext context, ITierLedger? ledger)
{
    private const int Batch = 100;

    private readonly Lock _gate = new();
    private HashSet<string>? _entered;
    private bool _failed;

    /// <summary>Enters everything that waits. One caller at a time; others wait. After a failure nothing more is entered by this pass: it is not known what stands there.</summary>
    /// <returns>Whether nothing waits any more.</returns>
    public bool Drain()
    {
        lock (_gate)
        {
            if (_failed) return false;
            _failed = true;
            var done = DrainAll();
            _failed = false;
            return done;
        }
    }

    private bool DrainAll()
    {
        while (true)
        {
            var waiting = context.Index.Read(q => q.TierNotes(Batch));
            if (waiting.Count == 0) return true;
            if (ledger is null) return false;
            // A crash between entry and note leaves at most a batch of notes that were entered.
            _entered ??= [.. ledger.NewestIds()];
            foreach (var note in waiting.Where(n => _entered.Add(n.Id)))
                ledger.Append(note.Kind, note.Room is { } room ? RoomId.Of(room) : null, note.Camera is { } camera ? CameraId.Of(camera) : null, note.Facts);
            context.Index.Write(t =>
            {
                foreach (var note in waiting) t.DropTierNote(note.Id);
            });
        }
    }
}
