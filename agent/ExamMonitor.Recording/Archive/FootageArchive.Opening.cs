using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.Recording.Writing;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Recording;

/// <summary>From a folder to an archive that can be written.</summary>
public sealed partial class FootageArchive
{
    /// <summary>Checks the volume, opens or remakes the index, and recovers what the last process left.</summary>
    /// <param name="options">Where and how.</param>
    /// <param name="ledger">Where segments and gaps are reported; null for nowhere.</param>
    /// <param name="time">Clock.</param>
    /// <param name="logger">Log.</param>
    /// <param name="cancellationToken">Stops the opening.</param>
    /// <exception cref="WrongVolumeException">The volume is missing, strange, or in use by another process.</exception>
    /// <exception cref="FootageException">The index cannot be opened.</exception>
    /// <exception cref="IOException">Recovery could not read or write the volume.</exception>
    public static Task<FootageArchive> OpenAsync(
        FootageOptions options,
        ILedgerSink? ledger,
        TimeProvider time,
        ILogger<FootageArchive> logger,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
            {
                // Before the lock: its file must not appear on another disk, or below a mount point without its disk.
                if (VolumeJudgement.Of(options).Id is null)
                    Directory.CreateDirectory(options.VolumePath);
                var @lock = VolumeLock.Take(options.VolumePath);
                try
                {
                    var archive = Open(
                        options,
                        new DiskVolume(options.VolumePath),
                        @lock,
                        new Surroundings(ledger ?? new NoLedger(), time, logger),
                        cancellationToken
                    );
                    archive.IndexChecked = Task.Run(archive.CheckIndex, CancellationToken.None);
                    return archive;
                }
                catch
                {
                    @lock.Dispose();
                    throw;
                }
            },
            cancellationToken
        );

    /// <summary>
    /// Keeps every agent away from a volume that was judged, for a command that works on its files; disposed of by the caller.
    /// </summary>
    /// <exception cref="WrongVolumeException">An agent runs.</exception>
    public static IDisposable Lock(FootageOptions options) => VolumeLock.Take(options.VolumePath);

    /// <summary>Opens over any volume.</summary>
    /// <remarks>
    /// A damaged index is set aside and made again first: until the newest rows of each camera are known, none may be recorded.
    /// </remarks>
    internal static FootageArchive Open(
        FootageOptions options,
        IVolume volume,
        VolumeLock? @lock,
        Surroundings around,
        CancellationToken cancellationToken
    )
    {
        var reason = IndexFiles.IsHalfAside(options.IndexPath) ? "setting it aside was cut off" : null;
        if (reason is null)
        {
            try
            {
                return Open(options, volume, @lock, around, OpenChecked(options, volume), cancellationToken);
            }
            catch (IndexRebuildingException e)
            {
                reason = (e.InnerException ?? e).Message;
            }
        }

        around.Logger.IndexDamaged(reason);
        var aside = IndexFiles.SetAside(options.IndexPath, around.Time.GetUtcNow());
        var mended = Open(options, volume, @lock, around, FootageIndex.OpenNew(options.IndexPath), cancellationToken);
        mended._rebuild.NoteMended(reason, aside);
        return mended;
    }

    /// <summary>
    /// Reading a file through takes time: a small one is checked before anything begins, a larger one beside the recording.
    /// </summary>
    private static bool IsSmall(string path) => !File.Exists(path) || new FileInfo(path).Length <= 32L << 20;

    private static FootageIndex OpenChecked(FootageOptions options, IVolume volume)
    {
        var (path, index) = (options.IndexPath, OpenIndex(options, volume));
        try
        {
            return IsSmall(path) && index.Read(q => q.Damage()) is { } damage
                ? throw new IndexRebuildingException(path, new IOException(damage))
                : index;
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    private static FootageArchive Open(
        FootageOptions options,
        IVolume volume,
        VolumeLock? @lock,
        Surroundings around,
        FootageIndex index,
        CancellationToken cancellationToken
    )
    {
        try
        {
            var identity = Identify(options, volume, index, around.Time);
            var reserve = new BookkeepingReserve(volume, identity.Id, options, around.Logger);
            // Before the ledger: a full disk would not let it open.
            reserve.Open();
            var context = new ArchiveContext(options, volume, identity.Id, index, around.Ledger)
            {
                Time = around.Time,
                Logger = around.Logger,
                Reserve = reserve,
            };
            context.SeenRun(index.Read(q => q.Counter("run")));
            var isNew = index.Read(q => q.Volumes()).Count == 0;
            if (isNew)
                Reindex.Run(context, identity, null, cancellationToken);
            else if (IndexAge.FindBehind(volume, index, around.Ledger) is { } what)
                throw new IndexRebuildingException(index.Path, new IOException($"it is older than the volume: {what}"));
            var recovered = new Recovery(context).Run(cancellationToken);
            LostEntries.Pend(context);
            foreach (var camera in index.Read(q => q.Cameras()))
                new CameraIndex(context, camera) { Source = isNew ? LeafSource.Volume : LeafSource.Start }.Finish();
            around.Logger.Opened(identity.Id, volume.Root);
            return new FootageArchive(context, @lock) { RecoveredSegments = recovered };
        }
        catch
        {
            index.Dispose();
            throw;
        }
    }

    /// <summary>An index that lies on the full volume itself needs room to be opened.</summary>
    private static FootageIndex OpenIndex(FootageOptions options, IVolume volume)
    {
        try
        {
            return FootageIndex.Open(options.IndexPath);
        }
        catch (FootageException e)
            when (e is not IndexRebuildingException
                && FileSystemOf.Path(options.IndexPath) == FileSystemOf.Path(volume.Root)
                && BookkeepingReserve.TryGiveBack(volume)
            )
        {
            return FootageIndex.Open(options.IndexPath);
        }
    }

    private static VolumeIdentity Identify(FootageOptions options, IVolume volume, FootageIndex index, TimeProvider time)
    {
        var known = index.Read(q => q.Volumes()) is [var (id, _), ..] ? id : (Guid?)null;
        return VolumeJudgement.Of(volume, exists: true, known, options.Site, options.CreateVolume).Id is null
            ? VolumeIdentity.Create(volume, options.Site, time.GetUtcNow())
            : VolumeIdentity.Read(volume)!;
    }
}
