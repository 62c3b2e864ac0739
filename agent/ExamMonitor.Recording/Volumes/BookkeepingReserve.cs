using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Recording.Volumes;

/// <summary>
/// Room on the volume that footage never gets: given back when the disk is full, so that ledger, register, holds, heads and index can be
/// written and idle footage can go.
/// </summary>
/// <remarks>
/// The file tells the state, also to the next process: missing, it was never made; whole, it is held; empty or short, it was given back.
/// From giving back until it is whole again footage waits, or it would fill this room, too. Made again when there is twice its size. Safe
/// from any thread.
/// </remarks>
internal sealed class BookkeepingReserve
{
    /// <summary>The file is at most so small a part of the volume.</summary>
    private const int PartOfVolume = 32;

    /// <summary>What a start needs before it can give anything back: hashes and heads of the ledger.</summary>
    private const int LeastFree = 256 << 10;

    private readonly Lock _gate = new();
    private readonly IVolume _volume;
    private readonly Guid _volumeId;
    private readonly ILogger _logger;
    private readonly bool _indexIsHere;
    private volatile bool _waits;
    private volatile bool _held;

    /// <summary>Knows nothing of the disk before <see cref="Open"/>.</summary>
    /// <param name="volume">Volume.</param>
    /// <param name="volumeId">Id that it must have: nothing is made on another one.</param>
    /// <param name="options">Says how large it is, and where the index lies.</param>
    /// <param name="logger">Log.</param>
    public BookkeepingReserve(IVolume volume, Guid volumeId, FootageOptions options, ILogger logger)
    {
        (_volume, _volumeId, _logger) = (volume, volumeId, logger);
        SizeBytes = Math.Min(options.BookkeepingReserveBytes, (volume.TotalBytes() ?? long.MaxValue) / PartOfVolume);
        _indexIsHere = FileSystemOf.Path(options.IndexPath) == FileSystemOf.Path(volume.Root);
    }

    /// <summary>Raised when the disk is full, on the thread that found it so: idle footage should go now.</summary>
    public event Action? Pressed;

    /// <summary>Bytes of the file; 0 for none.</summary>
    public long SizeBytes { get; }

    /// <summary>Free bytes with which the file is made and footage goes on; 0 without a reserve.</summary>
    public long ResumeAtBytes => 2 * SizeBytes;

    /// <summary>Whether footage must not be written now: the disk is full, and what is free belongs to the bookkeeping.</summary>
    public bool FootageWaits => _waits;

    /// <summary>Takes up what the last process left, and makes sure that ledger and index of a full disk can be opened.</summary>
    public void Open()
    {
        if (SizeBytes == 0)
            return;
        lock (_gate)
        {
            var length = Ask(() => _volume.Length(VolumeIdentity.ReserveName));
            (_held, _waits) = (length >= SizeBytes, length is { } bytes && bytes < SizeBytes);
            if (_held && !HasRoom())
                _ = GiveBack();
            else if (!_held)
                _ = TryMake();
        }
    }

    /// <summary>Notes that a write of the volume failed.</summary>
    /// <returns>Whether room was made by giving the file back: the write is worth another try.</returns>
    public bool NoteFailure(Exception failure)
    {
        if (!DiskFull.Is(failure) || (FootageIndex.IsItsFailure(failure) && !_indexIsHere))
            return false;
        var given = false;
        // With room left there are no names or a quota is used up: giving blocks back helps nobody.
        if (SizeBytes > 0 && !(_volume.FreeBytes() >= ResumeAtBytes))
        {
            lock (_gate)
                given = !_waits && GiveBack();
        }

        Pressed?.Invoke();
        return given;
    }

    /// <summary>Says that idle footage should go: the disk is full, or nearly so.</summary>
    public void Press() => Pressed?.Invoke();

    /// <summary>Makes the file again when there is room, and lets footage go on.</summary>
    /// <returns>Whether footage may be written.</returns>
    public bool TryResume()
    {
        if (SizeBytes == 0)
            return true;
        if (_held)
            return true;
        lock (_gate)
            return _held || TryMake() || !_waits;
    }

    /// <summary>Gives back the file of a volume whose index cannot be opened for want of room.</summary>
    public static bool TryGiveBack(IVolume volume)
    {
        try
        {
            if (volume.Length(VolumeIdentity.ReserveName) is not > 0 || volume.FreeBytes() > LeastFree)
                return false;
            Empty(volume);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Empty(IVolume volume)
    {
        using var file = volume.OpenAppend(VolumeIdentity.ReserveName);
        file.SetLength(0);
        file.Flush();
    }

    /// <summary>By a write, not by a number: root may write where nothing is free for others.</summary>
    private bool HasRoom()
    {
        if (_volume.FreeBytes() is not { } free || free > LeastFree)
            return true;
        try
        {
            using (var file = _volume.OpenAppend(VolumeProbe.TestFile))
            {
                file.Append([new byte[LeastFree]]);
                file.Flush();
            }

            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !DiskFull.Is(e);
        }
        finally
        {
            _ = Ask<long?>(() =>
            {
                _volume.Delete(VolumeProbe.TestFile);
                return null;
            });
        }
    }

    private bool GiveBack()
    {
        try
        {
            VolumeIdentity.Require(_volume, _volumeId);
            Empty(_volume);
            var gave = _held;
            (_held, _waits) = (false, true);
            _logger.ReserveGivenBack(gave ? SizeBytes : 0);
            return gave;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _logger.ReserveFailed(e);
            return false;
        }
    }

    private bool TryMake()
    {
        if (Ask(() => _volume.FreeBytes()) is not { } free || free < ResumeAtBytes)
            return false;
        var waited = _waits;
        try
        {
            VolumeIdentity.Require(_volume, _volumeId);
            _volume.Delete(VolumeIdentity.ReserveName);
            using (var file = _volume.OpenAppend(VolumeIdentity.ReserveName))
            {
                file.Allocate(SizeBytes);
                file.Flush();
            }

            _volume.FlushFolder("");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A short file says the same as an empty one: given back.
            _logger.ReserveFailed(e);
            return false;
        }

        (_held, _waits) = (true, false);
        if (waited)
            _logger.ReserveMade(SizeBytes);
        return true;
    }

    private static T? Ask<T>(Func<T?> question)
    {
        try
        {
            return question();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
