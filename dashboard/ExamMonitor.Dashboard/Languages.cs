namespace ExamMonitor.Dashboard;

/// <summary>Languages of the pages. The first is taken when the browser asks for none of them.</summary>
internal static class Languages
{
    public const string Chinese = "zh-Hans";
    public const string English = "en";

    public static readonly string[] All = [Chinese, English];
}
