using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Problems;

namespace ExamMonitor.Exams.Schedule;

/// <summary>What is wrong with the exam schedule.</summary>
/// <param name="store">Schedule of the volume.</param>
/// <param name="importer">Import of the configured file.</param>
internal sealed class ScheduleProblems(SessionStore store, ScheduleImporter importer) : IProblemSource
{
    private static readonly ProblemSubject Agent = new(null, null, null);

    /// <inheritdoc/>
    public IEnumerable<Observation> Observe(DateTimeOffset now)
    {
        if (store.Failure is { } failure)
            yield return new("schedule-unreadable", Agent, Severity.Critical, failure);
        if (importer.Result is not { Applied: false } result || result.IsClean)
            yield break;
        var first =
            result.Findings.Where(f => f.Level == FindingLevel.Error).Select(f => f.Problem).FirstOrDefault()
            ?? result.Changes.Select(c => c.Why).FirstOrDefault(w => w is not null)
            ?? new("it has mistakes.", "有错误。");
        yield return new(
            "schedule-file-refused",
            Agent,
            Severity.Warning,
            new(
                $"The schedule file was not imported, and nothing of it is in force: {first.En} Run: exam-monitor-agent schedule check FILE.",
                $"考试安排文件未导入，全部内容均未生效：{first.Zh}请运行：exam-monitor-agent schedule check 文件。"
            )
        );
    }
}
