namespace ExamMonitor.Coverage.Watching;

/// <summary>The watch child: pictures in, verdicts out. The only place where pictures are measured in live operation.</summary>
public static class WatchServer
{
    /// <summary>Serves until the input ends.</summary>
    /// <param name="input">From the agent.</param>
    /// <param name="output">To the agent.</param>
    /// <param name="stop">Stops between two pictures.</param>
    /// <exception cref="WatchProtocolException">The agent broke the protocol.</exception>
    public static async Task RunAsync(Stream input, Stream output, CancellationToken stop)
    {
        var pipe = new WatchPipe(input);
        if (await pipe.ReadAsync(stop).ConfigureAwait(false) is not { } first)
            return;
        if (first.Kind != WatchKind.Configure)
            throw new WatchProtocolException($"The first frame is a {first.Kind}, not a configuration.");
        using var rooms = new WatchedRooms();
        await SendAsync(
                output,
                WatchFrames.Json(WatchKind.Ready, rooms.Configure(WatchFrames.Read<WatchConfiguration>(first.Payload.Span))),
                stop
            )
            .ConfigureAwait(false);
        while (await pipe.ReadAsync(stop).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Kind)
            {
                case WatchKind.Configure:
                    await SendAsync(
                            output,
                            WatchFrames.Json(WatchKind.Ready, rooms.Configure(WatchFrames.Read<WatchConfiguration>(frame.Payload.Span))),
                            stop
                        )
                        .ConfigureAwait(false);
                    break;
                case WatchKind.Picture:
                    foreach (var answer in rooms.Judge(frame.Payload.Span))
                        await SendAsync(output, answer, stop).ConfigureAwait(false);
                    break;
                default:
                    throw new WatchProtocolException($"A {frame.Kind} does not go to the watch child.");
            }
        }
    }

    private static async Task SendAsync(Stream output, byte[] frame, CancellationToken stop)
    {
        await output.WriteAsync(frame, stop).ConfigureAwait(false);
        await output.FlushAsync(stop).ConfigureAwait(false);
    }
}
