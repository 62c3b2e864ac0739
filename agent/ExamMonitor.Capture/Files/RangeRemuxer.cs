using System.Globalization;
using System.Text;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture;

/// <summary>A file that a range is made of.</summary>
/// <param name="Path">Segment file.</param>
/// <param name="From">Leave out what is before, media time from the file's start; the cut falls on the key frame at or before it. Null or
/// zero keeps the start.</param>
/// <param name="To">Leave out what is after, media time from the file's start; null keeps the end.</param>
public sealed record MediaPiece(string Path, TimeSpan? From = null, TimeSpan? To = null);

/// <summary>Joins segment files to one fragmented MP4 by stream copy. Memory does not grow with the range. Thread-safe.</summary>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class RangeRemuxer(FfmpegTools tools, TimeProvider time)
{
    /// <summary>Writes the range.</summary>
    /// <param name="pieces">In order, at least one; all of one codec and size. Gaps between them close up.</param>
    /// <param name="label">What the file says of itself.</param>
    /// <param name="output">Takes the bytes as they come; need not seek.</param>
    /// <param name="cancellationToken">Stops it; the output is then incomplete.</param>
    /// <exception cref="ArgumentException">No piece, or a path that a concat script cannot name.</exception>
    /// <exception cref="FileNotFoundException">A piece does not exist (any more).</exception>
    /// <exception cref="ChildProcessException">ffmpeg failed; some bytes may have been written.</exception>
    public async Task WriteAsync(IReadOnlyList<MediaPiece> pieces, MediaLabel label, Stream output, CancellationToken cancellationToken)
    {
        var script = Script(pieces);
        var errors = new ErrorLines(null);
        var start = new ChildProcessStart(tools.FfmpegPath, CaptureArguments.Join(label))
        {
            Input = script,
            ErrorLine = errors.Add,
            LowPriority = true,
        };
        var child = await ChildProcess.StartAsync(start, time, cancellationToken).ConfigureAwait(false);
        await using (child.ConfigureAwait(false))
        {
            await child.Output.CopyToAsync(output, cancellationToken).ConfigureAwait(false);
            if (await child.WaitForExitAsync(cancellationToken).ConfigureAwait(false) is var code && code != 0)
                throw new ChildProcessException($"The range could not be joined: {errors.Last}. Verify the footage of this range.");
        }
    }

    /// <summary>The concat script of a range.</summary>
    internal static byte[] Script(IReadOnlyList<MediaPiece> pieces)
    {
        if (pieces.Count == 0)
            throw new ArgumentException("A range needs at least one piece.", nameof(pieces));
        var text = new StringBuilder("ffconcat version 1.0\n");
        foreach (var piece in pieces)
        {
            var path = Path.GetFullPath(piece.Path);
            if (path.AsSpan().ContainsAny('\n', '\r'))
                throw new ArgumentException("A path with a line break cannot be joined.", nameof(pieces));
            if (!File.Exists(path))
                throw new FileNotFoundException($"{path} does not exist.", path);
            text.Append("file 'file:").Append(path.Replace("'", @"'\''", StringComparison.Ordinal)).Append("'\n");
            Line("inpoint", piece.From is { Ticks: > 0 } from ? from : null);
            Line("outpoint", piece.To);
        }

        return Encoding.UTF8.GetBytes(text.ToString());

        void Line(string word, TimeSpan? at)
        {
            if (at is { } value)
                text.Append(CultureInfo.InvariantCulture, $"{word} {value.TotalSeconds:0.000000}\n");
        }
    }
}
