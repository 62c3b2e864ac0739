using System.CommandLine;
using System.CommandLine.Invocation;
using ExamMonitor.Verify;

// Windows' consoles begin with a code page of the country: what is written into a file or a pipe must be UTF-8 everywhere.
if (OperatingSystem.IsWindows())
    Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

var root = new RootCommand(
    """
    Verifies footage of Exam Monitor offline: with the files and a public key, and nothing else. Reads only.

    Examples:
      exam-monitor-verify volume /srv/footage --key agent.pem
      exam-monitor-verify pack evidence.zip --key agent.pem
      exam-monitor-verify segment 080000Z.mp4 --entry entry.json --inclusion inclusion.txt --key agent.pem

    Get the public key on another way than the footage: from the dashboard's agent page, or from the body that was given it at installation.
    Exit status: 0 everything holds, 1 something does not, 2 it could not be checked.
    """
)
{
    VolumeCommand.Create(),
    SegmentCommand.Create(),
    PackCommand.Create(),
};

// A pack alone is what most people have: 'exam-monitor-verify evidence.zip' verifies it.
if (
    args is [var first, ..]
    && (first.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) || Directory.Exists(first))
    && root.Subcommands.All(c => c.Name != first)
)
    args = ["pack", .. args];
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync().ConfigureAwait(false);
return parsed.Action is ParseErrorAction ? 2 : code;
