using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.Recording.Writing;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Recording.Care;

/// <summary>What an administrator does with an archive: <c>fsck</c>, its repairs, <c>reindex</c>.</summary>
public static class FootageCare
{
    /// <summary>Looks, and changes nothing. May run beside a working agent.</summary>
    /// <param name="options">Volume and index.</param>
    /// <param name="depth">How deep.</param>
    /// <param name="progress">Told of every row and folder; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="WrongVolumeException">The volume is missing, or is not the one that the index knows.</exception>
    /// <exception cref="FootageException">The index is missing or cannot be read.</exception>
    public static Task<FsckReport> CheckAsync(
        FootageOptions options,
        FsckDepth depth,
        IProgress<CareProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
            {
                using var index = FootageIndex.OpenToRead(options.IndexPath);
                var volume = new DiskVolume(options.VolumePath);
                return Check(volume, index, depth, progress, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>Carries out the repairs of a report that still apply. The agent must not run.</summary>
    /// <param name="options">Volume and index.</param>
    /// <param name="plan">Report of <see cref="CheckAsync"/>, whole or with findings left out.</param>
    /// <param name="around">Clock, log and ledger.</param>
    /// <param name="cancellationToken">Stops between two repairs.</param>
    /// <exception cref="WrongVolumeException">The volume is another one than the report's, or an agent runs.</exception>
    public static Task<RepairReport> RepairAsync(
        FootageOptions options,
        FsckReport plan,
        CareSurroundings around,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
            {
                var volume = new DiskVolume(options.VolumePath);
                VolumeIdentity.Require(volume, plan.Volume);
                using var @lock = VolumeLock.Take(options.VolumePath);
                using var index = Told(options.IndexPath, () => FootageIndex.Open(options.IndexPath));
                return new Repair(Context(options, volume, index, around, plan.Volume)).Apply(plan, cancellationToken);
            },
            cancellationToken
        );

    /// <summary>
    /// Makes the index again from the volume alone. The agent must not run. The old file, if there is one, is kept beside it with the
    /// ending <c>.damaged-…</c>.
    /// </summary>
    /// <param name="options">Volume and index.</param>
    /// <param name="around">Clock, log and ledger.</param>
    /// <param name="progress">Told of every folder; null for nobody.</param>
    /// <param name="cancellationToken">Stops it; the next start begins anew.</param>
    /// <exception cref="WrongVolumeException">There is no volume, or an agent runs.</exception>
    public static Task<ReindexReport> ReindexAsync(
        FootageOptions options,
        CareSurroundings around,
        IProgress<CareProgress>? progress,
        CancellationToken cancellationToken
    ) =>
        Task.Run(
            () =>
            {
                var volume = new DiskVolume(options.VolumePath);
                var identity =
                    VolumeIdentity.Read(volume)
                    ?? throw new WrongVolumeException(
                        options.VolumePath,
                        $"There is no {VolumeIdentity.FileName}: this is no footage volume. Mount the footage disk."
                    );
                using var @lock = VolumeLock.Take(options.VolumePath);
                IndexFiles.SetAside(options.IndexPath, around.Time.GetUtcNow());
                using var index = FootageIndex.OpenNew(options.IndexPath);
                var context = Context(options, volume, index, around, identity.Id);
                var report = Reindex.Run(context, identity, progress, cancellationToken);
                foreach (var camera in index.Read(q => q.Cameras()))
                    new CameraIndex(context, camera) { Source = LeafSource.Volume }.Finish();
                return report;
            },
            cancellationToken
        );

    internal static FsckReport Check(
        IVolume volume,
        FootageIndex index,
        FsckDepth depth,
        IProgress<CareProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var known = Told(index.Path, () => index.Read(q => q.Volumes()));
        if (known.Count == 0)
            throw new FootageException("check the archive", index.Path, "The index names no volume. Run reindex.");
        VolumeIdentity.Require(volume, known[0].Id);
        return new Fsck(volume, index, depth, progress).Run(VolumeIdentity.Read(volume)!, cancellationToken);
    }

    /// <summary>Nobody makes a damaged index again beside a command: a person is told who does.</summary>
    private static T Told<T>(string path, Func<T> ask)
    {
        try
        {
            return ask();
        }
        catch (IndexRebuildingException e)
        {
            throw new FootageException("use the index", path, "It is damaged. Start the agent, which makes it again, or run reindex.", e);
        }
    }

    private static ArchiveContext Context(
        FootageOptions options,
        IVolume volume,
        FootageIndex index,
        CareSurroundings around,
        Guid volumeId
    )
    {
        var reserve = new BookkeepingReserve(volume, volumeId, options, around.Logger);
        reserve.Open();
        var context = new ArchiveContext(options, volume, volumeId, index, around.Ledger ?? new NoLedger())
        {
            Time = around.Time,
            Logger = around.Logger,
            Reserve = reserve,
        };
        context.SeenRun(index.Read(q => q.Counter("run")));
        return context;
    }
}

/// <summary>What care is given from outside.</summary>
/// <param name="Ledger">Where adopted segments are entered; null for nowhere.</param>
/// <param name="Time">Clock.</param>
/// <param name="Logger">Log.</param>
public sealed record CareSurroundings(ILedgerSink? Ledger, TimeProvider Time, ILogger Logger);
