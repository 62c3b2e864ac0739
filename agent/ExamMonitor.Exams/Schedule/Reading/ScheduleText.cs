using System.Text;

namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>
/// Turns a file's bytes into text: UTF-8 with or without byte order mark, UTF-16 with one, else GB18030, which is what Chinese spreadsheets
/// write.
/// </summary>
internal static class ScheduleText
{
    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);
    private static readonly Lazy<Encoding> Gb18030 = new(() =>
        CodePagesEncodingProvider.Instance.GetEncoding("GB18030", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!
    );

    /// <summary>The text; null when the bytes are in none of the encodings. Line ends are as in the file.</summary>
    /// <param name="bytes">Content of the file.</param>
    /// <param name="allowGb18030">Whether bytes that are not UTF-8 may be GB18030; else they are refused.</param>
    public static string? Decode(ReadOnlySpan<byte> bytes, bool allowGb18030) => Decode(bytes, allowGb18030, out _);

    /// <summary>The text, as above, and how it was written.</summary>
    /// <param name="bytes">Content of the file.</param>
    /// <param name="allowGb18030">Whether bytes that are not UTF-8 may be GB18030; else they are refused.</param>
    /// <param name="encoding"><c>utf-8</c>, <c>utf-16</c> or <c>gb18030</c>; means nothing without a text.</param>
    public static string? Decode(ReadOnlySpan<byte> bytes, bool allowGb18030, out string encoding)
    {
        encoding = "utf-16";
        if (bytes is [0xFF, 0xFE, ..])
            return Try(new UnicodeEncoding(false, true, throwOnInvalidBytes: true), bytes[2..]);
        if (bytes is [0xFE, 0xFF, ..])
            return Try(new UnicodeEncoding(true, true, throwOnInvalidBytes: true), bytes[2..]);
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            bytes = bytes[3..];
        encoding = "utf-8";
        var text = Try(Utf8, bytes);
        if (text is null && allowGb18030)
            (text, encoding) = (Try(Gb18030.Value, bytes), "gb18030");
        return text?.Contains('\0', StringComparison.Ordinal) == true ? null : text;
    }

    /// <summary>The bytes as UTF-8, where they are UTF-16 with a byte order mark; else as they are.</summary>
    public static byte[] AsUtf8(ReadOnlySpan<byte> bytes) =>
        bytes is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..] && Decode(bytes, allowGb18030: false) is { } text
            ? Encoding.UTF8.GetBytes(text)
            : bytes.ToArray();

    private static string? Try(Encoding encoding, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return encoding.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
