namespace ExamMonitor.Recording.Index;

/// <summary>A row of the index holds what no writer of ours writes.</summary>
/// <param name="inner">What was wrong.</param>
internal sealed class ContentException(Exception inner) : FormatException($"A row cannot be understood: {inner.Message}", inner);
