using System.CommandLine;
using System.CommandLine.Invocation;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.CommandLine.Commands;

// Windows' consoles begin with a code page of the country: what is written into a file or a pipe must be UTF-8 everywhere.
if (OperatingSystem.IsWindows())
    Console.OutputEncoding = new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// Longer than an orderly stop may take: a recorder that is cut off in the middle of a commit loses up to a segment's end.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) };
var root = AgentCommand.Create(RunCommand.Create());
root.Add(MatchPicturesCommand.Create());
var parsed = root.Parse(args);
var code = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
return parsed.Action is ParseErrorAction ? ExitCode.BadInput : code;
