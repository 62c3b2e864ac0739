using System.Globalization;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Problems;
using ExamMonitor.Retention.Scrubbing;

namespace ExamMonitor.Preservation.Scrubbing;

/// <summary>Keeps where the scrub stands, enters its results in the ledger, and latches what it found. Thread-safe.</summary>
internal sealed partial class ScrubService
{
    private const int MaxFileBytes = 4 << 20;
    private readonly Lock _lock = new();
    private readonly string _path;
    private readonly VolumeLedger _ledger;
    private readonly ILogger _log;
    private ScrubState _state;
    private DateTimeOffset? _began;

    /// <summary>Takes over what the last run left. A file that cannot be read is put aside; the pass begins again.</summary>
    public ScrubService(string path, VolumeLedger ledger, ILogger<ScrubService> log)
    {
        (_path, _ledger, _log) = (path, ledger, log);
        _state = Load();
        // What was found at the opening was mended there as far as it could be, and a person still has to know.
        if (ledger.Findings.Count > 0)
            LatchLedger(ledger.Findings);
    }

    /// <summary>Whether the day lines of the last days were looked at since the start.</summary>
    public bool HasLookedAtDayLines { get; set; }

    /// <summary>
    /// Whether a person asked for a pass now: it begins at once and reads as fast as recording lets it, until it has ended.
    /// </summary>
    public bool IsHurried { get; set; }

    /// <summary>Where it stands.</summary>
    public ScrubState State
    {
        get
        {
            lock (_lock)
                return _state;
        }
    }

    /// <summary>
    /// Takes in a slice: findings go into the ledger before the state that has them is kept, so that a crash repeats them and loses none.
    /// </summary>
    /// <param name="from">State that the slice began with.</param>
    /// <param name="slice">What it did.</param>
    public void Take(ScrubState from, ScrubSlice slice)
    {
        lock (_lock)
        {
            foreach (var finding in slice.New)
                Enter(finding);
            // A person may have dealt with findings while the slice ran: those that are gone from here stay gone.
            var ledger = _state.LedgerFindings;
            _state =
                _state.OpenFindings < from.OpenFindings
                    ? slice.State with
                    {
                        Findings = slice.New,
                        OpenFindings = slice.New.Count,
                    }
                    : slice.State;
            _state = _state with { LedgerFindings = ledger };
            if (slice.Finished)
                Finish();
            Save();
        }
    }

    /// <summary>Takes in a finding about the ledger or a day line: entry first, then the state that has it.</summary>
    public void Take(LedgerFinding finding)
    {
        lock (_lock)
        {
            LogLedger(_log, finding.Kind, finding.Subject);
            _ledger.Report(finding);
            LatchLedger([finding]);
        }
    }

    /// <summary>Keeps how far the ledger was read.</summary>
    public void Take(LedgerScrubState ledger)
    {
        lock (_lock)
        {
            _state = _state with { Ledger = ledger };
            Save();
        }
    }

    /// <summary>Takes note that a person has dealt with the findings.</summary>
    /// <returns>How many there were.</returns>
    public long Acknowledge(ActingPerson person)
    {
        lock (_lock)
        {
            var count = _state.OpenFindings + _state.LedgerFindings.Count;
            if (count == 0)
                return 0;
            _ledger.Append(
                LedgerEntry.ScrubAcknowledged,
                new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["findings"] = count.ToString(CultureInfo.InvariantCulture),
                    ["reason"] = person.Reason ?? string.Empty,
                    ["who"] = person.Name,
                }
            );
            _state = _state with { Findings = [], OpenFindings = 0, LedgerFindings = [] };
            Save();
            return count;
        }
    }

    /// <summary>Where it stands, without dates of a clock that was wrong.</summary>
    public ScrubState Believed(DateTimeOffset now) => ScrubPace.Believed(State, now, LedgerBegan());

    /// <summary>What is wrong, until a person has dealt with it.</summary>
    /// <param name="now">Trusted time, UTC.</param>
    /// <param name="term">Within which everything must be read.</param>
    public IEnumerable<Observation> Observe(DateTimeOffset now, TimeSpan term)
    {
        var state = State;
        // What stops signing stays until the ledger is mended, whoever acknowledges it.
        foreach (
            var problem in LedgerRules.Of([
                .. state
                    .LedgerFindings.Concat(_ledger.Findings.Where(f => f.Stays))
                    .DistinctBy(f => (f.Kind, f.Subject))
                    .OrderBy(f => f.Kind),
            ])
        )
            yield return problem;
        if (state.OpenFindings > 0 && state.Findings is [var first, ..])
        {
            yield return new(
                "evidence-mismatch",
                new(null, null, null),
                Severity.Critical,
                new(
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{state.OpenFindings} segment(s) are not what the ledger says; the first: {first.Path} ({Word(first.Kind)}). The footage is not touched. Have the disk and the ledger examined, then acknowledge with a reason."
                    ),
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"{state.OpenFindings} 个录像文件与账本记录不符；首个：{first.Path}（{Chinese(first.Kind)}）。录像未作任何改动，请核查磁盘与账本后填写原因确认。"
                    )
                )
            );
        }

        if (ScrubPace.IsLate(ScrubPace.Believed(state, now, LedgerBegan()), now, term))
        {
            yield return new(
                "scrub-late",
                new(null, null, null),
                Severity.Warning,
                new(
                    "Not all footage could be read again within the term (ledger.scrubDays): the disk is too slow or too busy, or the agent was off.",
                    "未能在规定期限内（ledger.scrubDays）完成全部录像复核：磁盘过慢或过忙，或服务曾停止。"
                )
            );
        }
    }

    /// <summary>File of the day line of a segment.</summary>
    internal static string DayLineOf(string path) => path[..(path.LastIndexOf('/') + 1)] + "day.jsonl";

    private static string Word(ScrubMismatch kind) =>
        kind switch
        {
            ScrubMismatch.Content => "other bytes",
            ScrubMismatch.Missing => "file missing",
            ScrubMismatch.Unreadable => "cannot be read",
            ScrubMismatch.DayLine => "its line in day.jsonl is missing or another",
            _ => "the index names another hash",
        };

    private static string Chinese(ScrubMismatch kind) =>
        kind switch
        {
            ScrubMismatch.Content => "内容不一致",
            ScrubMismatch.Missing => "文件缺失",
            ScrubMismatch.Unreadable => "无法读取",
            ScrubMismatch.DayLine => "day.jsonl 中的记录缺失或不一致",
            _ => "索引哈希不一致",
        };

    /// <summary>Time of the ledger's first entry; null when there is none, or it cannot be read.</summary>
    private DateTimeOffset? LedgerBegan()
    {
        try
        {
            return _began ??= _ledger.Log.ReadSome(0, 1) is [var first] ? LedgerEntry.Parse(first)?.At : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private void LatchLedger(IReadOnlyList<LedgerFinding> findings)
    {
        var added = findings.Where(f => !_state.LedgerFindings.Any(k => k.Kind == f.Kind && k.Subject == f.Subject)).ToList();
        if (added.Count == 0 || _state.LedgerFindings.Count >= ScrubState.MaxFindings)
            return;
        _state = _state with { LedgerFindings = [.. _state.LedgerFindings, .. added] };
        Save();
    }

    private void Enter(ScrubFinding finding)
    {
        if (finding.Kind == ScrubMismatch.DayLine)
            Take(new LedgerFinding(LedgerDamage.DayLineChanged, DayLineOf(finding.Path)));
        LogFinding(_log, finding.Path, finding.Kind);
        _ledger.Append(
            LedgerEntry.ScrubFinding,
            RoomId.Of(finding.Room),
            CameraId.Of(finding.Camera),
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["entry"] = finding.Entry?.ToString(CultureInfo.InvariantCulture) ?? string.Empty,
                ["expected"] = finding.Expected,
                ["finding"] = JsonNamingPolicy.KebabCaseLower.ConvertName(finding.Kind.ToString()),
                ["found"] = finding.Found ?? string.Empty,
                ["path"] = finding.Path,
            }
        );
    }

    private void Finish() =>
        _ledger.Append(
            LedgerEntry.Scrub,
            new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["began"] = UtcJsonConverter.ToText(_state.Began!.Value),
                ["bytes"] = _state.Bytes.ToString(CultureInfo.InvariantCulture),
                ["findings"] = _state.PassFindings.ToString(CultureInfo.InvariantCulture),
                ["segments"] = _state.Segments.ToString(CultureInfo.InvariantCulture),
            }
        );

    private ScrubState Load()
    {
        try
        {
            if (!File.Exists(_path))
                return new();
            if (new FileInfo(_path).Length > MaxFileBytes)
                throw new JsonException("the file is too large");
            return JsonSerializer.Deserialize<ScrubState>(File.ReadAllBytes(_path), ContractJson.Options)
                ?? throw new JsonException("the file holds null");
        }
        catch (JsonException e)
        {
            LogUnreadable(_log, _path, e.Message);
            File.Move(_path, _path + ".unreadable", overwrite: true);
            return new();
        }
    }

    private void Save() => Secrets.WritePrivately(_path, JsonSerializer.Serialize(_state, ContractJson.Options));

    [LoggerMessage(EventId = 230, Level = LogLevel.Critical, Message = "Scrub: {Path} is not what the ledger says ({Kind})")]
    private static partial void LogFinding(ILogger log, string path, ScrubMismatch kind);

    [LoggerMessage(EventId = 232, Level = LogLevel.Critical, Message = "Ledger: {Kind} ({Subject})")]
    private static partial void LogLedger(ILogger log, LedgerDamage kind, string subject);

    [LoggerMessage(
        EventId = 231,
        Level = LogLevel.Error,
        Message = "{Path} cannot be read ({Why}); it was put aside and the scrub begins again. What it had found stands in the ledger"
    )]
    private static partial void LogUnreadable(ILogger log, string path, string why);
}
