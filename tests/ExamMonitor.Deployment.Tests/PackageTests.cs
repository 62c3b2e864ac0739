namespace ExamMonitor.Deployment.Tests;

/// <summary>The Debian package.</summary>
public sealed class PackageTests
{
    /// <summary>The document whose steps are followed in a clean root.</summary>
    internal const string Document = "docs/installing.md";
}
