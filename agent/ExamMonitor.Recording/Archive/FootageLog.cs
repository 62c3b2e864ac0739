using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Recording;

/// <summary>What the archive says in the log. Event ids 3000 to 3099.</summary>
internal static partial class FootageLog
{
    [LoggerMessage(3000, LogLevel.Information, "Volume {volume} at {root} is open")]
    public static partial void Opened(this ILogger logger, Guid volume, string root);

    [LoggerMessage(
        3001,
        LogLevel.Warning,
        "{room}/{camera}: recovered {path}: {fragments} fragments kept, {lostBytes} bytes of a torn tail cut"
    )]
    public static partial void Recovered(this ILogger logger, RoomId room, CameraId camera, string path, int fragments, long lostBytes);

    [LoggerMessage(3002, LogLevel.Warning, "{room}/{camera}: {path} held no whole fragment and was let go")]
    public static partial void NothingToRecover(this ILogger logger, RoomId room, CameraId camera, string path);

    [LoggerMessage(3003, LogLevel.Error, "{room}/{camera}: could not write {path}; the segment ends with its last whole fragment")]
    public static partial void WriteFailed(this ILogger logger, Exception exception, RoomId room, CameraId camera, string path);

    [LoggerMessage(
        3004,
        LogLevel.Error,
        "{room}/{camera}: could not flush {path}; nobody knows what is on the disk, so the segment is given up"
    )]
    public static partial void Abandoned(this ILogger logger, Exception exception, RoomId room, CameraId camera, string path);

    [LoggerMessage(3005, LogLevel.Error, "{room}/{camera}: could not begin a segment")]
    public static partial void OpenFailed(this ILogger logger, Exception exception, RoomId room, CameraId camera);

    [LoggerMessage(3006, LogLevel.Error, "{room}/{camera}: could not rename {path}; the next start does it")]
    public static partial void RenameFailed(this ILogger logger, Exception exception, RoomId room, CameraId camera, string path);

    [LoggerMessage(
        3007,
        LogLevel.Error,
        "{room}/{camera}: the index could not be written ({times} times since this was last told); {waiting} changes wait"
    )]
    public static partial void IndexFailed(this ILogger logger, Exception exception, RoomId room, CameraId camera, int waiting, int times);

    [LoggerMessage(
        3008,
        LogLevel.Error,
        "{room}/{camera}: day line or ledger entry {number} could not be written ({times} times since this was last told); it waits"
    )]
    public static partial void SettleFailed(this ILogger logger, Exception exception, RoomId room, CameraId camera, long number, int times);

    [LoggerMessage(3009, LogLevel.Warning, "{room}/{camera}: the stream's time broke ({cause}); another run begins")]
    public static partial void RunBroke(this ILogger logger, RoomId room, CameraId camera, GapCause cause);

    [LoggerMessage(
        3010,
        LogLevel.Error,
        "{room}/{camera}: the disk is too slow: {bytes} bytes wait, fragments are given up until it answers"
    )]
    public static partial void TooSlow(this ILogger logger, RoomId room, CameraId camera, long bytes);

    [LoggerMessage(3011, LogLevel.Critical, "The archive cannot go on; the process must stop")]
    public static partial void Fatal(this ILogger logger, Exception exception);

    [LoggerMessage(3012, LogLevel.Warning, "Garbage {path} could not be deleted; the next start tries again")]
    public static partial void GarbageStays(this ILogger logger, Exception exception, string path);

    [LoggerMessage(3013, LogLevel.Warning, "The index was missing and was made again from the volume: {segments} segments, {gaps} gaps")]
    public static partial void Reindexed(this ILogger logger, long segments, long gaps);

    [LoggerMessage(3014, LogLevel.Error, "{path} is damaged in line {line} and after; what follows is taken from the files")]
    public static partial void DayLogDamaged(this ILogger logger, string path, int line);

    [LoggerMessage(
        3034,
        LogLevel.Critical,
        "{path}: the index names it as garbage, and no entry of the ledger lets it go; the file stays. Find out who wrote to the index, "
            + "then run reindex"
    )]
    public static partial void GarbageRefused(this ILogger logger, string path);

    [LoggerMessage(
        3035,
        LogLevel.Error,
        "The ledger could not be read while the index was made again: footage of before is kept and shown without its entry until reindex "
            + "is run"
    )]
    public static partial void EntriesNotLinked(this ILogger logger, Exception exception);

    [LoggerMessage(3016, LogLevel.Error, "The index is damaged ({reason}) and is made again from the volume; recording goes on")]
    public static partial void IndexDamaged(this ILogger logger, string reason);

    [LoggerMessage(3017, LogLevel.Warning, "The index was made again: {segments} segments, {gaps} gaps. The broken file is {aside}")]
    public static partial void IndexRebuilt(this ILogger logger, long segments, long gaps, string? aside);

    [LoggerMessage(3018, LogLevel.Error, "The index could not be made again; the next try is in {seconds} s")]
    public static partial void IndexRebuildFailed(this ILogger logger, Exception exception, double seconds);

    [LoggerMessage(
        3030,
        LogLevel.Error,
        "{room}/{camera}: the torn tail of {path} could not be cut off; it is not committed before it is cut, at the latest by the next "
            + "start"
    )]
    public static partial void TornTailStays(this ILogger logger, Exception exception, RoomId room, CameraId camera, string path);

    [LoggerMessage(
        3031,
        LogLevel.Error,
        "The footage disk is full: footage waits, and {bytes} bytes were given back to ledger, register and index. Make room: idle "
            + "footage gives way by itself, what the law asks to keep never does"
    )]
    public static partial void ReserveGivenBack(this ILogger logger, long bytes);

    [LoggerMessage(
        3032,
        LogLevel.Information,
        "The footage disk has room again: {bytes} bytes are kept for ledger, register and index, and footage goes on"
    )]
    public static partial void ReserveMade(this ILogger logger, long bytes);

    [LoggerMessage(3033, LogLevel.Error, "The room kept for ledger, register and index could not be made or given back")]
    public static partial void ReserveFailed(this ILogger logger, Exception exception);

    [LoggerMessage(
        3015,
        LogLevel.Error,
        "{room}/{camera}: {path} cannot be read; it is left as it is, and the next start tries again. Look at the disk, then run fsck"
    )]
    public static partial void Unreadable(this ILogger logger, Exception? exception, RoomId room, CameraId camera, string path);

    [LoggerMessage(
        3016,
        LogLevel.Warning,
        "{room}/{camera}: the ledger has lost {count} entries that no head covered; they are entered again"
    )]
    public static partial void LostEntries(this ILogger logger, RoomId room, CameraId camera, int count);
}
