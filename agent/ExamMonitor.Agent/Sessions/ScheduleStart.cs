using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.Contracts.Sessions;

namespace ExamMonitor.Agent.Sessions;

/// <summary>What happens to the schedule at every start: what keeps footage is told every session, and the configured file is imported.</summary>
internal static partial class ScheduleStart
{
    /// <summary>Runs once, before any camera starts. What is wrong is logged and stays a problem until it is mended; it stops nothing.</summary>
    public static void Run(AgentRuntime runtime, ScheduleSection section, AgentFolder folder, ILogger log)
    {
        try
        {
            // A session that this book has and retention has not (a crash between the two) would be idle footage.
            if (runtime.Sessions.Book.Failure is null) runtime.Retention.Footage.RememberSessions([.. runtime.Sessions.Book.Sessions], "start");
        }
        catch (IOException e)
        {
            LogNotTold(log, e);
        }

        if (section.File is not { } file) return;
        try
        {
            var path = folder.Resolve(file);
            var info = new FileInfo(path);
            var bytes = info.Length <= Contracts.Api.AgentApi.LargestScheduleBytes ? File.ReadAllBytes(path) : new byte[Contracts.Api.AgentApi.LargestScheduleBytes + 1];
            runtime.ScheduleFileResult = runtime.Sessions.Import(path, bytes, new("configuration", null, Preview: false, Replace: false));
            Report(log, file, runtime.ScheduleFileResult);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            LogUnread(log, file, e.Message);
        }
    }

    private static void Report(ILogger log, string file, ScheduleImport result)
    {
        foreach (var finding in result.Findings) LogFinding(log, finding.ToString());
        foreach (var change in result.Changes.Where(c => c.Kind == SessionChangeKind.Refused)) LogFinding(log, $"{change.After.Id}: {change.Why?.En}");
        LogImported(log, file, result.Applied, result.Counts.Added, result.Counts.Changed, result.Counts.Cancelled, result.Counts.Unchanged);
    }

    [LoggerMessage(EventId = 320, Level = LogLevel.Information, Message = "Schedule {File}: applied {Applied}, {Added} added, {Changed} changed, {Cancelled} called off, {Unchanged} as they were")]
    private static partial void LogImported(ILogger log, string file, bool applied, int added, int changed, int cancelled, int unchanged);

    [LoggerMessage(EventId = 321, Level = LogLevel.Warning, Message = "{Finding}")]
    private static partial void LogFinding(ILogger log, string finding);

    [LoggerMessage(EventId = 322, Level = LogLevel.Warning, Message = "The schedule file {File} could not be imported: {Why}")]
    private static partial void LogUnread(ILogger log, string file, string why);

    [LoggerMessage(EventId = 323, Level = LogLevel.Error, Message = "Retention could not be told of the exam sessions; nothing is destroyed until it is")]
    private static partial void LogNotTold(ILogger log, Exception exception);
}
