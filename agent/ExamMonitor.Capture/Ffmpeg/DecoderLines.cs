namespace ExamMonitor.Capture.Ffmpeg;

/// <summary>Which lines of ffmpeg's standard error speak of a picture that could not be decoded whole. Pure.</summary>
internal static class DecoderLines
{
    private static readonly string[] Signs =
    [
        "error while decoding",
        "concealing",
        "decode_slice_header error",
        "corrupt",
        "Invalid NAL unit",
        "Could not find ref",
        "no frame!",
        "cabac_init_idc",
        "out of range",
        "left block unavailable",
        "top block unavailable",
        "mb_type",
        "Error submitting",
        "Error splitting",
        "PPS id",
        "missing picture",
        "reference picture missing",
    ];

    /// <summary>Whether a line tells a decoder's error.</summary>
    public static bool IsError(string line) =>
        (
            line.StartsWith("[h264 @", StringComparison.Ordinal)
            || line.StartsWith("[hevc @", StringComparison.Ordinal)
            || line.StartsWith("Error", StringComparison.Ordinal)
        ) && Array.Exists(Signs, s => line.Contains(s, StringComparison.OrdinalIgnoreCase));
}
