using System.Globalization;
using System.Text;
using ExamMonitor.Capture.Children;
using ExamMonitor.Capture.Ffmpeg;

namespace ExamMonitor.Capture;

/// <summary>A file that a copy is made of.</summary>
/// <param name="Path">Media file.</param>
/// <param name="Duration">Its length: what the next one begins at.</param>
public sealed record BlurPiece(string Path, TimeSpan Duration);

/// <summary>A part of the picture that is blurred for a time. Edges are shares of the picture.</summary>
/// <param name="From">From the copy's start.</param>
/// <param name="To">From the copy's start.</param>
/// <param name="X">Left.</param>
/// <param name="Y">Top.</param>
/// <param name="Width">Width.</param>
/// <param name="Height">Height.</param>
public sealed record BlurRegion(TimeSpan From, TimeSpan To, double X, double Y, double Width, double Height);

/// <summary>Makes a copy of footage with blurred regions and a strip that says so, in a child of low priority. One at a time.</summary>
/// <remarks>A region is brought down to a few picture points and up again: what was there cannot be computed back, as it can from a soft
/// blur.</remarks>
/// <param name="tools">ffmpeg.</param>
/// <param name="time">Clock.</param>
public sealed class RegionBlur(FfmpegTools tools, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(45);

    /// <summary>Regions begin earlier and end later by this: a face that is half a frame early is a face.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromMilliseconds(200);
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Writes the copy.</summary>
    /// <param name="pieces">Files in order.</param>
    /// <param name="from">Where the copy begins, from the start of the first.</param>
    /// <param name="length">Its length.</param>
    /// <param name="regions">What is blurred; at least one.</param>
    /// <param name="strip">PNG that is laid over the upper edge all the time.</param>
    /// <param name="metadata">Title and comment.</param>
    /// <param name="output">MP4 to write.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ChildProcessException">It failed or took too long.</exception>
    public async Task WriteAsync(
        IReadOnlyList<BlurPiece> pieces,
        TimeSpan from,
        TimeSpan length,
        IReadOnlyList<BlurRegion> regions,
        string strip,
        (string Title, string Comment) metadata,
        string output,
        CancellationToken cancellationToken
    )
    {
        await _free.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            using var limit = new CancellationTokenSource(Limit, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
            var errors = new ErrorLines(null);
            var start = new ChildProcessStart(tools.FfmpegPath, Arguments(from, length, regions, strip, metadata, output))
            {
                Input = Script(pieces),
                ErrorLine = errors.Add,
                LowPriority = true,
            };
            var child = await ChildProcess.StartAsync(start, time, either.Token).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                if (await child.WaitForExitAsync(either.Token).ConfigureAwait(false) is var code && code != 0)
                    throw new ChildProcessException($"The copy could not be made: {errors.Last}. Verify the footage of this range.");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChildProcessException($"The copy took longer than {Limit.TotalMinutes} minutes. Make a shorter one.");
        }
        finally
        {
            _free.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _free.Dispose();

    /// <summary>
    /// Each file counts for as long as the index says, whatever stands in it: so the times of regions fall where they were seen.
    /// </summary>
    internal static byte[] Script(IReadOnlyList<BlurPiece> pieces)
    {
        var text = new StringBuilder("ffconcat version 1.0\n");
        foreach (var piece in pieces)
        {
            var path = Path.GetFullPath(piece.Path);
            if (path.AsSpan().ContainsAny('\n', '\r'))
                throw new ArgumentException("A path with a line break cannot be read.", nameof(pieces));
            text.Append("file 'file:").Append(path.Replace("'", @"'\''", StringComparison.Ordinal)).Append("'\n");
            text.Append(CultureInfo.InvariantCulture, $"duration {piece.Duration.TotalSeconds:0.000000}\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    /// <summary>Decode, cut, blur, mark, encode: two threads, so that the recording beside it keeps the processor.</summary>
    internal static IReadOnlyList<string> Arguments(
        TimeSpan from,
        TimeSpan length,
        IReadOnlyList<BlurRegion> regions,
        string strip,
        (string Title, string Comment) metadata,
        string output
    ) =>
        [
            "-hide_banner",
            "-nostdin",
            "-v",
            "error",
            "-threads",
            "2",
            "-protocol_whitelist",
            "pipe,file",
            "-f",
            "concat",
            "-safe",
            "0",
            "-i",
            "pipe:0",
            "-protocol_whitelist",
            "file",
            "-i",
            "file:" + strip,
            "-filter_complex_threads",
            "2",
            "-filter_complex",
            Filter(from, length, regions),
            "-map",
            "[out]",
            "-an",
            "-c:v",
            "libx264",
            "-preset",
            "veryfast",
            "-crf",
            "23",
            "-pix_fmt",
            "yuv420p",
            "-threads",
            "2",
            "-map_metadata",
            "-1",
            "-metadata",
            "title=" + metadata.Title,
            "-metadata",
            "comment=" + metadata.Comment,
            "-movflags",
            "+faststart",
            "-f",
            "mp4",
            "-y",
            "file:" + output,
        ];

    internal static string Filter(TimeSpan from, TimeSpan length, IReadOnlyList<BlurRegion> regions)
    {
        var text = new StringBuilder();
        text.Append(
            CultureInfo.InvariantCulture,
            $"[0:v]trim=start={from.TotalSeconds:0.000}:end={(from + length).TotalSeconds:0.000},setpts=PTS-{from.TotalSeconds:0.000}/TB,scale=trunc(iw/2)*2:trunc(ih/2)*2[v0]"
        );
        for (var i = 0; i < regions.Count; i++)
        {
            var r = regions[i];
            var (begin, end) = ((r.From - Margin).TotalSeconds, (r.To + Margin).TotalSeconds);
            // Six points across at most: nothing of a face is left in them.
            text.Append(
                CultureInfo.InvariantCulture,
                $";[v{i}]split[a{i}][b{i}];[b{i}]crop=iw*{r.Width:0.####}:ih*{r.Height:0.####}:iw*{r.X:0.####}:ih*{r.Y:0.####}:exact=1,split[c{i}][d{i}];"
            );
            text.Append(
                CultureInfo.InvariantCulture,
                $"[c{i}]scale=6:6:flags=area[e{i}];[e{i}][d{i}]scale2ref=iw:ih:flags=bilinear[h{i}][g{i}];[g{i}]nullsink;"
            );
            text.Append(CultureInfo.InvariantCulture, $"[h{i}]boxblur=lr='min(8,min(w,h)/4)':lp=2:cr='min(8,min(cw,ch)/4)':cp=2[f{i}];");
            text.Append(
                CultureInfo.InvariantCulture,
                $"[a{i}][f{i}]overlay=x=main_w*{r.X:0.####}:y=main_h*{r.Y:0.####}:enable='between(t,{begin:0.000},{end:0.000})'[v{i + 1}]"
            );
        }

        text.Append(
            CultureInfo.InvariantCulture,
            $";[1:v][v{regions.Count}]scale2ref=w=iw:h=iw*main_h/main_w[s][m];[m][s]overlay=0:0[out]"
        );
        return text.ToString();
    }
}
