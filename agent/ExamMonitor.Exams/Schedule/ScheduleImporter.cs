using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Retention;

namespace ExamMonitor.Exams.Schedule;

/// <summary>
/// What happens to the schedule at every start: what keeps footage is told every session, and the configured file is imported.
/// </summary>
/// <remarks>Before any camera starts. What is wrong is logged and stays a problem until it is mended; it stops nothing.</remarks>
/// <param name="sessions">Schedule.</param>
/// <param name="retention">What keeps footage.</param>
/// <param name="section">Names the file.</param>
/// <param name="folder">Where relative paths start.</param>
/// <param name="log">Log.</param>
internal sealed partial class ScheduleImporter(
    SessionService sessions,
    FootageRetention retention,
    ScheduleSection section,
    AgentFolder folder,
    ILogger<ScheduleImporter> log
) : IHostedService
{
    /// <summary>What the import of the configured file gave; null without one.</summary>
    public ScheduleImport? Result { get; private set; }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Remember();
        if (section.File is { } file)
            Import(file);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Remember()
    {
        try
        {
            // A session that this store has and retention has not (a crash between the two) would be idle footage.
            if (sessions.Store.Failure is null)
                retention.RememberSessions([.. sessions.Store.Sessions], "start");
        }
        catch (IOException e)
        {
            LogNotTold(log, e);
        }
    }

    private void Import(string file)
    {
        try
        {
            var path = folder.Resolve(file);
            var info = new FileInfo(path);
            var bytes =
                info.Length <= Contracts.Api.AgentApi.LargestScheduleBytes
                    ? File.ReadAllBytes(path)
                    : new byte[Contracts.Api.AgentApi.LargestScheduleBytes + 1];
            Result = sessions.Import(path, bytes, new("configuration", null, Preview: false, Replace: false));
            Report(file, Result);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            LogUnread(log, file, e.Message);
        }
    }

    private void Report(string file, ScheduleImport result)
    {
        foreach (var finding in result.Findings)
            LogFinding(log, finding.ToString());
        foreach (var change in result.Changes.Where(c => c.Kind == SessionChangeKind.Refused))
            LogFinding(log, $"{change.After.Id}: {change.Why?.En}");
        LogImported(
            log,
            file,
            result.Applied,
            result.Counts.Added,
            result.Counts.Changed,
            result.Counts.Cancelled,
            result.Counts.Unchanged
        );
    }

    [LoggerMessage(
        EventId = 320,
        Level = LogLevel.Information,
        Message = "Schedule {File}: applied {Applied}, {Added} added, {Changed} changed, {Cancelled} called off, {Unchanged} as they were"
    )]
    private static partial void LogImported(ILogger log, string file, bool applied, int added, int changed, int cancelled, int unchanged);

    [LoggerMessage(EventId = 321, Level = LogLevel.Warning, Message = "{Finding}")]
    private static partial void LogFinding(ILogger log, string finding);

    [LoggerMessage(EventId = 322, Level = LogLevel.Warning, Message = "The schedule file {File} could not be imported: {Why}")]
    private static partial void LogUnread(ILogger log, string file, string why);

    [LoggerMessage(
        EventId = 323,
        Level = LogLevel.Error,
        Message = "Retention could not be told of the exam sessions; nothing is destroyed until it is"
    )]
    private static partial void LogNotTold(ILogger log, Exception exception);
}
