using System.ComponentModel.DataAnnotations;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Retention;

/// <summary>How retention works. What it keeps, and how long, are the rules: <see cref="Contracts.Law.RetentionRules"/>.</summary>
public sealed class RetentionOptions
{
    /// <summary>
    /// Longest pause without a running agent after which the clock is believed unasked; destruction also waits this long beyond what the
    /// law asks. 1 hour to 30 days, default 3 days.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "30.00:00:00")]
    public TimeSpan ClockAllowance { get; init; } = ClockHistory.UsualAllowance;

    /// <summary>Whether exam footage goes only when two persons have approved a proposal. Default false.</summary>
    public bool TwoPersons { get; init; }

    /// <summary>
    /// How long a proposal may wait for its second approval, and an approved one for being carried out. 1 hour to 90 days, default 7 days.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "90.00:00:00")]
    public TimeSpan ApprovalLifetime { get; init; } = TimeSpan.FromDays(7);

    /// <summary>
    /// Says whether a time server keeps the machine's clock; null where it cannot be told, as by default. Called from any thread.
    /// </summary>
    public Func<bool?> ClockIsSynchronized { get; init; } = static () => null;

    /// <summary>Days before a breach from which it is warned of, 14 to 365; default 14.</summary>
    [Range(14, 365)]
    public int WarnDays { get; init; } = 14;
}
