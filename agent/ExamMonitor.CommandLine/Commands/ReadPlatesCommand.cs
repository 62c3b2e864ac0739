using System.CommandLine;
using ExamMonitor.Exams.Plates;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>read-plates</c>: the process that reads number plates, started by <c>run</c>.</summary>
internal static class ReadPlatesCommand
{
    /// <summary>The command.</summary>
    public static Command Create() =>
        ExchangeCommand.Create(
            "read-plates",
            "Reads number plates: pictures over standard input, what was read as JSON over standard output. Started by 'run', not by hand.",
            PlateExchange.ReadAsync
        );
}
