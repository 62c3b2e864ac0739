namespace ExamMonitor.CommandLine.Commands;

/// <summary>What a command's exit tells a script.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Ok = 0;

    /// <summary>Something did not work.</summary>
    public const int Failed = 1;

    /// <summary>What the operator wrote (configuration, map, arguments) must be mended first.</summary>
    public const int BadInput = 2;
}
