using System.Globalization;
using System.Text;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;

namespace ExamMonitor.Retention;

/// <summary>
/// Keeps trusted time: follows the wall clock as far as measured time, accepted pauses and persons vouch for it. Safe from any thread.
/// </summary>
/// <remarks>
/// The state lies signed at <c>retention/clock.note</c>. Without it (a new volume, or an older version of this program wrote it last) trust
/// begins at the newest
/// signed head of the ledger; without a head, at the wall clock: then there is no footage that is older than the clock says.
/// </remarks>
internal sealed class TrustedClock
{
    private const string FirstLine = "exam-monitor/trusted-time/1";
    private static readonly TimeSpan Explained = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan KeepEvery = TimeSpan.FromMinutes(1);

    /// <summary>A time server slews by at most 500 ppm, so that a second beyond what was measured was set at once.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly ArchiveContext _context;
    private readonly IRetentionLedger _ledger;
    private readonly ClockJournal _journal;
    private readonly TimeSpan _allowance;
    private TrustedTime _state;
    private DateTimeOffset _wall;
    private long _seen;
    private long? _kept;

    public TrustedClock(ArchiveContext context, IRetentionLedger ledger, ClockJournal journal, TimeSpan allowance)
    {
        (_context, _ledger, _journal, _allowance) = (context, ledger, journal, allowance);
        _seen = context.Time.GetTimestamp();
        var wall = _wall = context.Time.GetUtcNow();
        var noted = Read();
        journal.Begin(noted?.At);
        _state = (noted ?? new(ledger.NewestCheckpoint ?? wall, allowance)).AfterPause(wall);
    }

    /// <summary>Takes the time since the last call, and says what ages count to.</summary>
    public RetentionNow Observe()
    {
        lock (_gate)
        {
            var (wall, now) = (_context.Time.GetUtcNow(), _context.Time.GetTimestamp());
            var measured = _context.Time.GetElapsedTime(_seen, now);
            if ((wall - _wall - measured).Duration() >= Step)
                _journal.Stepped(_wall + measured, wall);
            else
                _journal.Retry();
            _state = _state.AfterRunning(wall, measured, _allowance);
            // A clock that was wrong at the start and is set right later: the same as a pause, and counted as one.
            if (wall - _state.At > Explained)
                _state = _state.AfterPause(wall);
            (_wall, _seen) = (wall, now);
            if (_kept is not { } kept || _context.Time.GetElapsedTime(kept, now) >= KeepEvery)
                TryKeep(now);
            return Answer(wall);
        }
    }

    /// <summary>A person vouches for the wall clock as it stands.</summary>
    public RetentionNow Vouch()
    {
        lock (_gate)
        {
            var wall = _context.Time.GetUtcNow();
            _state = new(wall, _allowance);
            _journal.Vouched(wall);
            Keep();
            return Answer(wall);
        }
    }

    private RetentionNow Answer(DateTimeOffset wall)
    {
        var ages = wall < _state.At ? wall : _state.At;
        var ahead = wall - _state.At;
        return new(
            wall,
            _state.At,
            ages - DateTimeOffset.MinValue > _allowance ? ages - _allowance : DateTimeOffset.MinValue,
            ahead > Explained ? ahead : null
        )
        {
            Behind = -ahead > Explained ? -ahead : null,
        };
    }

    /// <summary>
    /// A note that cannot be written is tried again a minute later: the older one trusts less, so that a full disk lets nothing go and
    /// silences no status.
    /// </summary>
    private void TryKeep(long now)
    {
        _kept = now;
        try
        {
            Keep();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _context.Logger.ClockNotKept(e);
        }
    }

    private void Keep()
    {
        VolumeIdentity.Require(_context.Volume, _context.VolumeId);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{FirstLine}\n{UtcJsonConverter.ToText(_state.At)}\n{(long)_state.UnseenLeft.TotalSeconds}\n"
        );
        ChainedFile.Replace(_context.Volume, RetentionFiles.TrustedTime, Encoding.UTF8.GetBytes(_ledger.SignNote(text)));
    }

    private TrustedTime? Read()
    {
        using var stream = _context.Volume.OpenRead(RetentionFiles.TrustedTime);
        if (stream is null || stream.Length > SignedNote.MaxLength)
            return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        if (!SignedNote.TryParse(Encoding.UTF8.GetString(bytes), out var note) || !_ledger.IsSigned(note))
            return null;
        return
            note.Text.Split('\n') is [FirstLine, var at, var left, ""]
            && DateTimeOffset.TryParseExact(
                at,
                UtcJsonConverter.Format,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var trusted
            )
            && long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            && seconds <= (long)TimeSpan.FromDays(30).TotalSeconds
            ? new(trusted.ToUniversalTime(), TimeSpan.FromSeconds(Math.Min(seconds, (long)_allowance.TotalSeconds)))
            : null;
    }
}
