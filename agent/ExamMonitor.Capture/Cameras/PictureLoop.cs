using System.Threading.Channels;
using ExamMonitor.Capture.Pictures;
using ExamMonitor.Media;

namespace ExamMonitor.Capture;

/// <summary>
/// Drains a picture pipe for ever, whatever the taker does: ffmpeg stalls the recording when its second output is not read. Between reading
/// and handing over stands a channel of one picture; when it is full, the older picture is dropped and counted.
/// </summary>
internal sealed class PictureLoop(Action<AnalysisPicture> take, Action dropped)
{
    /// <summary>Reads until the stream ends.</summary>
    /// <exception cref="InvalidMediaException">The bytes are no picture stream.</exception>
    public async Task RunAsync(Stream stream, Func<DateTimeOffset> now, CancellationToken cancellationToken)
    {
        var waiting = Channel.CreateBounded<AnalysisPicture>(
            new BoundedChannelOptions(1)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
                SingleWriter = true,
            },
            old =>
            {
                old.Dispose();
                dropped();
            }
        );
        // Not awaited when the reader ends by a failure: a taker that blocks may not hold up the end of the run either.
        var pump = Task.Run(() => PumpAsync(waiting.Reader), CancellationToken.None);
        try
        {
            var reader = new NutReader(stream);
            while (await reader.ReadAsync(now, cancellationToken).ConfigureAwait(false) is { } picture)
            {
                if (!waiting.Writer.TryWrite(picture))
                    picture.Dispose();
                if (pump.IsFaulted)
                    await pump.ConfigureAwait(false);
            }
        }
        finally
        {
            waiting.Writer.TryComplete();
        }
    }

    private async Task PumpAsync(ChannelReader<AnalysisPicture> waiting)
    {
        await foreach (var picture in waiting.ReadAllAsync().ConfigureAwait(false))
            take(picture);
    }
}
