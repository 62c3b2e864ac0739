using ExamMonitor.Benchmarks;
using ExamMonitor.Footage.Tests.Survival;

return args switch
{
    ["audit-bench", .. var rest] => await AuditBench.RunAsync(rest).ConfigureAwait(false),
    ["measure-speed", .. var rest] => await AuditBench.SpeedAsync(rest).ConfigureAwait(false),
    ["measure-clip", .. var rest] => await AuditBench.MeasureAsync(rest).ConfigureAwait(false),
    ["footage-kill", var kills, .. var rest] => await FootageBench.KillAsync(kills, rest).ConfigureAwait(false),
    [KillLoop.WriterCommand, .. var rest] => await KillLoop.WriteAsync(rest).ConfigureAwait(false),
    ["footage-index", var segments, .. var rest] => FootageIndexBench.Run(segments, rest),
    ["footage-overhead", .. var rest] => await FootageBench.OverheadAsync(rest).ConfigureAwait(false),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("exam-monitor-benchmarks audit-bench MAP CLIP_FOLDER OUT_FOLDER [PATTERN]   judges every CAMERA_*.mp4 of a folder");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-clip MAP CLIP                                  prints what the verdicts of CAMERA_*.mp4 are made of");
    Console.Error.WriteLine("exam-monitor-benchmarks footage-kill COUNT [FOLDER] [SEED]                     kills a writing process COUNT times and checks the archive after each");
    Console.Error.WriteLine("exam-monitor-benchmarks footage-index SEGMENTS [FOLDER]                        fills an index and times what people wait for");
    Console.Error.WriteLine("exam-monitor-benchmarks footage-overhead [CAMERAS] [SECONDS] [CLIP]            CPU of the archive beside ffmpeg that writes the same stream to files");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-speed MAP CLIP                                 time and managed memory that a picture of a clip takes");
    return 2;
}
