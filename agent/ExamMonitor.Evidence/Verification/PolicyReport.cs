namespace ExamMonitor.Evidence.Verification;

/// <summary>What one witness vouches for.</summary>
/// <param name="Name">Name in the policy.</param>
/// <param name="Key">Its name in signature lines.</param>
/// <param name="Size">Entries of the newest head that it cosigned and that the entries give; null for none.</param>
/// <param name="Time">When it cosigned that head, by its own clock, UTC; null for none.</param>
public sealed record WitnessVouch(string Name, string Key, long? Size, DateTimeOffset? Time);

/// <summary>The newest head that meets the policy.</summary>
/// <param name="Size">Entries.</param>
/// <param name="Time">The agent's own time of it, UTC.</param>
/// <param name="NotLaterThan">When a quorum had cosigned it, UTC: it existed then; null when the policy asks for no witness.</param>
public sealed record PolicyHead(long Size, DateTimeOffset Time, DateTimeOffset? NotLaterThan);

/// <summary>What the witnesses of a policy say of a ledger.</summary>
/// <param name="Witnesses">Every witness of the policy, in its order.</param>
/// <param name="Met">Null when no head meets the policy.</param>
public sealed record PolicyReport(IReadOnlyList<WitnessVouch> Witnesses, PolicyHead? Met);
