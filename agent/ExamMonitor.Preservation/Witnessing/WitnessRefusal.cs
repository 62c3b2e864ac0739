using ExamMonitor.Evidence.Witnessing;

namespace ExamMonitor.Preservation.Witnessing;

/// <summary>A witness that did not follow this ledger. It stands, over restarts too, until a person acknowledges it.</summary>
/// <param name="Witness">Its name.</param>
/// <param name="Result">Rolled back or forked.</param>
/// <param name="At">When it was first seen, UTC.</param>
/// <param name="WitnessSize">Entries that the witness says it cosigned.</param>
/// <param name="Size">Entries of the head that it refused.</param>
internal sealed record WitnessRefusal(string Witness, SubmissionResult Result, DateTimeOffset At, long WitnessSize, long Size)
{
    /// <summary>What, where, how to mend.</summary>
    public LocalText Text() =>
        Result == SubmissionResult.RolledBack
            ? new(
                FormattableString.Invariant(
                    $"Witness {Witness} has cosigned {WitnessSize} entries of the ledger; the newest signed head has {Size}. Entries were taken away, or an old copy was put back. Have the volume and the key examined, then acknowledge (ledger acknowledge)."
                ),
                FormattableString.Invariant(
                    $"见证方 {Witness} 已对账本的 {WitnessSize} 条记录副署，而最新签名只有 {Size} 条。条目被删除或被旧副本替换。请核查存储卷与密钥后确认（ledger acknowledge）。"
                )
            )
            : new(
                FormattableString.Invariant(
                    $"Witness {Witness} refuses the ledger's newest head ({Size} entries): it does not continue the {WitnessSize} entries that the witness cosigned. Entries were changed. Have the volume and the key examined, then acknowledge (ledger acknowledge)."
                ),
                FormattableString.Invariant(
                    $"见证方 {Witness} 拒绝对账本最新签名（{Size} 条）副署：其内容与该见证方已副署的 {WitnessSize} 条不连续，条目被改动。请核查存储卷与密钥后确认（ledger acknowledge）。"
                )
            );
}
