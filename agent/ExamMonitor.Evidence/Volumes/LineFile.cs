namespace ExamMonitor.Evidence.Volumes;

/// <summary>A file of lines that only grows.</summary>
internal static class LineFile
{
    /// <summary>Bytes of a file; none when it is not there.</summary>
    /// <exception cref="IOException">It cannot be read, or has more than <paramref name="maxBytes"/>.</exception>
    public static byte[] Read(IVolume volume, string path, long maxBytes)
    {
        using var stream = volume.OpenRead(path);
        if (stream is null)
            return [];
        if (stream.Length > maxBytes)
            throw new IOException($"{volume.Root}/{path} has {stream.Length} bytes; at most {maxBytes} are read");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// Appends lines and flushes once. A line that a power cut tore is cut first: it was never acknowledged, and what follows would hang on
    /// to it.
    /// </summary>
    /// <param name="volume">Volume.</param>
    /// <param name="path">File.</param>
    /// <param name="lines">Lines without their line feeds.</param>
    /// <param name="maxBytes">Most that is read of it.</param>
    /// <param name="keep">Lines that count; what stands behind them is cut. Null when all do.</param>
    /// <exception cref="IOException">Whether the lines stand there is not known.</exception>
    public static void Append(IVolume volume, string path, IReadOnlyList<byte[]> lines, long maxBytes, long? keep = null)
    {
        var existed = volume.Length(path) is not null;
        using (var file = volume.OpenAppend(path))
        {
            if (existed && WholeLength(Read(volume, path, maxBytes), keep) is var whole && whole < file.Length)
                file.SetLength(whole);
            file.Append([.. lines.SelectMany(l => new ReadOnlyMemory<byte>[] { l, "\n"u8.ToArray() })]);
            file.Flush();
        }

        if (!existed)
            volume.FlushFolder(path[..Math.Max(0, path.LastIndexOf('/'))]);
    }

    /// <summary>Length up to the last line feed before the first zero: a page that was never written reads as zeros.</summary>
    private static long WholeLength(ReadOnlySpan<byte> bytes, long? keep)
    {
        var zero = bytes.IndexOf((byte)0);
        if (zero >= 0)
            bytes = bytes[..zero];
        var whole = bytes.LastIndexOf((byte)'\n') + 1;
        if (keep is not { } most)
            return whole;
        var kept = 0;
        for (var left = most; left > 0 && bytes[kept..whole].IndexOf((byte)'\n') is var end and >= 0; left--)
            kept += end + 1;
        return kept;
    }
}
