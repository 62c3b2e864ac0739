namespace ExamMonitor.Preservation.Witnessing;

/// <summary>What is said of witnesses that do not cosign and do not refuse.</summary>
internal static class WitnessSentences
{
    /// <summary>Witnesses that cosigned, and that the configuration does not name any more.</summary>
    /// <param name="names">Names of the witnesses.</param>
    /// <param name="since">When the first of them was missed, UTC.</param>
    public static LocalText Removed(string names, DateTimeOffset since) =>
        new(
            FormattableString.Invariant(
                $"Witness {names} has cosigned this ledger's heads and is not asked any more since {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Put it back into ledger.witnesses, or answer for its removal (ledger acknowledge)."
            ),
            FormattableString.Invariant(
                $"见证方 {names} 曾对本账本副署，自 {since.UtcDateTime:yyyy-MM-dd HH:mm} UTC 起不再被请求。请将其恢复到 ledger.witnesses，或确认移除并说明理由（ledger acknowledge）。"
            )
        );

    /// <summary>The sentence of a code.</summary>
    /// <param name="code">Code of the problem.</param>
    /// <param name="names">Names of the witnesses.</param>
    public static LocalText Of(string code, string names) =>
        code switch
        {
            "witness-not-accepting" => new(
                $"Witness {names} does not take this ledger's heads. Give its operator the key that 'ledger key --vkey' prints, and check ledger.witnesses.",
                $"见证方 {names} 不接受本账本的签名。请将 ledger key --vkey 输出的公钥交给其运营方，并检查 ledger.witnesses。"
            ),
            "witness-not-believed" => new(
                $"The answer of witness {names} holds no cosignature of the configured key; it is not kept. Compare the key in ledger.witnesses with the one that its operator names.",
                $"见证方 {names} 的应答不含所配置密钥的副署，不予采信。请将 ledger.witnesses 中的公钥与其运营方公布的核对。"
            ),
            _ => new(
                $"Witness {names} has not answered for three hours; heads are signed and not cosigned meanwhile. Check the network and ledger.witnesses.",
                $"见证方 {names} 已三小时无应答，账本签名暂无副署。请检查网络和 ledger.witnesses。"
            ),
        };
}
