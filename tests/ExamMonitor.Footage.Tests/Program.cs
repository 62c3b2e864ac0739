using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Footage.Tests.Tiers;

return args switch
{
    [KillLoop.WriterCommand, .. var rest] => await KillLoop.WriteAsync(rest),
    [CopierKillTests.CopierCommand, .. var rest] => await CopierKillTests.CopyAsync(rest),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
