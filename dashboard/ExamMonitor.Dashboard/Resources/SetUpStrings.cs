namespace ExamMonitor.Dashboard.Resources;

/// <summary>Stands for the sentences of the set-up pages: SetUpStrings.resx (English) and SetUpStrings.zh-Hans.resx.</summary>
internal sealed class SetUpStrings;
