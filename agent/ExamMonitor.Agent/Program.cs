using System.CommandLine;
using ExamMonitor.Agent.Hosting;
using ExamMonitor.CommandLine.Commands;

// Longer than an orderly stop may take: a recorder that is cut off in the middle of a commit loses up to a segment's end.
return await AgentCommand.Create(RunCommand.Create()).Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) }).ConfigureAwait(false);
