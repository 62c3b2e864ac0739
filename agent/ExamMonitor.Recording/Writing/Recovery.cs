using System.Security.Cryptography;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Media;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;

namespace ExamMonitor.Recording.Writing;

/// <summary>Commits what the last process left behind: see <see cref="CameraJournal"/> for what that can be.</summary>
/// <remarks>Every step may be cut off and done again: until the row is committed, the <c>parts</c> row stands.</remarks>
/// <param name="context">Archive.</param>
internal sealed class Recovery(ArchiveContext context)
{
    // A disk sector of zeros. Coded video holds no three zero bytes in a row (emulation prevention, ITU-T H.264 7.4.1), and a frame of AAC
    // silence is shorter.
    private static readonly byte[] UnwrittenPage = new byte[512];

    /// <summary>Goes through <c>parts</c> and <c>garbage</c>.</summary>
    /// <returns>Segments committed.</returns>
    /// <exception cref="IOException">The volume cannot be read or written; nothing is lost, the next start goes on.</exception>
    public int Run(CancellationToken cancellationToken)
    {
        var cameras = context.Index.Read(q => q.Cameras()).ToDictionary(c => c.No);
        var committed = 0;
        foreach (var part in context.Index.Read(q => q.Parts()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (cameras.TryGetValue(part.CameraNo, out var camera) && Resolve(camera, part))
                committed++;
        }

        // An older copy of the volume has files of which only the newer one's ledger says why they went.
        var older = context.Ledger.Entries is { } entries && NotedHead.IsShorter(context.Index, entries);
        // What lies on the archive tier alone waits for its ledger entry, which the tier's next pass makes.
        var waiting = context
            .Index.Read(q => q.Garbage())
            .Where(g => g.Reason != GarbageRow.OnArchiveTier && !(older && g.Segment is not null));
        foreach (var garbage in GarbageCheck.Deletable(context, waiting))
        {
            context.Volume.DeleteForGood(garbage.Path);
            context.Index.Write(t => t.DropGarbage(garbage.Path));
        }

        return committed;
    }

    /// <summary>
    /// Commits one file. A <c>.part</c> without a whole fragment is let go: nothing was ever promised of it. A committed file is left where
    /// it is, whatever it holds.
    /// </summary>
    /// <returns>Whether it was committed.</returns>
    internal bool Resolve(CameraRow camera, PartRow part)
    {
        var isPart = context.Volume.Length(part.Path.Part) is not null;
        var name = isPart ? part.Path.Part : part.Path.File;
        if (context.Volume.Length(name) is null)
        {
            context.Index.Write(t => t.DropPart(part.Path));
            return false;
        }

        if (TryScan(camera, name, torn: isPart) is not { } found)
            return false;
        if (found.File.Fragments.Count == 0)
        {
            if (isPart)
                context.Logger.NothingToRecover(camera.Room, camera.Camera, name);
            else
                context.Logger.Unreadable(found.File.Problem, camera.Room, camera.Camera, name);
            context.Index.Write(t =>
            {
                t.DropPart(part.Path);
                if (isPart)
                    t.AddGarbage(name, null, "no whole fragment", context.NowMs);
            });
            return false;
        }

        if (isPart)
            Finish(part.Path, found.File);
        var (startMs, endMs) = WallOf(found.File, part.StartMs);
        var row = new NewSegment(
            startMs,
            endMs,
            part.Run,
            part.Path,
            found.File.WholeBytes,
            found.Sha256,
            part.MediaStart90k,
            found.Entries[^1].Start90k + found.Entries[^1].Duration90k,
            isPart,
            found.File.Initialization!.Bytes.Length,
            found.Entries
        );
        var holes = MediaHoles.Of(found.File, found.Standing, startMs);
        context.Index.Write(t => Commit(t, camera, row, holes));
        context.Logger.Recovered(
            camera.Room,
            camera.Camera,
            part.Path.File,
            found.Entries.Count,
            found.File.TotalBytes - found.File.WholeBytes
        );
        return true;
    }

    private static void Commit(IndexTransaction t, CameraRow camera, NewSegment row, List<Span> holes)
    {
        // The open gap began before this footage; or inside it, and the process died before it noted that the camera was back; or after it.
        if (t.Queries.OpenGap(camera.No) is { } gap)
        {
            if (gap.StartMs <= row.StartMs)
                t.CloseGap(camera.No, row.StartMs);
            else if (holes.Find(h => gap.StartMs < h.EndMs && gap.StartMs > h.StartMs - 100) is { LengthMs: > 0 } pause)
                t.CloseGap(camera.No, pause.EndMs);
        }

        var known = t.Queries.Camera(camera.Room, camera.Camera)!;
        t.AddSegment(camera.No, row);
        foreach (
            var hole in MediaHoles.Untold(
                holes,
                t.Queries.Gaps(known, row.StartMs, row.EndMs).ConvertAll(g => new Span(g.StartMs, g.EndMs!.Value))
            )
        )
            t.AddGap(camera.No, new(hole.StartMs, hole.EndMs, GapCause.Unknown, Sentences.MediaMissing));
        // An older file that is taken in late is not where the camera's footage ends.
        if (known.LastEndMs is { } end && end > row.EndMs)
            t.SetLastEnd(camera.No, end);
    }

    /// <summary>
    /// Reads a file; null when the disk does not give it back: it stays, its row leads to it, and the next start tries again. One bad
    /// sector stops no recording.
    /// </summary>
    private ScannedSegment? TryScan(CameraRow camera, string name, bool torn)
    {
        try
        {
            return Scan(context.Volume, name, torn, context.Options.LongestSample);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            context.Logger.Unreadable(e, camera.Room, camera.Camera, name);
            return null;
        }
    }

    private void Finish(ArchivePath path, FragmentFile file)
    {
        using (var part = context.Volume.OpenAppend(path.Part))
        {
            if (part.Length > file.WholeBytes)
                part.SetLength(file.WholeBytes);
            part.Flush();
        }

        context.Volume.Rename(path.Part, path.File);
        context.Volume.FlushFolder(path.Folder);
    }

    /// <summary>What a segment file tells of itself: fragments, and the hash of its whole ones.</summary>
    /// <param name="volume">Volume.</param>
    /// <param name="path">File.</param>
    /// <param name="torn">Whether the power may have gone while it was written: then a fragment with a page of zeros is no whole
    /// one.</param>
    /// <param name="longest">A picture that stands longer is a hole; null when nobody asks.</param>
    internal static ScannedSegment Scan(IVolume volume, string path, bool torn = false, TimeSpan? longest = null)
    {
        // Synchronous by decision: recovery runs on its own, before anything else does.
        var standing = new List<(int, long, long)>();
        var file = ScanFileAsync(
                volume,
                path,
                torn,
                (fragment, number, initialization) =>
                {
                    if (
                        longest is { } most
                        && MediaHoles.StandingPicture(fragment, initialization, most, 0, new Pts90k(fragment.Duration).ToTimeSpan().Ticks)
                            is var (from, to)
                    )
                        standing.Add((number, from, to));
                }
            )
            .GetAwaiter()
            .GetResult();
        var entries = file
            .Fragments.Select(f => new FragmentEntry(
                (int)f.SizeBytes,
                f.Start.Ticks,
                (int)Math.Min(f.Duration, int.MaxValue),
                f.StartsWithSync,
                0
            ))
            .ToList();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = volume.OpenRead(path) ?? throw new FileNotFoundException("The file is gone.", path);
        HashFirst(stream, file.WholeBytes, hash);
        return new(file, entries, hash.GetHashAndReset()) { Standing = standing };
    }

    private static async Task<FragmentFile> ScanFileAsync(
        IVolume volume,
        string path,
        bool torn,
        Action<Fragment, int, InitializationSegment> onFragment
    )
    {
        var stream = volume.OpenRead(path) ?? throw new FileNotFoundException("The file is gone.", path);
        var (count, unwritten) = (0, -1);
        FragmentFile file;
        await using (stream.ConfigureAwait(false))
        {
            file = await FragmentFileScanner
                .ScanAsync(
                    stream,
                    null,
                    CancellationToken.None,
                    (fragment, initialization) =>
                    {
                        onFragment(fragment, count, initialization);
                        if (torn && unwritten < 0 && fragment.Bytes.Span.IndexOf(UnwrittenPage) >= 0)
                            unwritten = count;
                        count++;
                    }
                )
                .ConfigureAwait(false);
        }

        return unwritten < 0
            ? file
            : file with
            {
                Fragments = [.. file.Fragments.Take(unwritten)],
                WholeBytes = file.Fragments[unwritten].Offset,
                Problem = new InvalidMediaException("A page of the file was never written", file.Fragments[unwritten].Offset),
            };
    }

    private static void HashFirst(Stream stream, long bytes, IncrementalHash hash)
    {
        var buffer = new byte[1 << 16];
        while (bytes > 0)
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(bytes, buffer.Length));
            if (read == 0)
                throw new EndOfStreamException("The file became shorter while it was read.");
            hash.AppendData(buffer, 0, read);
            bytes -= read;
        }
    }

    /// <summary>Wall time by the file's own <c>prft</c> boxes; a file without them begins at <paramref name="fallbackMs"/>.</summary>
    internal static (long StartMs, long EndMs) WallOf(FragmentFile file, long fallbackMs)
    {
        var last = file.Fragments[^1];
        var media = Pts(last.Start.Ticks + last.Duration - file.Fragments[0].Start.Ticks);
        var first = file.Fragments[0].ProducerTimeUtc;
        if (first is null || last.ProducerTimeUtc is not { } lastTime)
            return (fallbackMs, fallbackMs + Math.Max(1, media.Ticks / TimeSpan.TicksPerMillisecond));
        var end = lastTime + Pts(last.Duration);
        return (UnixMs.Of(first.Value), Math.Max(UnixMs.Of(end), UnixMs.Of(first.Value) + 1));
    }

    private static TimeSpan Pts(long ticks90k) => new Pts90k(ticks90k).ToTimeSpan();
}

/// <summary>A segment file that was read from end to end.</summary>
/// <param name="File">Its fragments.</param>
/// <param name="Entries">The same for the index.</param>
/// <param name="Sha256">Hash up to the end of the last whole fragment.</param>
internal sealed record ScannedSegment(FragmentFile File, IReadOnlyList<FragmentEntry> Entries, byte[] Sha256)
{
    /// <summary>Pictures that stand too long: number of the fragment, and from where to where after its beginning, ticks.</summary>
    public IReadOnlyList<(int Fragment, long From, long To)> Standing { get; init; } = [];
}
