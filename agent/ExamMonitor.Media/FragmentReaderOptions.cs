using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Media;

/// <summary>Bounds on what a stream may ask of memory. A stream beyond a bound is refused before anything is allocated for it.</summary>
public sealed class FragmentReaderOptions
{
    /// <summary>The defaults.</summary>
    public static FragmentReaderOptions Default { get; } = new();

    /// <summary>Largest <c>ftyp</c> + <c>moov</c>, bytes. Default 1 MiB.</summary>
    [Range(1024, 16 << 20)]
    public int MaxInitializationBytes { get; init; } = 1 << 20;

    /// <summary>Largest <c>moof</c>, bytes. Default 4 MiB.</summary>
    [Range(1024, 64 << 20)]
    public int MaxMovieFragmentBytes { get; init; } = 4 << 20;

    /// <summary>Largest whole fragment, bytes. Default 64 MiB: 16 s at 32 Mbit/s.</summary>
    [Range(4096, 512 << 20)]
    public int MaxFragmentBytes { get; init; } = 64 << 20;

    /// <summary>Most samples of all tracks in one fragment. Default 100,000.</summary>
    [Range(1, 1_000_000)]
    public int MaxSamples { get; init; } = 100_000;

    /// <summary>Most tracks. Default 8.</summary>
    [Range(1, 64)]
    public int MaxTracks { get; init; } = 8;
}
