using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Maps;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>What reading a configuration file gave.</summary>
/// <param name="Path">Absolute path of the file.</param>
/// <param name="Options">The options; defaults where a finding says that a value could not be taken.</param>
/// <param name="Findings">Everything wrong with it; the agent starts only without errors among them.</param>
/// <param name="Lines">Line of each key that the file has, by path such as <c>rooms[0].map</c>.</param>
internal sealed record ConfigurationReading(
    string Path,
    AgentOptions Options,
    IReadOnlyList<Finding> Findings,
    IReadOnlyDictionary<string, int> Lines
)
{
    /// <summary>Whether the agent may start with it.</summary>
    public bool IsUsable => Findings.All(f => f.Level != FindingLevel.Error);
}

/// <summary>Reads the agent's configuration: one YAML file (JSON is YAML too), at most 1 MiB, without aliases.</summary>
internal static class ConfigurationFile
{
    private const int MaxBytes = 1 << 20;
    private const int MaxDepth = 16;

    /// <summary>Reads and checks a file. What is wrong with its content is a finding, never an exception.</summary>
    public static ConfigurationReading Read(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            var info = new FileInfo(full);
            if (!info.Exists)
                return Unreadable(
                    full,
                    path,
                    null,
                    "there is no such file.",
                    "Name one with --config; 'exam-monitor-agent example' prints one to start from."
                );
            if (info.Length > MaxBytes)
                return Unreadable(
                    full,
                    path,
                    null,
                    string.Create(CultureInfo.InvariantCulture, $"is larger than {MaxBytes / 1024} KiB."),
                    "Is it really the configuration file?"
                );
            return Parse(full, path, File.ReadAllText(full, new UTF8Encoding(false, throwOnInvalidBytes: true)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Unreadable(full, path, null, $"cannot be read: {e.Message}", "Check its owner and mode.");
        }
        catch (DecoderFallbackException)
        {
            return Unreadable(full, path, null, "is not UTF-8.", "Save it as UTF-8.");
        }
    }

    /// <summary>Checks a text as if it stood in a file.</summary>
    public static ConfigurationReading Parse(string full, string shown, string text)
    {
        try
        {
            YamlTraps.Refuse(text, MaxDepth);
            var stream = new YamlStream();
            using var reader = new StringReader(text);
            stream.Load(reader);
            if (stream.Documents.Count != 1)
                return Unreadable(
                    full,
                    shown,
                    1,
                    stream.Documents.Count == 0 ? "is empty." : "holds more than one YAML document.",
                    "Write one document."
                );
            var binder = new YamlBinder(shown);
            var options = (AgentOptions)binder.Section(typeof(AgentOptions), stream.Documents[0].RootNode, string.Empty);
            var findings = binder
                .Findings.Concat(ConfigurationRules.Check(options, shown, full, binder.Lines))
                .OrderBy(f => f.Line ?? 0)
                .ToArray();
            return new(full, options, findings, binder.Lines);
        }
        catch (YamlException e)
        {
            return Unreadable(
                full,
                shown,
                (int)Math.Clamp(e.Start.Line, 1, int.MaxValue),
                $"is not valid YAML: {e.Message}",
                "Mind the indentation: spaces, not tabs."
            );
        }
        catch (InvalidOperationException)
        {
            // YamlDotNet 16.3 throws this for some texts that are no YAML, without a place.
            return Unreadable(full, shown, null, "is not valid YAML.", "Mind brackets, quotes and indentation.");
        }
    }

    private static ConfigurationReading Unreadable(string full, string shown, int? line, string text, string mend) =>
        new(
            full,
            new(),
            [new(FindingLevel.Error, shown, line, string.Empty, text, mend)],
            new Dictionary<string, int>(StringComparer.Ordinal)
        );
}
