using Microsoft.Extensions.Logging;

namespace ExamMonitor.Retention.Tiers;

/// <summary>What the archive tier says in the log. Event ids 3200 to 3299.</summary>
internal static partial class TierLog
{
    [LoggerMessage(3200, LogLevel.Information, "Archive tier {tier} with id {id} is open")]
    public static partial void TierOpened(this ILogger logger, string tier, Guid id);

    [LoggerMessage(3201, LogLevel.Error, "Archive tier: {path} does not match: {text}")]
    public static partial void TierMismatched(this ILogger logger, string path, string text);

    [LoggerMessage(
        3202,
        LogLevel.Information,
        "Archive tier: {segments} segments copied and proved, {documents} documents, {removed} taken from the volume, {destroyed} destroyed"
    )]
    public static partial void TierPassEnded(this ILogger logger, long segments, long documents, long removed, long destroyed);

    [LoggerMessage(
        3203,
        LogLevel.Critical,
        "Archive tier: row {no} of tier_notes in the index was not written by this agent; it is not entered into the ledger"
    )]
    public static partial void TierNoteRefused(this ILogger logger, long no);
}
