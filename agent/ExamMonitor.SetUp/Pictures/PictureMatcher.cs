using System.Collections.Concurrent;
using System.Text.Json;
using ExamMonitor.Capture.Children;
using ExamMonitor.Exams.Plates;
using ExamMonitor.Hosting;

namespace ExamMonitor.SetUp.Pictures;

/// <summary>
/// Compares pictures in a short-lived child process, since the vision library must not be able to take the recording down with it.
/// </summary>
/// <param name="time">Clock.</param>
internal sealed class PictureMatcher(TimeProvider time)
{
    /// <summary>Name of the child's command.</summary>
    public const string Command = "match-pictures";

    private const int LargestAnswer = 64 << 10;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    /// <summary>How each of the others lies over the first.</summary>
    /// <param name="first">JPEG or PNG.</param>
    /// <param name="others">JPEG or PNG; at most 19.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="ChildProcessException">The process failed, or took longer than 60 s.</exception>
    public async Task<IReadOnlyList<PictureMatched>> CompareAsync(
        byte[] first,
        IReadOnlyList<byte[]> others,
        CancellationToken cancellationToken
    )
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var said = new ConcurrentQueue<string>();
        var start = new ChildProcessStart(OwnProgram.Path, [Command])
        {
            Environment = OwnProgram.Environment,
            LowPriority = true,
            ErrorLine = said.Enqueue,
            Input = PlateExchange.Format([.. others.Prepend(first).Select(p => new PlatePicture(p, default))]),
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
                return JsonSerializer.Deserialize<IReadOnlyList<PictureMatched>>(buffer.AsSpan(0, length), ContractJson.Options)
                    ?? throw new JsonException("null");
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ChildProcessException($"Comparing pictures took longer than {Limit.TotalSeconds} s. The computer is overloaded.");
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            throw new ChildProcessException($"Comparing pictures failed: {said.LastOrDefault() ?? e.Message}", e);
        }
    }
}
