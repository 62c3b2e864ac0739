namespace ExamMonitor.Dashboard.Configuration;

/// <summary>The few options of the command line, turned into configuration keys.</summary>
internal static class CommandLine
{
    /// <summary>Key of the account that is to get a new password.</summary>
    public const string NewPassword = "NewPassword";

    public const string Usage = """
        exam-monitor-dashboard --link FILE [--link FILE …] [--data FOLDER] [--urls ADDRESS]
          --link FILE     link file that an agent writes (dashboard-link.json); repeat it for more agents
          --data FOLDER   where accounts, records and keys are kept (default: dashboard-data)
          --urls ADDRESS  where to listen (default: http://127.0.0.1:5080)
          --time-zone ID  time zone of sites that name none (default: Asia/Shanghai)
          --new-password NAME   gives the account a new random password, prints it, and ends
        Everything else is set in appsettings.json or by environment: see docs/user-supervisor.md.
        """;

    /// <summary>Keys and values, or the sentence that says what is wrong.</summary>
    public static (Dictionary<string, string?>? Values, string? Problem) Parse(IReadOnlyList<string> args)
    {
        var values = new Dictionary<string, string?>(StringComparer.OrdinalIgnoreCase);
        var links = 0;
        for (var i = 0; i < args.Count; i++)
        {
            var (name, value) = Split(args[i]);
            if (value is null && i + 1 < args.Count)
                value = args[++i];
            if (value is null)
                return (null, $"{name} needs a value.\n{Usage}");
            var key = name switch
            {
                "--link" => $"{DashboardOptions.Section}:Links:{links++}",
                "--data" => $"{DashboardOptions.Section}:DataFolder",
                "--time-zone" => $"{DashboardOptions.Section}:TimeZone",
                "--urls" => "urls",
                "--new-password" => NewPassword,
                _ => null,
            };
            if (key is null)
                return (null, $"{name} is not an option.\n{Usage}");
            values[key] = value;
        }

        // Whoever forgot a password needs no agent.
        if (links == 0 && values.ContainsKey(NewPassword))
            values[$"{DashboardOptions.Section}:Links:0"] = "none";

        return (values, null);
    }

    private static (string Name, string? Value) Split(string arg) =>
        arg.IndexOf('=', StringComparison.Ordinal) is var at and > 0 ? (arg[..at], arg[(at + 1)..]) : (arg, null);
}
