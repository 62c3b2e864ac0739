namespace ExamMonitor.Dashboard.Resources;

/// <summary>Stands for the sentences of the evaluators' pages: EvaluationStrings.resx (English) and
/// EvaluationStrings.zh-Hans.resx.</summary>
internal sealed class EvaluationStrings;
