using ExamMonitor.Footage.Tests.Survival;

return args is [KillLoop.WriterCommand, .. var rest]
    ? await KillLoop.WriteAsync(rest)
    : await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args);
