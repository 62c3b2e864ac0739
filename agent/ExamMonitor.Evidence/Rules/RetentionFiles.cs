namespace ExamMonitor.Evidence.Rules;

/// <summary>Where what retention goes by lies on the volume.</summary>
internal static class RetentionFiles
{
    /// <summary>Rules that were ever in force.</summary>
    public const string Rules = "retention/rules.jsonl";

    /// <summary>Holds placed and lifted.</summary>
    public const string Holds = "retention/holds.jsonl";

    /// <summary>Proposals and their approvals.</summary>
    public const string Approvals = "retention/proposals.jsonl";

    /// <summary>What happened to the wall clock.</summary>
    public const string ClockMarks = "retention/clock.jsonl";

    /// <summary>Note of trusted time.</summary>
    public const string TrustedTime = "retention/clock.note";

    /// <summary>The exam schedule, which another part of the agent writes.</summary>
    public const string Schedule = "schedule/sessions.jsonl";

    /// <summary>
    /// Where an approved list lies. A name on the volume has at most 64 characters, also while the file is being written (<c>.txt.new</c>).
    /// </summary>
    /// <exception cref="RetentionException">It is no digest.</exception>
    public static string ListOf(string digest) =>
        digest.Length == 64 && digest.All(char.IsAsciiHexDigitLower)
            ? $"retention/proposals/{digest[..56]}.txt"
            : throw new RetentionException("read a proposal", digest, "A digest has 64 hexadecimal digits.");
}
