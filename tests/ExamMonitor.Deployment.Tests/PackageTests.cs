using ExamMonitor.Deployment.Tests.Documents;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Deployment.Tests;

/// <summary>The Debian package: built, installed into a newly made Debian root, run, and removed with the footage left alone.</summary>
public sealed class PackageTests
{
    /// <summary>The document whose steps are followed in a clean root.</summary>
    internal const string Document = "docs/installing.md";

    private const string Guide = "docs/user-evaluator.md";

    /// <summary>Takes some six minutes: asked for by name (-explicit only).</summary>
    [Fact(Explicit = true)]
    public async Task Package_InstalledByTheDocumentIntoACleanRoot_RunsAndLeavesTheFootage()
    {
        Assert.SkipWhen(Machine.WhyNot is not null, Machine.WhyNot ?? string.Empty);
        Assert.SkipUnless(File.Exists("/usr/bin/mmdebstrap"), "mmdebstrap is not installed.");
        using var folder = new TempFolder();
        var root = MakeRootAsync(folder["root.tar"]);
        var built = await ProgramResult.OfAsync("bash", [Repository.PathOf("deploy", "build-deb.sh")], TimeSpan.FromMinutes(15));
        var made = await root;
        Assert.True(built.ExitCode == 0, built.All);
        File.Copy(Repository.PathOf(built.Output.Trim().Split('\n')[^1].Split('/')), folder["exam-monitor.deb"]);
        if (made.ExitCode != 0 && made.Errors.Contains("apt-get update", StringComparison.Ordinal))
            Assert.Skip("The archive of Debian cannot be reached: " + made.Errors);
        Assert.True(made.ExitCode == 0, made.All);

        var blocks = DocumentBlock.Of(Document);
        DocumentTests.WriteSteps(blocks, folder.Path);
        var result = await Machine.RunAsync(
            folder.Path,
            Path.Combine(Machine.Scripts, "package.sh"),
            TimeSpan.FromMinutes(5),
            folder["root.tar"]
        );
        DocumentTests.AssertWorked(blocks, folder.Path, result);
    }

    // Publishes into the folders that other tests run from: -explicit only.
    [Fact(Explicit = true)]
    public async Task Verifier_PublishedByTheDocumentsCommand_IsOneFileThatRuns()
    {
        using var folder = new TempFolder();
        var command = DocumentBlock.Of(Guide).Single(b => b.Value("checked-by") == nameof(PackageTests)).Text;
        Assert.Contains(" -o verifier ", command, StringComparison.Ordinal);
        var published = await ProgramResult.OfAsync(
            "bash",
            ["-euc", command.Replace(" -o verifier ", $" -o {folder["verifier"]} ", StringComparison.Ordinal)],
            TimeSpan.FromMinutes(4),
            null,
            Repository.Root
        );
        Assert.True(published.ExitCode == 0, published.All);
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOTNET_ROOT"] = "/nowhere", ["PATH"] = "/nowhere" };
        var help = await ProgramResult.OfAsync(
            folder[Path.Combine("verifier", "exam-monitor-verify")],
            ["--help"],
            TimeSpan.FromSeconds(30),
            environment
        );
        Assert.True(help.ExitCode == 0, help.All);
    }

    /// <summary>A minimal Debian with what the package depends on, and nothing else.</summary>
    private static async Task<ProgramResult> MakeRootAsync(string archive)
    {
        var control = await File.ReadAllTextAsync(Repository.PathOf("deploy", "build-deb.sh"), TestContext.Current.CancellationToken);
        var depends = control.Split("\nDepends: ")[1].Split("\nSection:")[0].Split(',').Select(d => d.Split('|')[0].Split('(')[0].Trim());
        // What the document itself looks with.
        depends = depends.Concat(["curl", "openssl", "procps"]);
        // What it mounts meanwhile is seen by itself alone, and is gone with it.
        string[] arguments = ["--mount", "mmdebstrap", "--variant=minbase", "--include=" + string.Join(',', depends), "bookworm", archive];
        var environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["TMPDIR"] = Path.GetDirectoryName(archive)! };
        return await ProgramResult.OfAsync("unshare", arguments, TimeSpan.FromMinutes(15), environment);
    }
}
