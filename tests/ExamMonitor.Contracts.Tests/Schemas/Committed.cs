using Xunit;

namespace ExamMonitor.Contracts.Tests.Schemas;

/// <summary>Files that are made from the code, and committed so that others can read them and every change of them is seen.</summary>
internal static class Committed
{
    public static void Check(string path, string made)
    {
        if (Environment.GetEnvironmentVariable("EXAM_MONITOR_UPDATE_CONTRACTS") == "1")
            File.WriteAllText(path, made);
        Assert.True(File.Exists(path), $"{path} is missing. Run these tests once with EXAM_MONITOR_UPDATE_CONTRACTS=1.");
        Assert.Equal(made, File.ReadAllText(path).ReplaceLineEndings("\n"));
    }
}
