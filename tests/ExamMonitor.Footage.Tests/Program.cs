using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Footage.Tests.Tiers;

return args switch
{
    [KillLoop.WriterCommand, .. var rest] => await KillLoop.WriteAsync(rest),
    [SurvivalWriter.Command, .. var rest] => await SurvivalWriter.RunAsync(rest),
    [CopierKillTests.CopierCommand, .. var rest] => await CopierKillTests.CopyAsync(rest),
    _ => await Xunit.Runner.InProc.SystemConsole.ConsoleRunner.Run(args),
};
