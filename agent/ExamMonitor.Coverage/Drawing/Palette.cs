namespace ExamMonitor.Coverage.Drawing;

/// <summary>
/// Colours 0xRRGGBB, told apart by people who do not tell red from green (Okabe and Ito's set), with the meaning also in words or shape.
/// </summary>
internal static class Palette
{
    public const uint Pass = 0x00B07A,
        Fail = 0xD55E00,
        Point = 0x56B4E9,
        Suspect = 0xFF3030,
        Volume = 0xE8E8E8,
        Text = 0xFFFFFF,
        Shade = 0x101418,
        Canvas = 0x606870;

    /// <summary>One colour a camera, used again after the last.</summary>
    public static uint Camera(int index) => s_cameras[index % s_cameras.Length];

    /// <summary>From little to much density: five steps of IEC 62676-4:2014 (12.5, 25, 62.5, 125, 250 px/m).</summary>
    public static string Density(double pxPerMetre) =>
        pxPerMetre switch
        {
            >= 250 => "#08519c",
            >= 125 => "#3182bd",
            >= 62.5 => "#6baed6",
            >= 25 => "#bdd7e7",
            >= 12.5 => "#e6eef5",
            _ => "#f7f7f7",
        };

    public static string Hex(uint rgb) => $"#{rgb:x6}";

    private static readonly uint[] s_cameras = [0xE69F00, 0x0072B2, 0xCC79A7, 0x009E73, 0xD55E00, 0x56B4E9, 0x8C6D31, 0x6A51A3];
}
