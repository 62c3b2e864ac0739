using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>What the witness says on the floor, in the form of an agent's problem.</summary>
internal static class WitnessSentences
{
    /// <summary>First word of every code: these problems are the dashboard's own.</summary>
    public const string CodePrefix = "ledger-witness-";

    /// <summary>An alarm that stands.</summary>
    public static ProblemEvent Of(WitnessAlarm alarm) =>
        Problem(
            alarm.Agent,
            string.Create(CultureInfo.InvariantCulture, $"{CodePrefix}{alarm.Id}"),
            CodePrefix + alarm.Kind.ToString().ToLowerInvariant(),
            Severity.Critical,
            alarm.RaisedAt,
            Text(alarm.Kind)
        );

    /// <summary>A head that could not be proved for too long.</summary>
    public static ProblemEvent Unproved(AgentId agent, DateTimeOffset since) =>
        Problem(
            agent,
            $"{CodePrefix}unproved-{agent}",
            CodePrefix + "unproved",
            Severity.Warning,
            since,
            new(
                "The ledger's newest heads are not yet proved to continue the earlier ones: the agent's API gives no proof. Until it does, nothing is claimed of them.",
                "账本最新签名尚未证明与先前记录一致：采集服务接口未给出一致性证明。在此之前不作任何结论。"
            )
        );

    /// <summary>What an alarm means.</summary>
    public static LocalText Text(AlarmKind kind) =>
        kind switch
        {
            AlarmKind.RolledBack => new(
                "The agent's ledger has fewer entries than it had signed before: entries were taken away, or an old copy was put back. A person must examine it and acknowledge.",
                "账本条目少于先前签名的数量：条目被删除或被旧副本替换。须由人员核查并确认。"
            ),
            AlarmKind.Forked => new(
                "The agent's ledger is not the continuation of what it had signed before: entries were changed. A person must examine it and acknowledge.",
                "账本内容与先前签名的记录不连续：条目被改动。须由人员核查并确认。"
            ),
            AlarmKind.WrongKey => new(
                "The agent's ledger is signed with another key than before. A person must find out why, compare the new key with the machine's own, and acknowledge.",
                "账本的签名密钥与先前不同。须由人员查明原因、与主机密钥核对后确认。"
            ),
            _ => new(
                "Something that is no signed head of this agent's ledger was published in its name. A person must find out who writes to the broker, and acknowledge.",
                "有人以该采集服务的名义发布了无效的账本签名。须由人员查明何者在写入消息服务器后确认。"
            ),
        };

    private static ProblemEvent Problem(AgentId agent, string id, string code, Severity severity, DateTimeOffset since, LocalText text) =>
        new(ProblemEvent.SchemaName, since, 0, agent, id, ProblemChange.Opened, code, severity, new(null, null, null), since, text, null);
}
