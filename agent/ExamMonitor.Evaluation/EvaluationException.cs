namespace ExamMonitor.Evaluation;

/// <summary>What an evaluator asked for cannot be done; the message says why, and what to do.</summary>
/// <param name="message">Why.</param>
public sealed class EvaluationException(string message) : Exception(message);
