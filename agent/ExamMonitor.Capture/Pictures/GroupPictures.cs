using ExamMonitor.Media;

namespace ExamMonitor.Capture.Pictures;

/// <summary>Reads a decoder's pictures, chooses those that are judged and hands them over one after another.</summary>
/// <param name="times">Times of the fragments that it decodes.</param>
/// <param name="choice">Which are judged.</param>
/// <param name="known">Key frame that somebody else took already; null for none.</param>
/// <param name="take">Takes them.</param>
/// <param name="time">Clock of the pauses.</param>
internal sealed class GroupPictures(
    FragmentTimes times,
    PictureChoice choice,
    Pts90k? known,
    Action<AnalysisPicture> take,
    TimeProvider time
)
{
    /// <summary>Between two pictures of one fragment: the measuring keeps the newest picture of a camera alone.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads to the end.</summary>
    /// <exception cref="InvalidMediaException">The bytes are no picture stream.</exception>
    public async Task ReadAsync(Stream stream, CancellationToken cancellationToken)
    {
        var reader = new NutReader(stream);
        while (await reader.ReadAsync(static () => default, cancellationToken).ConfigureAwait(false) is { } picture)
        {
            var (arrived, isKey) = times.Of(picture.Pts);
            if ((known is { } taken && isKey && picture.Pts >= taken && Same(taken, picture.Pts)) || !choice.Take(picture.Pts, isKey))
            {
                picture.Dispose();
                continue;
            }

            take(isKey ? picture.At(arrived) : picture.At(arrived).BetweenKeyFrames());
            await Task.Delay(Pause, time, cancellationToken).ConfigureAwait(false);
        }
    }

    // The order of showing may be behind the order of decoding by a few frames.
    private static bool Same(Pts90k key, Pts90k picture) => picture - key < Pts90k.PerSecond / 2;
}
