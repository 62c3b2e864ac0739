using ExamMonitor.Benchmarks;
using ExamMonitor.Benchmarks.Measures;
using ExamMonitor.Benchmarks.Rooms;
using ExamMonitor.Footage.Tests.Survival;

return args switch
{
    ["audit-bench", .. var rest] => await AuditBench.RunAsync(rest).ConfigureAwait(false),
    ["measure-speed", .. var rest] => await AuditBench.SpeedAsync(rest).ConfigureAwait(false),
    ["measure-clip", .. var rest] => await AuditBench.MeasureAsync(rest).ConfigureAwait(false),
    ["measure-blocks", var map, var clip, var second] => await AuditBench
        .BlocksAsync(map, clip, int.Parse(second, null))
        .ConfigureAwait(false),
    ["measure-rooms", _, ..] => await RoomsBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-room", var seed, var clip] => await RoomsBench.TellAsync(int.Parse(seed, null), clip).ConfigureAwait(false),
    ["measure-latency", _, _, ..] => await LatencyBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-tampers", _, ..] => await TamperBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-cabinet", var clip, var region] => await CabinetBench.RunAsync(clip, region).ConfigureAwait(false),
    ["measure-station", var map, var clip, var station, var second] => await StationBench
        .RunAsync(map, clip, station, int.Parse(second, null))
        .ConfigureAwait(false),
    ["measure-soak", _, "room" or "clip", _, ..] => await SoakBench.RunAsync(args[1..]).ConfigureAwait(false),
    ["measure-projection", .. var rest] => GeometryBench.Projection(rest.Length > 0 ? int.Parse(rest[0], null) : 300),
    ["measure-plates", _, ..] => GeometryBench.Plates(args[1..]),
    ["measure-view"] => ViewSpeed.Run(),
    ["footage-kill", var kills, .. var rest] => await FootageBench.KillAsync(kills, rest).ConfigureAwait(false),
    ["survival", var kills, var faults, .. var rest] => await SurvivalBench.RunAsync(kills, faults, rest).ConfigureAwait(false),
    [SurvivalWriter.Command, .. var rest] => await SurvivalWriter.RunAsync(rest).ConfigureAwait(false),
    ["footage-power-cut", var cuts, .. var rest] => await PowerCutBench.RunAsync(cuts, rest).ConfigureAwait(false),
    ["footage-reindex", .. var rest] => await ReindexBench.RunAsync(rest).ConfigureAwait(false),
    ["camera-restarts", var restarts] => await RestartBench.RunAsync(restarts).ConfigureAwait(false),
    ["camera-time-lines", var count, .. var rest] => await FieldBench.RunAsync(count, rest).ConfigureAwait(false),
    [KillLoop.WriterCommand, .. var rest] => await KillLoop.WriteAsync(rest).ConfigureAwait(false),
    ["footage-index", var segments, .. var rest] => FootageIndexBench.Run(segments, rest),
    ["footage-memory", .. var rest] => await FootageBench.MemoryAsync(rest).ConfigureAwait(false),
    ["footage-overhead", .. var rest] => await OverheadBench.RunAsync(rest).ConfigureAwait(false),
    ["retention-properties", var cases, .. var rest] => RetentionBench.Properties(cases, rest),
    ["retention-years", .. var rest] => RetentionBench.Years(rest),
    ["retention-index", var segments, .. var rest] => RetentionBench.Index(segments, rest),
    ["ledger-open", var entries, .. var rest] => LedgerBench.Open(entries, rest),
    ["verify-speed", .. var rest] => LedgerBench.VerifySpeed(rest),
    ["pack-speed", .. var rest] => PackBench.Run(rest),
    ["tier-copy", .. var rest] => await TierBench.RunAsync(rest).ConfigureAwait(false),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine(
        "exam-monitor-benchmarks audit-bench MAP CLIP_FOLDER OUT_FOLDER [PATTERN]   judges every CAMERA_*.mp4 of a folder"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-clip MAP CLIP                                  prints what the verdicts of CAMERA_*.mp4 are made of"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-blocks MAP CLIP SECOND                         prints the blocks of one picture of CAMERA_*.mp4"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks footage-kill COUNT [FOLDER] [SEED]                     kills a writing process COUNT times and checks the archive after each"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks survival KILLS FAULTS [SEED] [FOLDER] [VOLUMES]        kills a process that records with ledger and retention, with faults of disk and clock, and checks and verifies its volume; as root"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks footage-power-cut COUNT [SEED]                         cuts the power of a simulated disk COUNT times and checks the archive after each"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks footage-reindex [SEGMENTS]                             makes an index again from day lines and times it"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks camera-restarts COUNT                                  restarts a real stream COUNT times and prints files, handles, memory and ledger entries"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks camera-time-lines COUNT [SEED]                         made-up time lines of odd cameras through capture core and archive, in virtual time"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks footage-index SEGMENTS [FOLDER] [bare]                 fills an index and times what people wait for; bare: fragment lists of the first 200,000 only"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks footage-overhead [CAMERAS] [SECONDS] [ROUNDS]          CPU of recording beside ffmpeg that writes the same streams to files"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks footage-memory [CAMERAS]                               CPU of the archive alone, fragments from memory"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks tier-copy [SEGMENTS] [FOLDER]                          copying to an archive tier on the same disk beside cp"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-speed MAP CLIP                                 time and managed memory that a picture of a clip takes"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks retention-properties COUNT [SEED]                      random sites against the plain law; every twentieth sweep is killed and resumed"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks retention-years [CAMERAS] [DAYS] [SEGMENTS_A_DAY]      years of a site in minutes, compared with a plain recomputation"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks retention-index SEGMENTS [FOLDER]                      fills an index and times what a daily sweep asks"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks ledger-open ENTRIES [FOLDER]                           fills a ledger and times opening and proofs"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks pack-speed [CLIPS] [MEGABYTES] [FOLDER]                 an evidence pack beside cp and sha256sum, and a draw over five years"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks verify-speed [SEGMENTS] [BYTES]                        a verification beside sha256sum over the same files"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-rooms FIRST_SEED [LAST_SEED] [CASE] [--keep FOLDER] [--kbit RATE --group SECONDS --codec libx265 --denoise N]   films made-up rooms, judges them and scores the verdicts"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-room SEED CLIP                                prints what the verdicts of a made-up room's kept clip are made of"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-latency SEED SECONDS…                          seconds from a fault to its verdict, live and from the file, with key frames so far apart"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-tampers CLIP… | room:SEED… [--more] [--quality N]   covers, shifts and blurs drawn into real clips: recall and precision by extent; --more: dirt, tape, a web, condensation, a film and a sheet over a part"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-cabinet CLIP X,Y,X,Y,…                         a station drawn by hand in a real clip, as it is and with a cabinet before it"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-soak HOURS room SEED | clip CLIP [X,Y,…]       hours of normal footage: whatever settles is a false alarm; --video RATE --denoise N --flicker DEPTH --faults: coded as H.264, with standstills and replays to be found"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-projection [ROOMS]                             error of calibrations at points that were held out"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-plates PICTURE…                                plates found in pictures, each with a list of their corners beside it"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-view                                           time and memory of one picture of a view of sixteen stations"
    );
    Console.Error.WriteLine(
        "exam-monitor-benchmarks measure-station MAP CLIP STATION SECOND               prints the cells that a station's verdict is made of"
    );
    return 2;
}
