using System.CommandLine;
using System.CommandLine;
using System.CommandLine.Invocation;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.CommandLine.Commands;

// Longer than an orderly stop may take: a recorder that is cut off in the middle of a commit loses up to a segment's end.
var configuration = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) };
var parsed = AgentCommand.Create(RunCommand.Create()).Parse(args);
var code = await parsed.InvokeAsync(configuration).ConfigureAwait(false);
return parsed.Action is ParseErrorAction ? ExitCode.BadInput : code;
