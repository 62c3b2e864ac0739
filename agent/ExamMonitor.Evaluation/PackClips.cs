using ExamMonitor.Packs;
using ExamMonitor.Recording;

namespace ExamMonitor.Evaluation;

/// <summary>Opens the clips of a pack. Thread-safe.</summary>
internal interface IPackClips
{
    /// <summary>Opens one.</summary>
    /// <param name="clip">Clip.</param>
    /// <param name="path">Path in the pack.</param>
    /// <exception cref="IOException">It is not there any more.</exception>
    Stream Open(PackPlanClip clip, string path);
}

/// <summary>Clips where they lie: on the volume.</summary>
internal sealed class ArchiveClips(FootageArchive archive) : IPackClips
{
    /// <inheritdoc/>
    public Stream Open(PackPlanClip clip, string path)
    {
        var segment = archive
            .FindSegments(clip.Room, clip.Camera, clip.Start, clip.Start.AddMilliseconds(1))
            .FirstOrDefault(s => PackFormat.Clips + s.Path == path);
        return (segment is null ? null : archive.OpenSegment(segment))
            ?? throw new IOException($"{path} is not there any more. Make the pack again.");
    }
}
