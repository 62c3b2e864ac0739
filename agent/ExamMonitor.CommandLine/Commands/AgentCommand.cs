using System.CommandLine;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>The command line of the agent.</summary>
internal static class AgentCommand
{
    /// <summary>All commands.</summary>
    /// <param name="run"><c>run</c>, which the host brings.</param>
    public static RootCommand Create(Command run)
    {
        var root = new RootCommand(
            """
            Records exam rooms without a gap and proves that every station was in view.

            First steps:
              exam-monitor-agent example > agent.yaml          a configuration to start from
              exam-monitor-agent check --config agent.yaml     is all there that a run needs? cameras, map, broker, disk, clock
              exam-monitor-agent run --config agent.yaml       record, measure and tell, until stopped

            Exit codes: 0 all is well, 1 something did not work, 2 the configuration, a map or an argument must be mended first.
            """
        )
        {
            run,
            CheckCommand.Create(),
            MapCommand.Create(),
            PlatesCommand.Create(),
            AuditCommand.Create(),
            ScheduleCommand.Create(),
            ReadyCommand.Create(),
            ReadyCommand.CreateCalibration(),
            ReadyCommand.CreateClock(),
            HoldCommand.Create(),
            RetentionCommand.CreatePlan(),
            RetentionCommand.CreateRegister(),
            RetentionCommand.CreateStatement(),
            RetentionCommand.CreateForecast(),
            ArchiveCommands.CreateFsck(),
            ArchiveCommands.CreateReindex(),
            VerifyCommand.Create(),
            LedgerCommand.Create(),
            TierCommand.Create(),
            PackCommand.Create(),
            ExampleCommand.Create(),
            WatchCommand.Create(),
            BrokerCommand.Create(),
            ReadPlatesCommand.Create(),
        };
        foreach (var act in RetentionCommand.CreateActs())
            root.Add(act);
        return root;
    }

    /// <summary>The option that names the configuration file.</summary>
    public static Option<FileInfo> Configuration() =>
        new("--config", "-c")
        {
            Description = "Configuration file (YAML or JSON).",
            DefaultValueFactory = _ => new FileInfo(OperatingSystem.IsWindows() ? "agent.yaml" : "/etc/exam-monitor/agent.yaml"),
            HelpName = "agent.yaml",
        };
}
