using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Preservation.Retention;

namespace ExamMonitor.Exams.Schedule;

/// <summary>The exam schedule of the volume with all that ever happened to it. Thread-safe.</summary>
/// <remarks>
/// Lies on the footage volume (<c>schedule/sessions.jsonl</c>), since footage without its sessions could not be classed. Order of a change:
/// intent beside the file (<see cref="SessionIntent"/>) → entry in the ledger, signed → line → note of the entry's number → intent gone. So
/// a set that the ledger does not have was not written by this agent: it is not obeyed, and never entered. A crash before the entry leaves
/// an intent of which the ledger knows nothing, and nothing happened; a crash after it is finished by the next start. A session is never
/// removed: it is changed, or called off.
/// </remarks>
internal sealed class SessionStore : IExamSchedule
{
    private readonly Lock _gate = new();
    private readonly SessionLines _lines;
    private readonly SessionIntent _intent;
    private readonly ISessionLedger _ledger;
    private readonly Action? _written;
    private readonly List<SessionSet> _sets = [];
    private readonly Dictionary<long, long> _entered = [];
    private volatile IReadOnlyCollection<ExamSession> _all = [];
    private volatile ImmutableSortedDictionary<string, ExamSession> _sessions = ImmutableSortedDictionary.Create<string, ExamSession>(
        StringComparer.Ordinal
    );

    private SessionStore(string volume, ISessionLedger ledger, Action? written)
    {
        var path = Path.Combine(volume, "schedule", "sessions.jsonl");
        (_lines, _intent, _ledger, _written) = (new(path), new(path), ledger, written);
    }

    /// <summary>Called after every change, outside of the store's lock.</summary>
    public event Action? Changed;

    /// <summary>Why the schedule cannot be used; null when it can. Then nothing may be destroyed, and nothing can be imported.</summary>
    public LocalText? Failure { get; private set; }

    /// <summary>Every session, also called-off ones, by id; the same object until something changes.</summary>
    public IReadOnlyCollection<ExamSession> Sessions => _all;

    /// <summary>SHA-256 of the schedule in force, hex: over the JSON of each session in order of ids.</summary>
    public string Digest => DigestOf(_sessions.Values);

    /// <summary>
    /// Whether the file has sets that the ledger does not have. They are not obeyed, and nothing can be imported until they are gone.
    /// </summary>
    public bool HasForeignSets { get; private set; }

    /// <summary>Opens the schedule of a volume; one that cannot be read says so in <see cref="Failure"/>.</summary>
    /// <param name="volume">Root of the volume, known to be the right one.</param>
    /// <param name="ledger">Its ledger.</param>
    /// <param name="fault">Why the file is not the one that was written, by the list of known files; null when it is.</param>
    /// <param name="written">Called when the file was read whole, and after every line.</param>
    public static SessionStore Open(string volume, ISessionLedger ledger, LocalText? fault = null, Action? written = null)
    {
        var store = new SessionStore(volume, ledger, written) { Failure = fault };
        if (fault is not null)
            return store;
        try
        {
            store.Read();
        }
        catch (Exception e) when (e is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            store.Failure = new(
                $"The exam schedule cannot be read, so nothing is destroyed: {e.Message} Restore it from a backup of the volume.",
                $"无法读取考试安排，因此不销毁任何录像：{e.Message} 请从存储卷的备份恢复。"
            );
        }

        return store;
    }

    /// <summary>A session; null when there is none of that id.</summary>
    public ExamSession? Find(ExamSessionId id) => _sessions.GetValueOrDefault(id.Text);

    /// <summary>What happened to a session, in order.</summary>
    public IReadOnlyList<SessionStep> History(ExamSessionId id)
    {
        lock (_gate)
        {
            return
            [
                .. from set in _sets
                from item in set.Items
                where item.Session.Id == id
                select new SessionStep(
                    set.At,
                    item.Kind,
                    item.Session,
                    set.Person,
                    set.Reason,
                    _entered.TryGetValue(set.Number, out var entry) ? entry : null
                ),
            ];
        }
    }

    /// <summary>Sets that speak of a session and stand in the ledger, in order, with their entries.</summary>
    public IReadOnlyList<(SessionSet Set, long Entry)> SetsOf(ExamSessionId id)
    {
        lock (_gate)
        {
            return
            [
                .. _sets
                    .Where(s => s.Items.Any(i => i.Session.Id == id) && _entered.ContainsKey(s.Number))
                    .Select(s => (s, _entered[s.Number])),
            ];
        }
    }

    /// <summary>Makes changes together; those that change nothing are passed over.</summary>
    /// <returns>Whether anything changed.</returns>
    /// <exception cref="InvalidOperationException">The schedule cannot be used: see <see cref="Failure"/>.</exception>
    /// <exception cref="IOException">The volume failed; nothing was changed as far as anybody knows, and the next start tells.</exception>
    public bool Apply(IReadOnlyList<SessionChange> changes, DateTimeOffset now, string person, string? reason, string? file)
    {
        SessionItem[] items =
        [
            .. changes
                .Where(c => c.Kind is SessionChangeKind.Added or SessionChangeKind.Changed or SessionChangeKind.Cancelled)
                .Select(c => new SessionItem(c.Kind, c.After)),
        ];
        if (items.Length == 0)
            return false;
        lock (_gate)
        {
            if (Failure is { } failure)
                throw new InvalidOperationException(failure.En);
            if (HasForeignSets)
                throw new InvalidOperationException(
                    "The exam schedule has lines that this agent did not write. Stop the agent and run: exam-monitor-agent ledger restore."
                );
            Finish();
            var set = new SessionSet(_sets.Count + 1, now, person, reason, file, items);
            _intent.Write(set);
            Keep(set, _ledger.Enter(set));
        }

        Changed?.Invoke();
        return true;
    }

    /// <summary>Digest of any schedule; see <see cref="Digest"/>.</summary>
    public static string DigestOf(IEnumerable<ExamSession> sessions)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var session in sessions.OrderBy(s => s.Id.Text, StringComparer.Ordinal))
            hash.AppendData([.. JsonSerializer.SerializeToUtf8Bytes(session, ContractJson.Options), (byte)'\n']);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Take(SessionSet set)
    {
        if (set.Number != _sets.Count + 1)
            throw new InvalidDataException(FormattableString.Invariant($"set {set.Number} stands where {_sets.Count + 1} is expected."));
        _sets.Add(set);
        _sessions = _sessions.SetItems(set.Items.Select(i => KeyValuePair.Create(i.Session.Id.Text, i.Session)));
        _all = [.. _sessions.Values];
    }

    private void Read()
    {
        var (sets, notes) = (new List<SessionSet>(), new Dictionary<long, long>());
        foreach (var line in _lines.Read())
        {
            if (line.Set is { } set)
                sets.Add(set);
            if (line.Entered is { } note)
                notes[note.Set] = note.Entry;
        }

        var missing = new List<SessionsEntered>();
        var from = 0L;
        foreach (var set in sets)
        {
            var noted = notes.TryGetValue(set.Number, out var entry) && _ledger.Has(set, entry);
            if (!noted && _ledger.Find(set, from) is { } found)
                entry = found;
            else if (!noted)
            {
                HasForeignSets = true;
                return;
            }

            Take(set);
            (_entered[set.Number], from) = (entry, entry + 1);
            if (!noted)
                missing.Add(new(set.Number, entry));
        }

        if (sets.Count > 0)
            _written?.Invoke();
        missing.ForEach(Note);
        Finish();
    }

    /// <summary>Goes on with a change that was cut off: when the ledger has it, it was made; when not, nothing happened.</summary>
    private void Finish()
    {
        if (_intent.Read() is not { } set)
            return;
        var from = _sets.Count > 0 && _entered.TryGetValue(_sets[^1].Number, out var last) ? last + 1 : 0;
        if (set.Number == _sets.Count + 1 && _ledger.Find(set, from) is { } entry)
            Keep(set, entry);
        else
            _intent.Remove();
    }

    /// <summary>Writes a set that the ledger has.</summary>
    private void Keep(SessionSet set, long entry)
    {
        _lines.Append(set, null);
        Take(set);
        _written?.Invoke();
        Note(new(set.Number, entry));
        _intent.Remove();
    }

    private void Note(SessionsEntered note)
    {
        _entered[note.Set] = note.Entry;
        _lines.Append(null, note);
        _written?.Invoke();
    }
}
