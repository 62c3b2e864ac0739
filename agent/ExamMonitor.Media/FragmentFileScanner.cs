using System.Runtime.InteropServices;

namespace ExamMonitor.Media;

/// <summary>A fragment of a file, without its bytes.</summary>
/// <param name="Offset">Where it begins in the file, with the boxes before its <c>moof</c>.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="Start">As <see cref="Fragment.Start"/>.</param>
/// <param name="Duration">As <see cref="Fragment.Duration"/>, 1/90,000 s.</param>
/// <param name="StartsWithSync">As <see cref="Fragment.StartsWithSync"/>.</param>
/// <param name="ProducerTimeUtc">As <see cref="Fragment.ProducerTimeUtc"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct ScannedFragment(
    long Offset,
    long SizeBytes,
    Pts90k Start,
    long Duration,
    bool StartsWithSync,
    DateTimeOffset? ProducerTimeUtc
);

/// <summary>What a file holds.</summary>
/// <param name="Initialization">Its <c>ftyp</c> + <c>moov</c>; null when not even that is whole.</param>
/// <param name="Fragments">Its whole fragments, in order.</param>
/// <param name="WholeBytes">Where the last whole fragment ends (the initialization segment when there is none; 0 without it): what a cut
/// would keep.</param>
/// <param name="TotalBytes">Size of the file as far as it was read.</param>
/// <param name="Problem">Why the rest is no fragment; null when the file ends with a whole one.</param>
public sealed record FragmentFile(
    InitializationSegment? Initialization,
    IReadOnlyList<ScannedFragment> Fragments,
    long WholeBytes,
    long TotalBytes,
    InvalidMediaException? Problem
);

/// <summary>Lists the whole fragments of a file, and finds where the last of them ends. Damage is an answer, never an error.</summary>
public static class FragmentFileScanner
{
    /// <summary>
    /// Reads <paramref name="stream"/> from its start to its end or to the first damage; memory is bounded by one fragment.
    /// </summary>
    /// <param name="stream">Positioned at the start of the file.</param>
    /// <param name="options">Bounds; null for the defaults.</param>
    /// <param name="cancellationToken">Stops the scan.</param>
    /// <param name="onFragment">Sees each whole fragment with its bytes, and the tracks; may be null.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task<FragmentFile> ScanAsync(
        Stream stream,
        FragmentReaderOptions? options,
        CancellationToken cancellationToken,
        Action<Fragment, InitializationSegment>? onFragment = null
    )
    {
        var reader = new FragmentReader(stream, options);
        var fragments = new List<ScannedFragment>();
        InitializationSegment? initialization = null;
        var whole = 0L;
        InvalidMediaException? problem = null;
        try
        {
            initialization = await reader.ReadInitializationAsync(cancellationToken).ConfigureAwait(false);
            whole = reader.Position;
            while (await reader.ReadFragmentAsync(cancellationToken).ConfigureAwait(false) is { } fragment)
            {
                // Sound without pictures lies where the pictures end, and lasts no time of theirs.
                var (start, duration) =
                    fragment.IsSoundAlone && fragments is [.., var before]
                        ? (new(before.Start.Ticks + before.Duration), 0)
                        : (fragment.Start, fragment.Duration);
                fragments.Add(
                    new(
                        reader.Position - fragment.Bytes.Length,
                        fragment.Bytes.Length,
                        start,
                        duration,
                        fragment.StartsWithSync,
                        fragment.ProducerTimeUtc
                    )
                );
                onFragment?.Invoke(fragment, initialization);
                whole = reader.Position;
            }
        }
        catch (InvalidMediaException e)
        {
            problem = e;
        }

        return new(initialization, fragments, whole, Math.Max(reader.Position, problem?.Offset ?? 0), problem);
    }
}
