using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Retention.Tiers;

namespace ExamMonitor.Preservation.Tiers;

/// <summary>Enters what happens on the archive tier into the volume's ledger.</summary>
internal sealed class VolumeTierLedger(VolumeLedger ledger, TimeProvider time) : ITierLedger
{
    private const int AtOnce = 4096;

    /// <inheritdoc/>
    public void Append(string kind, RoomId? room, CameraId? camera, IReadOnlyDictionary<string, string> facts)
    {
        ledger.Log.Append(LedgerEntry.Format(kind, time.GetUtcNow(), room, camera, facts));
        // The file goes right after: behind a head, so that a crash in between leaves no absence that nobody signed for.
        if (kind == "local-removed")
            ledger.Log.Sign(time.GetUtcNow());
    }

    /// <inheritdoc/>
    public void Refused(long no) =>
        ledger.Report(new(LedgerDamage.UnprovedNote, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"tier_notes/{no}")));

    /// <inheritdoc/>
    public IReadOnlySet<string> Standing(IReadOnlyCollection<string> paths) => ledger.Standing(paths);

    /// <inheritdoc/>
    public void RefusedGarbage(string path) => ledger.Report(new(LedgerDamage.UnprovedGarbage, path.Length <= 200 ? path : path[..200]));

    /// <inheritdoc/>
    public IReadOnlySet<string> Entered(IReadOnlyCollection<string> ids, long from)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        for (
            var number = Math.Clamp(from, 0, ledger.Log.Size);
            ledger.Log.ReadSome(number, AtOnce) is { Count: > 0 } some;
            number += some.Count
        )
        {
            found.UnionWith(
                some.Where(e => e.AsSpan().IndexOf("\"id\""u8) >= 0)
                    .Select(e => LedgerEntry.Parse(e)?.Facts?.GetValueOrDefault("id"))
                    .OfType<string>()
                    .Where(ids.Contains)
            );
        }

        return found;
    }

    /// <inheritdoc/>
    public bool TakesUntagged => ledger.Log.IsOfBeforeTags;
}
