using ExamMonitor.Contracts;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// Enters what happened on the archive tier into the ledger, each thing once. Whoever has no ledger (a command beside a working agent)
/// leaves it to the agent.
/// </summary>
/// <param name="context">Context.</param>
/// <param name="ledger">Ledger; null for none.</param>
internal sealed class TierNotes(TierContext context, ITierLedger? ledger)
{
    private const int Batch = 100;

    private readonly Lock _gate = new();

    /// <summary>What happens on a tier, and is entered. Holds, destructions and all else have their own way into the ledger.</summary>
    private static readonly HashSet<string> Kinds = new(
        ["archived", "archive-extended", "archive-destroyed", "local-removed", "restored"],
        StringComparer.Ordinal
    );

    private bool _told;
    private bool _failed;

    /// <summary>
    /// Enters everything that waits. One caller at a time; others wait. After a failure nothing more is entered by this pass: it is not
    /// known what stands there.
    /// </summary>
    /// <returns>Whether nothing waits any more.</returns>
    public bool Drain()
    {
        lock (_gate)
        {
            if (_failed)
                return false;
            _failed = true;
            var done = DrainAll();
            _failed = false;
            return done;
        }
    }

    /// <summary>The ledger; null for none.</summary>
    public ITierLedger? Ledger => ledger;

    private bool DrainAll()
    {
        while (true)
        {
            TellRefused();
            var waiting = context.Index.Read(q => q.TierNotes(Batch));
            if (waiting.Count == 0)
                return true;
            if (ledger is null)
                return false;
            if (waiting.Where(n => !IsOurs(n)).ToList() is { Count: > 0 } foreign)
            {
                Refuse(foreign);
                continue;
            }

            // A crash between entry and note leaves notes that were entered; an old one that somebody put there again was, too.
            var entered = ledger
                .Entered([.. waiting.Select(n => n.Id)], waiting.Min(TierNoteTags.AfterOf))
                .ToHashSet(StringComparer.Ordinal);
            foreach (var note in waiting.Where(n => entered.Add(n.Id)))
                ledger.Append(
                    note.Kind,
                    note.Room is { } room ? RoomId.Of(room) : null,
                    note.Camera is { } camera ? CameraId.Of(camera) : null,
                    note.Facts
                );
            context.Index.Write(t =>
            {
                foreach (var note in waiting)
                    t.DropTierNote(note.Id);
            });
        }
    }

    private bool IsOurs(TierNote note) =>
        Kinds.Contains(note.Kind) && (note.Tag is null ? ledger!.TakesUntagged : context.Tags?.Check(note) == true);

    private void Refuse(List<TierNote> foreign)
    {
        context.Index.Write(t =>
        {
            foreach (var note in foreign)
                t.RefuseTierNote(note.No);
        });
        _told = false;
    }

    /// <summary>What was refused is told at every start until a person has taken it out of the index.</summary>
    private void TellRefused()
    {
        if (_told || ledger is null)
            return;
        foreach (var note in context.Index.Read(q => q.RefusedTierNotes(Batch)))
        {
            context.Logger.TierNoteRefused(note.No);
            ledger.Refused(note.No);
        }

        _told = true;
    }
}
