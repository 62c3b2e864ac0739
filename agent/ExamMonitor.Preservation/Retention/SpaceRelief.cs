using System.Threading.Channels;
using ExamMonitor.Recording;

namespace ExamMonitor.Preservation.Retention;

/// <summary>
/// Lets idle footage give way as soon as a write finds the disk full, or free space falls below its line: cameras fill what is left in
/// seconds. Duty footage never goes for space.
/// </summary>
/// <param name="archive">Says when space is short.</param>
/// <param name="retention">Lets footage go.</param>
/// <param name="time">Clock.</param>
/// <param name="log">Log.</param>
internal sealed partial class SpaceRelief(FootageArchive archive, RetentionService retention, TimeProvider time, ILogger<SpaceRelief> log)
    : BackgroundService
{
    /// <summary>Least time between two sweeps.</summary>
    private static readonly TimeSpan Least = TimeSpan.FromSeconds(2);

    /// <summary>Longest time between two sweeps that let nothing go.</summary>
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(1);

    private readonly Channel<bool> _pressed = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite }
    );

    /// <inheritdoc/>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        archive.Pressed += Press;
        try
        {
            var pause = Least;
            while (true)
            {
                _ = await _pressed.Reader.ReadAsync(stoppingToken).ConfigureAwait(false);
                // On a thread of its own: whoever pressed goes on, and a disk that hangs stops no other service.
                var relieved = await Task.Run(() => Relieve(stoppingToken), stoppingToken).WaitAsync(stoppingToken).ConfigureAwait(false);
                pause =
                    relieved ? Least
                    : pause + pause > Most ? Most
                    : pause + pause;
                await Task.Delay(pause, time, stoppingToken).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
        finally
        {
            archive.Pressed -= Press;
        }
    }

    private void Press() => _pressed.Writer.TryWrite(true);

    /// <summary>Whether anything was let go.</summary>
    private bool Relieve(CancellationToken cancellationToken)
    {
        try
        {
            return retention.WhyNothing() is null && retention.Sweep("space is short", full: false, cancellationToken).Destroyed > 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            LogFailed(log, e);
            return false;
        }
    }

    [LoggerMessage(
        EventId = 333,
        Level = LogLevel.Error,
        Message = "The footage disk is full or nearly so, and idle footage could not be cleared"
    )]
    private static partial void LogFailed(ILogger log, Exception exception);
}
