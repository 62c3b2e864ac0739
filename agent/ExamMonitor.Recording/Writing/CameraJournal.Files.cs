using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Recording.Writing;

/// <content>Files: begin, write, commit, abandon.</content>
internal sealed partial class CameraJournal
{
    private bool Begin(RunState run, Fragment fragment, Placement place)
    {
        if (!fragment.StartsWithSync || (_inTrouble && _context.Time.GetElapsedTime(_troubleAt) < RetryAfter))
            return false;
        if (_context.Reserve.FootageWaits && !_context.Reserve.TryResume())
        {
            Trouble(place.Start, Sentences.DiskFull);
            return false;
        }

        if (_segment is { } waiting)
        {
            if (MayGoOn(waiting, run, place))
                return GoOn(waiting, run, fragment, place);
            Commit();
        }

        MendTorn(last: true);
        return Open(run, fragment, place);
    }

    private static bool MayGoOn(OpenSegment segment, RunState run, Placement place) =>
        place.Start >= segment.End
        && place.Start < segment.Due
        && run.InitializationSha256.AsSpan().SequenceEqual(segment.Run.InitializationSha256);

    private bool GoOn(OpenSegment segment, RunState run, Fragment fragment, Placement place)
    {
        NoteRun(run, place.Start);
        EndGap(UnixMs.Of(new(place.Start, TimeSpan.Zero)));
        var pause90k = (long)((Int128)(place.Start - segment.End) * Pts90k.PerSecond / TimeSpan.TicksPerSecond);
        segment.File.Align(fragment, segment.File.MediaEnd90k + pause90k);
        segment.Live = true;
        return true;
    }

    private bool Open(RunState run, Fragment fragment, Placement place)
    {
        ArchivePath? path = null;
        try
        {
            VolumeIdentity.Require(_context.Volume, _context.VolumeId);
            // A step of the clock is in the ledger before the first byte that is dated by it: a process that dies enters nothing any more.
            _context.TakeClock();
            path = FreePath(new(place.Start, TimeSpan.Zero));
            NoteRun(run, place.Start);
            _index.Begin(path.File);
            var part = new PartRow(path, _camera.No, run.Id, UnixMs.Of(new(place.Start, TimeSpan.Zero)), fragment.Start.Ticks);
            _index.Do(t => t.AddPart(part));
            _context.Volume.CreateFolder(path.Folder);
            var file = SegmentFile.Create(_context.Volume, path, run.Initialization, _context.LiveFiles);
            _segment = new(file, path, run, fragment.Start.Ticks)
            {
                Start = place.Start,
                End = place.Start,
                Due = Rotation.DueAfter(place.Start, _context.Options.SegmentLength, _phase),
                EndsGap = _gap is not null,
            };
            file.Align(fragment, 0);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            if (!_inTrouble)
                _context.Logger.OpenFailed(e, _camera.Room, _camera.Camera);
            _ = _context.Reserve.NoteFailure(e);
            if (path is not null)
                DropUnbegun(path);
            Trouble(place.Start, SentenceOf(e));
            return false;
        }

        FlushFolder(_segment.Path.Folder);
        return true;
    }

    /// <summary>
    /// A file that was never made leaves a row and no garbage: on a disk that takes no writes nothing is deleted in vain once a second.
    /// </summary>
    private void DropUnbegun(ArchivePath path)
    {
        if (_context.Volume.Length(path.Part) is not null)
            Discard(path, "not begun");
        else
            _index.Do(t => t.DropPart(path));
    }

    private ArchivePath FreePath(DateTimeOffset start)
    {
        for (var attempt = 1; ; attempt++)
        {
            var path = ArchivePath.Of(_camera.Room, _camera.Camera, start, attempt);
            if (_context.Volume.Length(path.File) is null && _context.Volume.Length(path.Part) is null)
                return path;
        }
    }

    private void NoteRun(RunState run, long start)
    {
        if (run.Noted)
            return;
        run.Noted = true;
        var row = run.ToRow(UnixMs.Of(new(start, TimeSpan.Zero)));
        _index.Later(t => t.AddRun(run.Id, _camera.No, row));
    }

    private LivePlace? Write(Fragment fragment, Placement place)
    {
        if (_segment is not { } segment)
            return null;
        LivePlace? written;
        try
        {
            // Another writer of this disk found it full, and what is free since then belongs to the bookkeeping.
            if (_context.Reserve.FootageWaits)
                throw DiskFull.Error(segment.Path.Part);
            written = segment.File.Append(fragment, place.Start, place.LateMs);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            // Once for a time of trouble, not for each attempt to get out of it.
            if (!_inTrouble)
                _context.Logger.WriteFailed(e, _camera.Room, _camera.Camera, segment.Path.Part);
            _ = _context.Reserve.NoteFailure(e);
            if (segment.File.Fragments.Count > 0)
                Commit();
            else
                Abandon(segment, e);
            Trouble(place.Start, SentenceOf(e));
            return null;
        }

        (_inTrouble, _trouble) = (false, null);
        segment.End = place.End;
        segment.Unflushed += place.End - place.Start;
        if (segment.Unflushed >= _context.Options.FlushInterval.Ticks)
            FlushNow(segment);
        return written;
    }

    /// <summary>
    /// Keeps a segment whose torn tail could not be cut off: it is never committed with it, and its whole fragments are not given up for
    /// it.
    /// </summary>
    private void LeaveTorn(OpenSegment segment, Exception cause)
    {
        _context.Logger.TornTailStays(cause, _camera.Room, _camera.Camera, segment.Path.Part);
        (_segment, _torn, _lastEnd) = (null, segment, segment.End);
        if (segment.EndsGap)
            EndGap(segment.StartMs);
        segment.EndsGap = false;
    }

    /// <summary>Cuts and commits what could not be cut before.</summary>
    /// <param name="last">Whether what still cannot be cut is left to the next start: its row leads recovery to it.</param>
    private void MendTorn(bool last)
    {
        if (_torn is not { } torn || _segment is not null)
            return;
        try
        {
            torn.File.CutBack();
        }
        catch (Exception e) when (IsTrouble(e))
        {
            if (!last)
                return;
            _context.Logger.TornTailStays(e, _camera.Room, _camera.Camera, torn.Path.Part);
            torn.File.Dispose();
            _torn = null;
            return;
        }

        (_segment, _torn) = (torn, null);
        Commit();
    }

    private void FlushNow(OpenSegment segment)
    {
        try
        {
            segment.File.Flush();
            segment.Unflushed = 0;
        }
        catch (Exception e) when (IsTrouble(e))
        {
            Abandon(segment, e);
            Trouble(segment.Start, SentenceOf(e));
        }
    }

    private void Park(OpenSegment segment)
    {
        FlushNow(segment);
        if (_segment is null)
            return;
        segment.Live = false;
        segment.ParkedAt = _context.Time.GetTimestamp();
        if (segment.EndsGap)
            EndGap(segment.StartMs);
        segment.EndsGap = false;
    }

    private void Commit()
    {
        if (_segment is not { } segment)
            return;
        try
        {
            segment.File.CutBack();
        }
        catch (Exception e) when (IsTrouble(e))
        {
            LeaveTorn(segment, e);
            Trouble(segment.End, SentenceOf(e));
            return;
        }

        try
        {
            if (segment.File.NeedsFlush)
                segment.File.Flush();
        }
        catch (Exception e) when (IsTrouble(e))
        {
            Abandon(segment, e);
            Trouble(segment.Start, SentenceOf(e));
            return;
        }

        var row = segment.ToRow();
        _segment = null;
        _lastEnd = segment.End;
        segment.File.Dispose();
        if (segment.EndsGap)
            EndGap(row.StartMs);
        try
        {
            _context.Volume.Rename(segment.Path.Part, segment.Path.File);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            _context.Logger.RenameFailed(e, _camera.Room, _camera.Camera, segment.Path.Part);
            return;
        }

        FlushFolder(segment.Path.Folder);
        segment.Run.Wall.Settle();
        _index.Do(t =>
        {
            t.AddSegment(_camera.No, row);
            foreach (var hole in segment.Holes)
                t.AddGap(_camera.No, hole);
        });
        _index.Settle();
    }

    /// <summary>Gives a segment up: its file is garbage from here on, and its time is a gap.</summary>
    private void Abandon(OpenSegment segment, Exception cause)
    {
        _context.Logger.Abandoned(cause, _camera.Room, _camera.Camera, segment.Path.Part);
        _segment = null;
        segment.File.Live?.Close();
        segment.File.Dispose();
        if (segment.EndsGap)
            EndGap(segment.StartMs);
        if (_gap is null)
            BeginGap(segment.StartMs, GapCause.Disk, Sentences.DiskFailed);
        Discard(segment.Path, "abandoned");
    }

    // Row first: a file whose deletion fails, or is cut off by a crash, is garbage by name and goes at the next start.
    private void Discard(ArchivePath path, string reason)
    {
        var nowMs = _context.NowMs;
        _index.Do(t =>
        {
            t.DropPart(path);
            t.AddGarbage(path.Part, null, reason, nowMs);
        });
        try
        {
            _context.Volume.DeleteForGood(path.Part);
            _index.Later(t => t.DropGarbage(path.Part));
        }
        catch (Exception e) when (IsTrouble(e))
        {
            _context.Logger.GarbageStays(e, path.Part);
        }
    }

    /// <summary>The disk failed: whatever gap there is has that cause from here on, and the next attempt comes a second later.</summary>
    private void Trouble(long from, LocalText detail)
    {
        (_inTrouble, _troubleAt, _trouble) = (true, _context.Time.GetTimestamp(), detail);
        if (_gap is null)
            BeginGap(UnixMs.Of(new(_lastEnd == 0 ? from : _lastEnd, TimeSpan.Zero)), GapCause.Disk, detail);
        else
            ChangeGap(GapCause.Disk, detail, new(from, TimeSpan.Zero));
        _index.Settle();
        State = StateNow();
    }

    private static LocalText SentenceOf(Exception cause) =>
        cause is WrongVolumeException ? Sentences.WrongVolume
        : DiskFull.Is(cause) ? Sentences.DiskFull
        : Sentences.DiskFailed;

    private void FlushFolder(string folder)
    {
        try
        {
            _context.Volume.FlushFolder(folder);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            throw new FootageFatalException("flush a folder", folder, e);
        }
    }

    private static bool IsTrouble(Exception e) => e is IOException or UnauthorizedAccessException && e is not FootageFatalException;
}
