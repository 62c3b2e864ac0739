using System.Globalization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Problems;

namespace ExamMonitor.Preservation.Scrubbing;

/// <summary>What is wrong with the ledger, each finding under a name of its own. Pure.</summary>
internal static class LedgerRules
{
    private static readonly ProblemSubject Agent = new(null, null, null);

    /// <summary>One problem for each kind of finding; the first of its kind is named.</summary>
    public static IEnumerable<Observation> Of(IReadOnlyList<LedgerFinding> findings) =>
        findings.GroupBy(f => f.Kind).Select(g => Of(g.First(), g.Count()));

    private static Observation Of(LedgerFinding finding, int findings) =>
        new(NameOf(finding.Kind), Agent, finding.HurtsProof ? Severity.Critical : Severity.Warning, Add(TextOf(finding), findings));

    /// <summary>Name of the problem that a finding opens.</summary>
    public static string NameOf(LedgerDamage kind) =>
        kind switch
        {
            LedgerDamage.RolledBack => "ledger-rolled-back",
            LedgerDamage.Forked => "ledger-forked",
            LedgerDamage.WrongKey => "ledger-wrong-key",
            LedgerDamage.HeadsMissing => "ledger-heads-missing",
            LedgerDamage.UnprovedEntries => "ledger-entries-unproved",
            LedgerDamage.KeyUnproved => "ledger-key-unproved",
            LedgerDamage.UnprovedNote => "ledger-note-unproved",
            LedgerDamage.UnprovedGarbage => "ledger-garbage-unproved",
            LedgerDamage.RowDiffers => "index-row-differs",
            LedgerDamage.ForeignCheckpoint => "ledger-head-foreign",
            LedgerDamage.CheckpointShortened => "ledger-head-shortened",
            LedgerDamage.DayHeadsShortened => "ledger-day-heads-shortened",
            LedgerDamage.EntryChanged => "ledger-entry-changed",
            LedgerDamage.DayLineChanged => "day-line-changed",
            LedgerDamage.HashesMissing => "ledger-hashes-missing",
            LedgerDamage.HashesChanged => "ledger-hashes-changed",
            LedgerDamage.EnteredFromVolume => "footage-entered-from-volume",
            LedgerDamage.AnchorMissing => "ledger-memory-missing",
            _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no finding"),
        };

    private static LocalText Add(LocalText text, int findings) =>
        findings == 1
            ? text
            : new(
                string.Create(CultureInfo.InvariantCulture, $"{text.En} There are {findings} such findings; this is the first."),
                string.Create(CultureInfo.InvariantCulture, $"{text.Zh}共 {findings} 项，此为首项。")
            );

    private static LocalText TextOf(LedgerFinding finding) =>
        finding.Kind switch
        {
            LedgerDamage.RolledBack => new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The ledger has {finding.Count} entries less than its newest signed head: it was cut, or an older copy of the volume was put back. No head is signed and nothing is destroyed. Restore VOLUME/ledger, then start the agent again."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"账本比最近一次签名少 {finding.Count} 条：账本被截断，或存储卷被换成旧副本。已停止签名和销毁。请恢复存储卷的 ledger 文件夹并重新启动服务。"
                )
            ),
            LedgerDamage.Forked => new(
                "The ledger's entries do not give the root that was signed: entries were changed. No head is signed and nothing is destroyed. Restore VOLUME/ledger/entries from the archive tier or a backup, then start the agent again.",
                "账本条目与已签名的根不符：条目被改动。已停止签名和销毁。请从归档存储或备份恢复 ledger/entries，然后重新启动服务。"
            ),
            LedgerDamage.WrongKey => new(
                "No head of the ledger is signed by the key of this agent: the key or the volume was exchanged, or `site` or `agent` was renamed in the configuration. No head is signed and nothing is destroyed. Put the right ledger-key.pem or the earlier names back, or begin a new, empty volume.",
                "账本的签名均不是由本机密钥签发：密钥或存储卷被更换，或配置中的 site、agent 已改名。已停止签名和销毁。请放回正确的 ledger-key.pem 或恢复原名，或启用新的空存储卷。"
            ),
            LedgerDamage.HeadsMissing => new(
                "The ledger has entries and no signed head, and the memory of the last head is gone, too: somebody removed them. Compare with the witness's newest head; restore VOLUME/ledger/checkpoint and checkpoints.",
                "账本有条目但没有任何签名，本机记录的最近签名也已丢失：它们被人删除。请与见证端保存的最近签名核对，并恢复 ledger/checkpoint 和 checkpoints。"
            ),
            LedgerDamage.UnprovedEntries => new(
                $"Entries of the ledger were not written by this agent, or were changed: they were taken out, are not signed, and lie in VOLUME/ledger/{finding.Subject}. Find out who wrote them. Move the file to a safe place when that is done.",
                $"账本中有并非本机写入或被改动的条目：已移出账本，不予签名，存放于 ledger/{finding.Subject}。请查明由谁写入，处理后将该文件移至安全处保存。"
            ),
            LedgerDamage.KeyUnproved => new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The ledger's signing key was replaced (entry {finding.Entry}), and nothing says that the key before signed the head that the new one went on from: whoever replaced it can have written all of it. Compare with the heads that the witness has kept."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"账本的签名密钥已被更换（第 {finding.Entry} 条），且无任何依据表明新密钥所接续的签名由原密钥签发：更换者可能改写了此前全部内容。请与见证端保存的签名核对。"
                )
            ),
            LedgerDamage.UnprovedNote => new(
                $"The agent's index asks for an entry in the ledger that this agent did not ask for ({finding.Subject}). It was not entered. Find out who wrote to the index; then stop the agent and run: exam-monitor-agent reindex.",
                $"本机索引中有一项并非本机写入的账本登记请求（{finding.Subject}），未予登记。请查明由谁改写索引，然后停止代理并运行：exam-monitor-agent reindex。"
            ),
            LedgerDamage.UnprovedGarbage => new(
                $"The agent's index asked to delete {finding.Subject}, and no entry of the ledger lets that footage go. The file was kept. Find out who wrote to the index; then stop the agent and run: exam-monitor-agent reindex.",
                $"本机索引要求删除 {finding.Subject}，而账本中没有准许删除该录像的条目。文件已保留。请查明由谁改写索引，然后停止代理并运行：exam-monitor-agent reindex。"
            ),
            LedgerDamage.RowDiffers => new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The agent's index says something else of {finding.Subject} than entry {finding.Entry} of the ledger. The footage was due to be destroyed by the index, and was kept. Stop the agent and run: exam-monitor-agent reindex. Examine the disk of the index."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"本机索引对 {finding.Subject} 的记载与账本第 {finding.Entry} 条不符。按索引该录像应予销毁，现已保留。请停止代理并运行：exam-monitor-agent reindex，并检查索引所在磁盘。"
                )
            ),
            LedgerDamage.ForeignCheckpoint => new(
                "VOLUME/ledger/checkpoint was no head of this agent. It was replaced by the newest right one, and is kept in VOLUME/ledger/quarantine. Find out who wrote it.",
                "ledger/checkpoint 不是本机签发的签名。已用最近的正确签名替换，原文件保存在 ledger/quarantine。请查明由谁写入。"
            ),
            LedgerDamage.CheckpointShortened => new(
                "VOLUME/ledger/checkpoint was gone, or older than the newest head. It was put back. Find out who removed it, and whether more of the volume is older than it should be.",
                "ledger/checkpoint 缺失，或旧于最近一次签名，已补回。请查明由谁删除，并核查存储卷其他内容是否被换旧。"
            ),
            LedgerDamage.DayHeadsShortened => new(
                "The heads under VOLUME/ledger/checkpoints were shortened or changed. The newest head was put back. Restore the older ones from the archive tier; the witness has them, too.",
                "ledger/checkpoints 中的签名被删减或改动，最近一次签名已补回。请从归档存储恢复较早的签名；见证端也有保存。"
            ),
            LedgerDamage.EntryChanged => new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Entry {finding.Entry} of the ledger is not what was signed: VOLUME/ledger/{finding.Subject} was changed, or the disk fails. Restore that file from the archive tier or a backup; examine the disk."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"账本第 {finding.Entry} 条与签名时不符：ledger/{finding.Subject} 被改动，或磁盘故障。请从归档存储或备份恢复该文件，并检查磁盘。"
                )
            ),
            LedgerDamage.DayLineChanged => new(
                $"A line of {finding.Subject} is missing or is not what was recorded. The ledger still has the segment. Run fsck; restore the file from the archive tier.",
                $"{finding.Subject} 中有一行缺失或与录制时不符。账本中仍有该录像。请运行 fsck，并从归档存储恢复该文件。"
            ),
            LedgerDamage.HashesMissing => new(
                "VOLUME/ledger/hashes.bin was gone and was made again from the entries, which are whole. Find out who removed it.",
                "ledger/hashes.bin 缺失，已根据条目重建，条目完好。请查明由谁删除。"
            ),
            LedgerDamage.HashesChanged => new(
                "VOLUME/ledger/hashes.bin was changed and was made again from the entries, which are whole. Examine the disk.",
                "ledger/hashes.bin 被改动，已根据条目重建，条目完好。请检查磁盘。"
            ),
            LedgerDamage.EnteredFromVolume => new(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The index was made again, and footage of {finding.Subject} was entered that nothing but the volume speaks for, from entry {finding.Entry} on. Its entries say so. Look whether it is what the camera recorded."
                ),
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"索引已重建，{finding.Subject} 自账本第 {finding.Entry} 条起有录像仅凭存储卷内容登记，条目中已注明。请核对是否为摄像机所录。"
                )
            ),
            LedgerDamage.AnchorMissing => new(
                "The agent's memory of the newest head (ledger-heads) was gone: an older copy of the volume would not have been noticed. Compare with the witness's newest head. After a move to another machine this is expected once.",
                "本机记录的最近签名（ledger-heads）缺失：若存储卷被换成旧副本将无法发现。请与见证端的最近签名核对。更换主机后首次出现属正常。"
            ),
            _ => throw new ArgumentOutOfRangeException(nameof(finding), finding, "no finding"),
        };
}
