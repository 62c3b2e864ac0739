namespace ExamMonitor.Coverage.Vision;

/// <summary>Everything that is measured of one frame; its arrays are made once and filled again for each frame.</summary>
/// <param name="width">Of the frame, px.</param>
/// <param name="height">Of the frame, px.</param>
/// <param name="stations">Stations in view.</param>
public sealed class FrameMeasures(int width, int height, int stations)
{
    /// <summary>Columns of the block grid.</summary>
    public const int GridX = 16;

    /// <summary>Rows of the block grid.</summary>
    public const int GridY = 9;

    /// <summary>Columns of a station's cells.</summary>
    public const int CellsX = 6;

    /// <summary>Rows of a station's cells.</summary>
    public const int CellsY = 4;

    /// <summary>Cells of a station.</summary>
    public const int CellsPerStation = CellsX * CellsY;

    /// <summary>Columns of a station's patch.</summary>
    public const int PatchX = 24;

    /// <summary>Rows of a station's patch.</summary>
    public const int PatchY = 16;

    /// <summary>Bytes of a station's patch.</summary>
    public const int PatchLength = PatchX * PatchY;

    private readonly CellMeasure[] _cells = new CellMeasure[stations * CellsPerStation];
    private readonly byte[] _patches = new byte[stations * PatchLength];

    /// <summary>Frame width, px.</summary>
    public int Width { get; } = width;

    /// <summary>Frame height, px.</summary>
    public int Height { get; } = height;

    /// <summary>Levels of the whole frame.</summary>
    public FrameLevels Levels { get; set; }

    /// <summary>How the frame lies over the reference.</summary>
    public Registration Registration { get; set; }

    /// <summary>The homography by which everything below was brought onto the reference.</summary>
    public Homography Aligned { get; set; } = Homography.Identity;

    /// <summary>Blocks, row by row.</summary>
    public BlockMeasure[] Blocks { get; } = new BlockMeasure[GridX * GridY];

    /// <summary>Stations, in the geometry's order.</summary>
    public StationMeasure[] Stations { get; } = new StationMeasure[stations];

    /// <summary>Hash of each 8 × 8 block of the frame as it is, 0 = no texture.</summary>
    public ushort[] Hashes { get; } = new ushort[width / 8 * (height / 8)];

    /// <summary>Mean luma of each 8 × 8 block of the frame as it is.</summary>
    public byte[] Means { get; } = new byte[width / 8 * (height / 8)];

    /// <summary>Cells of a station.</summary>
    /// <param name="station">Index in <see cref="Stations"/>.</param>
    public Span<CellMeasure> Cells(int station) => _cells.AsSpan(station * CellsPerStation, CellsPerStation);

    /// <summary>Luma of a station's bounding box, shrunk to 24 × 16.</summary>
    /// <param name="station">Index in <see cref="Stations"/>.</param>
    public Span<byte> Patch(int station) => _patches.AsSpan(station * PatchLength, PatchLength);
}
