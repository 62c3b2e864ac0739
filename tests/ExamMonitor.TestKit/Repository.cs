namespace ExamMonitor.TestKit;

/// <summary>The source tree that the tests were built from.</summary>
public static class Repository
{
    private static readonly Lazy<string> Found = new(Find);

    /// <summary>Absolute path of the folder with <c>Monitor.sln</c>.</summary>
    public static string Root => Found.Value;

    /// <summary>A path below the root.</summary>
    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Monitor.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException(
            "The tests must run from inside the source tree: Monitor.sln was not found above " + AppContext.BaseDirectory
        );
    }
}
