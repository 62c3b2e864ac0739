using ExamMonitor.Agent.Commands;

return await AgentCommand.Create().Parse(args).InvokeAsync().ConfigureAwait(false);
