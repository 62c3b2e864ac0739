using ExamMonitor.Benchmarks;

return args switch
{
    ["audit-bench", .. var rest] => await AuditBench.RunAsync(rest).ConfigureAwait(false),
    ["measure-clip", .. var rest] => await AuditBench.MeasureAsync(rest).ConfigureAwait(false),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("exam-monitor-benchmarks audit-bench MAP CLIP_FOLDER OUT_FOLDER [PATTERN]   judges every CAMERA_*.mp4 of a folder");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-clip MAP CLIP                                  prints what the verdicts of CAMERA_*.mp4 are made of");
    return 2;
}
