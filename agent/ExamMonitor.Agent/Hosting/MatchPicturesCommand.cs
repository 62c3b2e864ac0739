using System.CommandLine;
using ExamMonitor.CommandLine.Commands;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.Agent.Hosting;

/// <summary><c>match-pictures</c>: the process that compares pictures, started by <c>run</c>.</summary>
internal static class MatchPicturesCommand
{
    /// <summary>The command.</summary>
    public static Command Create() =>
        ExchangeCommand.Create(
            PictureMatcher.Command,
            "Compares pictures: pictures over standard input, how they lie over the first as JSON over standard output. Started by 'run', not by hand.",
            PictureMatching.ReadAsync
        );
}
