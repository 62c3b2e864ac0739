namespace ExamMonitor.Packs;

/// <summary>Files that lie in every pack as they are.</summary>
public static class PackResources
{
    /// <summary>The page from disk and its scripts.</summary>
    public static IReadOnlyList<string> PageFiles { get; } =
    ["proof.html", "proof-read.js", "proof-check.js", "proof-audit.js", "proof-show.js"];

    /// <summary>Bytes of one.</summary>
    public static byte[] Read(string name)
    {
        using var stream =
            typeof(PackResources).Assembly.GetManifestResourceStream(name) ?? throw new System.Diagnostics.UnreachableException(name);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
