using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Recording;

/// <summary>
/// Which volume lies at the configured folder, judged before a byte is written there. <c>run</c> and <c>check</c> ask here, so that they
/// cannot differ.
/// </summary>
/// <param name="Id">Id of the volume; null when the first start may make one of the empty or missing folder.</param>
public sealed record VolumeJudgement(Guid? Id)
{
    /// <summary>Judges the folder of the options. Reads only.</summary>
    /// <exception cref="WrongVolumeException">It must not be used: not mounted, another volume, of another site, or no volume at all. The
    /// message says which and what to do.</exception>
    public static VolumeJudgement Of(FootageOptions options) =>
        Of(
            new DiskVolume(options.VolumePath),
            Directory.Exists(options.VolumePath),
            FootageIndex.KnownVolume(options.IndexPath),
            options.Site,
            options.CreateVolume
        );

    /// <summary>Judges a folder.</summary>
    /// <param name="volume">Folder.</param>
    /// <param name="exists">Whether it is there.</param>
    /// <param name="known">Volume that the index knows; null when it knows none.</param>
    /// <param name="site">Site of the configuration.</param>
    /// <param name="mayCreate">Whether an empty folder may become a volume.</param>
    internal static VolumeJudgement Of(IVolume volume, bool exists, Guid? known, SiteId site, bool mayCreate)
    {
        var found = exists ? VolumeIdentity.Read(volume) : null;
        if (known is { } id)
        {
            VolumeIdentity.Require(volume, id);
        }
        else if (found is null)
        {
            if (!mayCreate)
                throw new WrongVolumeException(
                    volume.Root,
                    $"There is no {VolumeIdentity.FileName}, and making a new volume is not allowed. Mount the footage disk. For a new, empty one set footage.createVolume for one start."
                );
            if (exists)
                VolumeIdentity.RequireEmpty(volume);
            return new(null as Guid?);
        }

        if (found!.Site != site)
            throw new WrongVolumeException(volume.Root, $"This volume belongs to site {found.Site}, not {site}. Mount the right disk.");
        return new(found.Id);
    }
}
