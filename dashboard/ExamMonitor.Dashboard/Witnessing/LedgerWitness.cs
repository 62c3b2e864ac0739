using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.State;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>
/// Keeps every signed head that agents publish, and alarms when one does not continue what was known. Thread safe; one step at a time.
/// </summary>
/// <remarks>
/// Invariants: a head counts as proved only after a consistency proof from the newest proved one; a head whose proof cannot be got stays
/// unproved, and is asked for again; an alarm stands until a person acknowledges it, also over restarts. The key is pinned at first sight.
/// </remarks>
internal sealed partial class LedgerWitness(IWitnessStore store, FloorStore floor, TimeProvider time, ILogger<LedgerWitness> log)
    : IDisposable
{
    /// <summary>How long a head may be unproved before the floor says so.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    private const int MostUnprovedWithoutKey = 1000;

    /// <summary>Most alarms that are looked at, those that stand first.</summary>
    public const int AlarmsRead = 500;

    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Dictionary<(SiteId Site, AgentId Agent), WitnessPin> _pins = [];
    private bool _loaded;

    /// <summary>The agent whose ledger has this origin, and its pinned key; null when no key is pinned for it.</summary>
    public async Task<(SiteId Site, AgentId Agent, string PublicKey)?> FindAsync(string origin, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        var pin = _pins.Values.FirstOrDefault(p =>
            p.PublicKey is not null && string.Equals(Checkpoint.OriginOf(p.Site, p.Agent), origin, StringComparison.Ordinal)
        );
        return pin is null ? null : (pin.Site, pin.Agent, pin.PublicKey!);
    }

    /// <summary>The newest head of an agent that is proved, and its pinned key; null without one.</summary>
    public async Task<(SignedNote Note, Checkpoint Head, string PublicKey)?> ProvedAsync(SiteId site, AgentId agent, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        return
            PinOf(site, agent) is { PublicKey: { } key, Head: { } text }
            && SignedNote.TryParse(text, out var note)
            && Checkpoint.TryParse(note.Text, out var head)
            ? (note, head, key)
            : null;
    }

    /// <summary>Agents of which something is known.</summary>
    public async Task<IReadOnlyList<(SiteId Site, AgentId Agent)>> AgentsAsync(CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        return [.. _pins.Keys];
    }

    /// <summary>Takes the key that an agent says it signs with: the first is pinned, another one later is an alarm.</summary>
    public async Task HearKeyAsync(SiteId site, AgentId agent, string? publicKey, CancellationToken ct)
    {
        if (publicKey is null || PublicKeyPem.TryRead(publicKey) is not { } heard)
            return;
        using (heard)
        {
            using var _ = await EnterAsync(ct).ConfigureAwait(false);
            var pin = PinOf(site, agent);
            if (pin.PublicKey is null)
            {
                await SetAsync(pin with { PublicKey = publicKey }, ct).ConfigureAwait(false);
                LogPinned(log, site.Text, agent.Text, KeyId(heard));
                return;
            }

            using var known = PublicKeyPem.TryRead(pin.PublicKey)!;
            if (known.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(heard.ExportSubjectPublicKeyInfo()))
                return;
            await AlarmAsync(site, agent, AlarmKind.WrongKey, publicKey, pin.PublicKey, ct).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a head: keeps it, and judges as far as that goes without a proof.</summary>
    public async Task HearAsync(SiteId site, LedgerCheckpoint message, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        var pin = PinOf(site, message.Agent);
        if (
            !Read(message.Note, out var head)
            || head.Size != message.Size
            || head.Root.ToBase64() != message.Root
            || head.Origin != Checkpoint.OriginOf(site, message.Agent)
        )
        {
            await AlarmAsync(site, message.Agent, AlarmKind.Malformed, message.Note, pin.Head, ct).ConfigureAwait(false);
            return;
        }

        if (
            pin.PublicKey is null
            && (await store.CountAsync(site, message.Agent, ct).ConfigureAwait(false)).Unproved >= MostUnprovedWithoutKey
        )
            return;
        if (!_pins.ContainsKey((site, message.Agent)))
            await SetAsync(pin, ct).ConfigureAwait(false);
        // The agent publishes a head again when witnesses cosigned it: it is the same head, and is kept once.
        var text = OwnLines(message.Note, head.Origin);
        var kept = new WitnessedHead(
            site,
            message.Agent,
            Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))),
            head.Size,
            head.Time,
            time.GetUtcNow(),
            text,
            HeadStanding.Unproved
        );
        // A retained message comes again after every connection, and a head comes on two topics.
        if (await store.AddAsync(kept, ct).ConfigureAwait(false) && pin.PublicKey is not null)
            await JudgeAsync(pin, kept, null, ct).ConfigureAwait(false);
        await TellAsync(site, ct).ConfigureAwait(false);
    }

    /// <summary>Takes two heads of one size with two roots, both signed by a log whose key no agent has shown here: an alarm.</summary>
    /// <param name="origin">Origin of the log.</param>
    /// <param name="evidence">Note of the head that was refused.</param>
    /// <param name="known">Note of the head that was cosigned.</param>
    /// <param name="ct">Stops it.</param>
    public async Task HearForkAsync(string origin, string evidence, string? known, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        LogFork(log, origin);
        var (site, agent) = ExternalLog.PlaceOf(origin);
        await AlarmAsync(site, agent, AlarmKind.Forked, evidence, known, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// The proof that the next unproved head of an agent needs; null when there is none, or nothing can be proved without a key.
    /// </summary>
    public async Task<(WitnessedHead Head, long From, long To)?> NextAsync(SiteId site, AgentId agent, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        var pin = PinOf(site, agent);
        if (pin.PublicKey is null || await store.NextUnprovedAsync(site, agent, ct).ConfigureAwait(false) is not { } next)
            return null;
        var (from, to) = RangeOf(pin, next);
        return (next, from, to);
    }

    /// <summary>
    /// Judges an unproved head by the proof that <see cref="NextAsync"/> named. A proof for what is no longer the newest known head judges
    /// nothing.
    /// </summary>
    public async Task ProveAsync((WitnessedHead Head, long From, long To) asked, IReadOnlyList<TreeHash> proof, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        var pin = PinOf(asked.Head.Site, asked.Head.Agent);
        if (pin.PublicKey is null || RangeOf(pin, asked.Head) != (asked.From, asked.To))
            return;
        await JudgeAsync(pin, asked.Head, proof, ct).ConfigureAwait(false);
        await TellAsync(asked.Head.Site, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Notes that a person dealt with an alarm. From then on the newest words of the agent are the beginning: its next head, and for
    /// another key its next key.
    /// </summary>
    /// <returns>The alarm; null when it did not stand.</returns>
    public async Task<WitnessAlarm?> AcknowledgeAsync(long id, string who, string reason, CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        if (
            (await store.AlarmsAsync(AlarmsRead, ct).ConfigureAwait(false)).FirstOrDefault(a => a.Id == id && a.AcknowledgedAt is null)
            is not { } alarm
        )
            return null;
        if (!await store.AcknowledgeAsync(id, who, reason, time.GetUtcNow(), ct).ConfigureAwait(false))
            return null;
        var pin = PinOf(alarm.Site, alarm.Agent);
        if (alarm.Kind == AlarmKind.WrongKey)
            await SetAsync(pin with { PublicKey = PublicKeyPem.TryRead(alarm.Evidence) is null ? null : alarm.Evidence, Head = null }, ct)
                .ConfigureAwait(false);
        else if (alarm.Kind != AlarmKind.Malformed)
            await SetAsync(pin with { Head = null }, ct).ConfigureAwait(false);
        await TellAsync(alarm.Site, ct).ConfigureAwait(false);
        return alarm;
    }

    /// <summary>Shows what stands: alarms, and heads that could not be proved for too long.</summary>
    public async Task TellAllAsync(CancellationToken ct)
    {
        using var _ = await EnterAsync(ct).ConfigureAwait(false);
        foreach (var site in _pins.Keys.Select(k => k.Site).Distinct().ToList())
            await TellAsync(site, ct).ConfigureAwait(false);
    }

    /// <summary>
    /// First 16 hexadecimal digits of SHA-256 over the key's SubjectPublicKeyInfo: what <c>exam-monitor-verify</c> prints.
    /// </summary>
    public static string? KeyId(string? publicKey)
    {
        using var key = publicKey is null ? null : PublicKeyPem.TryRead(publicKey);
        return key is null ? null : KeyId(key);
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private static string KeyId(ECDsa key) => Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()).AsSpan(0, 8));

    private static bool Read(string note, out Checkpoint head)
    {
        head = null!;
        return SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out head!);
    }

    private static string OwnLines(string note, string origin) =>
        SignedNote.TryParse(note, out var signed) && signed.Signatures.Any(s => string.Equals(s.Name, origin, StringComparison.Ordinal))
            ? (
                signed with
                {
                    Signatures = [.. signed.Signatures.Where(s => string.Equals(s.Name, origin, StringComparison.Ordinal))],
                }
            ).Format()
            : note;

    private static (long From, long To) RangeOf(WitnessPin pin, WitnessedHead next)
    {
        var known = pin.Head is { } note && Read(note, out var head) ? head.Size : 0;
        return (Math.Min(known, next.Size), Math.Max(known, next.Size));
    }

    private async Task<Turn> EnterAsync(CancellationToken ct)
    {
        await _turn.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!_loaded)
            {
                foreach (var pin in await store.PinsAsync(ct).ConfigureAwait(false))
                    _pins[(pin.Site, pin.Agent)] = pin;
                _loaded = true;
            }

            return new(_turn);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    private WitnessPin PinOf(SiteId site, AgentId agent) => _pins.GetValueOrDefault((site, agent)) ?? new(site, agent, null, null);

    private async Task SetAsync(WitnessPin pin, CancellationToken ct)
    {
        await store.SetPinAsync(pin, ct).ConfigureAwait(false);
        _pins[(pin.Site, pin.Agent)] = pin;
    }

    private async Task JudgeAsync(WitnessPin pin, WitnessedHead head, IReadOnlyList<TreeHash>? proof, CancellationToken ct)
    {
        using var key = PublicKeyPem.TryRead(pin.PublicKey!)!;
        var known = pin.Head is { } note && Read(note, out var read) ? read : null;
        var finding = CheckpointWitness.Judge(known, head.Note, Checkpoint.OriginOf(pin.Site, pin.Agent), key, proof, out var accepted);
        switch (finding)
        {
            case WitnessFinding.ProofNeeded:
                return;
            case WitnessFinding.Continues:
                // First the pin: a crash between the two judges the head once more, and finds the same.
                if (accepted != known)
                    await SetAsync(pin with { Head = head.Note }, ct).ConfigureAwait(false);
                await store.SetStandingAsync(head, HeadStanding.Proved, ct).ConfigureAwait(false);
                return;
            default:
                var kind = finding switch
                {
                    WitnessFinding.RolledBack => AlarmKind.RolledBack,
                    WitnessFinding.Forked => AlarmKind.Forked,
                    WitnessFinding.WrongKey => AlarmKind.WrongKey,
                    _ => AlarmKind.Malformed,
                };
                await AlarmAsync(pin.Site, pin.Agent, kind, head.Note, kind == AlarmKind.WrongKey ? pin.PublicKey : pin.Head, ct)
                    .ConfigureAwait(false);
                await store.SetStandingAsync(head, HeadStanding.Contradicts, ct).ConfigureAwait(false);
                return;
        }
    }

    private async Task AlarmAsync(SiteId site, AgentId agent, AlarmKind kind, string evidence, string? known, CancellationToken ct)
    {
        LogAlarm(log, site.Text, agent.Text, kind);
        await store.RaiseAsync(site, agent, kind, time.GetUtcNow(), evidence, known, ct).ConfigureAwait(false);
        if (!_pins.ContainsKey((site, agent)))
            await SetAsync(PinOf(site, agent), ct).ConfigureAwait(false);
        await TellAsync(site, ct).ConfigureAwait(false);
    }

    private async Task TellAsync(SiteId site, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var problems = (await store.AlarmsAsync(AlarmsRead, ct).ConfigureAwait(false))
            .Where(a => a.Site == site && a.AcknowledgedAt is null)
            .Select(WitnessSentences.Of)
            .ToList();
        foreach (var agent in _pins.Keys.Where(k => k.Site == site).Select(k => k.Agent))
        {
            if ((await store.CountAsync(site, agent, ct).ConfigureAwait(false)).UnprovedSince is { } since && now - since > Patience)
                problems.Add(WitnessSentences.Unproved(agent, since));
        }

        floor.Change(s => FloorReducer.Witness(s, site, problems));
    }

    [LoggerMessage(1030, LogLevel.Information, "The ledger key of {Site}/{Agent} is pinned: {KeyId}")]
    private static partial void LogPinned(ILogger logger, string site, string agent, string keyId);

    [LoggerMessage(1031, LogLevel.Critical, "The ledger of {Site}/{Agent} contradicts what was seen before: {Kind}")]
    private static partial void LogAlarm(ILogger logger, string site, string agent, AlarmKind kind);

    [LoggerMessage(1032, LogLevel.Critical, "The log {Origin} signed two heads of one size with two roots: it keeps two histories")]
    private static partial void LogFork(ILogger logger, string origin);

    private readonly struct Turn(SemaphoreSlim turn) : IDisposable
    {
        public void Dispose() => turn.Release();
    }
}
