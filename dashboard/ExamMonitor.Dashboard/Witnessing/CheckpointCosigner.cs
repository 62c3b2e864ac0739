using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Transparency;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>Answer of the witness.</summary>
/// <param name="Answer">What.</param>
/// <param name="Line">The cosignature, for <see cref="AddCheckpointAnswer.Cosign"/>; else null.</param>
/// <param name="Latest">Head that was cosigned last before this; null when none was.</param>
internal sealed record CosignAnswer(AddCheckpointAnswer Answer, NoteSignature? Line, TreeHead? Latest);

/// <summary>Cosigns heads that continue what was cosigned before. Thread safe; one step at a time.</summary>
/// <remarks>
/// Order that matters: judge, record on the disk, sign. A crash after the record leaves a head that was not answered for; it may be asked
/// for again with its own size. Recording compares with what was judged, so that of two requests at the same time, in whichever process,
/// one alone is signed. A person's acknowledgement of an alarm changes nothing here: this witness never signs two histories of one origin.
/// </remarks>
internal sealed class CheckpointCosigner(ICosignStore store, WitnessIdentity identity, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    private string Witness => identity.Key.ToString();

    /// <summary>What was cosigned last of a log; null when nothing was.</summary>
    public Task<CosignedHead?> FindAsync(string origin, CancellationToken ct) => store.FindAsync(Witness, origin, ct);

    /// <inheritdoc cref="ICosignStore.FindByHashAsync"/>
    public Task<CosignedHead?> FindByHashAsync(string originHash, CancellationToken ct) => store.FindByHashAsync(Witness, originHash, ct);

    /// <summary>Judges a request and, when everything holds, records the head and cosigns it.</summary>
    /// <param name="request">Request.</param>
    /// <param name="log">The log of its origin; null when it is not known.</param>
    /// <param name="ct">Stops before the head is recorded.</param>
    public async Task<CosignAnswer> AddAsync(AddCheckpointRequest request, KnownLog? log, CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var latest = log is null ? null : await FindAsync(log.Origin, ct).ConfigureAwait(false);
            var answer = AddCheckpointRules.Judge(request, latest?.Head, log is null ? null : log.IsSigned, out var head);
            if (answer != AddCheckpointAnswer.Cosign)
                return new(answer, null, latest?.Head);
            // A witness's time never runs back: an earlier one would be a bound that does not hold.
            var at = latest is not null && latest.At > time.GetUtcNow() ? latest.At : time.GetUtcNow();
            var note = log!.Strip(request.Note);
            var next = new CosignedHead(head!, note.Format(), at);
            if (!await store.TryAdvanceAsync(Witness, latest?.Head, next, ct).ConfigureAwait(false))
                return new(AddCheckpointAnswer.OtherSize, null, (await FindAsync(log.Origin, ct).ConfigureAwait(false))?.Head);
            var line = identity.Signer.Cosign(note.Text, at);
            await store
                .SetNoteAsync(
                    Witness,
                    next with
                    {
                        Note = (note with { Signatures = [.. note.Signatures, line] }).Format(),
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            return new(answer, line, latest?.Head);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();
}
