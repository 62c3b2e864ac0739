using System.Collections.Concurrent;
using System.Text.Json;
using ExamMonitor.Capture.Children;
using ExamMonitor.Hosting;

namespace ExamMonitor.Exams.Plates;

/// <summary>
/// Reads plates in a short-lived child process, since the vision library must not be able to take the recording down with it.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class PlateReader(TimeProvider time)
{
    private const int LargestAnswer = 1 << 20;
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    /// <summary>Plates in pictures of one view.</summary>
    /// <param name="pictures">1 to <see cref="PlateExchange.MostPictures"/> pictures.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="ChildProcessException">The process failed, or took longer than 60 s.</exception>
    public async Task<PlateReading> ReadAsync(IReadOnlyList<PlatePicture> pictures, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var said = new ConcurrentQueue<string>();
        var start = new ChildProcessStart(OwnProgram.Path, ["read-plates"])
        {
            Environment = OwnProgram.Environment,
            LowPriority = true,
            ErrorLine = said.Enqueue,
            Input = PlateExchange.Format(pictures),
        };
        try
        {
            var child = await ChildProcess.StartAsync(start, time, either.Token).ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                var buffer = new byte[LargestAnswer];
                var length = await child
                    .Output.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, either.Token)
                    .ConfigureAwait(false);
                await child.WaitForExitAsync(either.Token).ConfigureAwait(false);
                return JsonSerializer.Deserialize<PlateReading>(buffer.AsSpan(0, length), ContractJson.Options)
                    ?? throw new JsonException("null");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChildProcessException($"Reading number plates took longer than {Limit.TotalSeconds} s. The computer is overloaded.");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ChildProcessException($"Reading number plates failed: {said.LastOrDefault() ?? e.Message}", e);
        }
    }
}
