using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Floor.Views;

/// <summary>A camera's condition as it is told to people: measured conditions, or signal lost when nothing arrives.</summary>
/// <param name="Health">Ok alone, conditions, or empty while nothing was measured.</param>
/// <param name="Since">When <paramref name="Health"/> last changed, UTC.</param>
/// <param name="Text">Why it is not ok; null when it is.</param>
/// <param name="LostSince">Onset of the loss of signal; null while there is a signal.</param>
/// <param name="LostCause">Cause of the loss: the sentence stays the same as long as the cause does, however the attempts to reconnect
/// differ.</param>
internal sealed record CameraView(
    IReadOnlyList<CameraHealth> Health,
    DateTimeOffset Since,
    LocalText? Text,
    DateTimeOffset? LostSince,
    GapCause? LostCause
)
{
    private static readonly TimeSpan SteadyAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan VerdictIsOldAfter = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan ReasonHolds = TimeSpan.FromSeconds(3);

    /// <summary>When the reason was last taken from what is known.</summary>
    public DateTimeOffset ReasonAt { get; init; }

    /// <summary>Nothing is known yet.</summary>
    public static CameraView Unknown(DateTimeOffset now) => new([], now, null, null, null);

    /// <summary>Whether the camera may speak of stations.</summary>
    public bool IsLost => LostSince is not null;

    /// <summary>
    /// The next view. Lost at once when the newest fragment is older than <paramref name="lostAfter"/>; found again only after a steady
    /// stream of five seconds, so that a camera that restarts again and again is one problem.
    /// </summary>
    /// <param name="facts">What is known now.</param>
    /// <param name="now">UTC.</param>
    /// <param name="start">When watching began: a camera that never delivered is lost from then on.</param>
    /// <param name="lostAfter">Longest pause that is no loss.</param>
    public CameraView Next(CameraFacts facts, DateTimeOffset now, DateTimeOffset start, TimeSpan lostAfter)
    {
        // A camera that rests is neither well nor lost; what it last saw says nothing of now.
        if (facts.Stream.IsOff)
            return new([], Health.Count == 0 ? Since : now, HealthWords.Resting, null, null);
        var silent = now - (facts.Stream.LastFragmentAt ?? start) >= lostAfter;
        var steady = facts.Stream is { IsRunning: true, RunningSince: { } since } && now - since >= SteadyAfter;
        var lost = silent || (IsLost && !steady);
        var health = lost ? [CameraHealth.SignalLost] : Measured(facts.Verdict, now);
        var changed = !health.SequenceEqual(Health);
        // The newest certain reason: an attempt that knows none leaves the one before. Attempts that differ each second are one sentence
        // for a while.
        var known = facts.Stream.FailureCause ?? LostCause;
        var keeps = lost && IsLost && known == LostCause && (facts.Stream.Failure is null || now - ReasonAt < ReasonHolds);
        var (text, cause) = keeps ? (Text, LostCause) : (TextOf(health, facts), facts.Stream.FailureCause);
        return new(health, changed ? now : Since, text, lost ? LostSince ?? now : null, lost ? cause : null)
        {
            ReasonAt = keeps ? ReasonAt : now,
        };
    }

    /// <summary>A verdict that nobody renewed says nothing: the measuring process is gone, or pictures are.</summary>
    private static IReadOnlyList<CameraHealth> Measured(CameraMeasurement? verdict, DateTimeOffset now) =>
        verdict is null || now - verdict.AtUtc > VerdictIsOldAfter ? [] : verdict.Health;

    private static LocalText? TextOf(IReadOnlyList<CameraHealth> health, CameraFacts facts)
    {
        if (health.Count == 0)
            return facts.Stream.PictureFailure;
        if (health[0] == CameraHealth.Ok)
            return null;
        var said = health[0] == CameraHealth.SignalLost ? facts.Stream.Failure : facts.Verdict?.Text;
        return said ?? HealthWords.Sentence(health[0]);
    }
}
