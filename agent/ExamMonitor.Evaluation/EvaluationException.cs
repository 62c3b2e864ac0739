namespace ExamMonitor.Evaluation;

/// <summary>What an evaluator asked for cannot be done; the message says why, and what to do.</summary>
/// <param name="text">Why.</param>
public sealed class EvaluationException(LocalText text) : Exception(text.En)
{
    /// <summary>Why, English and Chinese.</summary>
    /// <param name="en">English.</param>
    /// <param name="zh">Chinese.</param>
    public EvaluationException(string en, string zh)
        : this(new LocalText(en, zh)) { }

    /// <summary>Why, in both languages.</summary>
    public LocalText Text { get; } = text;

    /// <summary>What an exception says to an evaluator; one of the system speaks its own language.</summary>
    public static LocalText TextOf(Exception exception) =>
        exception is EvaluationException known ? known.Text : new(exception.Message, exception.Message);
}
