namespace ExamMonitor.Dashboard.Resources;

/// <summary>Stands for the sentences of the pages: Strings.resx (English) and Strings.zh-Hans.resx.</summary>
internal sealed class Strings;
