using ExamMonitor.Benchmarks;
using ExamMonitor.Benchmarks.Measures;
using ExamMonitor.Benchmarks.Rooms;
using ExamMonitor.Footage.Tests.Survival;

return args switch
{
    ["audit-bench", .. var rest] => await AuditBench.RunAsync(rest).ConfigureAwait(false),
    ["measure-speed", .. var rest] => await AuditBench.SpeedAsync(rest).ConfigureAwait(false),
    ["measure-clip", .. var rest] => await AuditBench.MeasureAsync(rest).ConfigureAwait(false),
    ["measure-rooms", _, ..] => await RoomsBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-tampers", _, ..] => await TamperBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-cabinet", var clip, var region] => await CabinetBench.RunAsync(clip, region).ConfigureAwait(false),
    ["measure-station", var map, var clip, var station, var second] => await StationBench.RunAsync(map, clip, station, int.Parse(second, null)).ConfigureAwait(false),
    ["measure-soak", _, "room" or "clip", _, ..] => await SoakBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-projection", .. var rest] => GeometryBench.Projection(rest.Length > 0 ? int.Parse(rest[0], null) : 300),
    ["measure-plates", _, ..] => GeometryBench.Plates(args[1..]),
    ["measure-view"] => ViewSpeed.Run(),
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
    Console.Error.WriteLine("exam-monitor-benchmarks measure-rooms FIRST_SEED [LAST_SEED] [CASE] [--keep FOLDER]   films made-up rooms, judges them and scores the verdicts");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-tampers CLIP…                                 covers, shifts and blurs drawn into real clips: recall and precision by extent");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-cabinet CLIP X,Y,X,Y,…                         a station drawn by hand in a real clip, as it is and with a cabinet before it");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-soak HOURS room SEED | clip CLIP [X,Y,…]       hours of normal footage: whatever settles is a false alarm");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-projection [ROOMS]                             error of calibrations at points that were held out");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-plates PICTURE…                                plates found in pictures, each with a list of their corners beside it");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-view                                           time and memory of one picture of a view of sixteen stations");
    Console.Error.WriteLine("exam-monitor-benchmarks measure-station MAP CLIP STATION SECOND               prints the cells that a station's verdict is made of");
    return 2;
}
