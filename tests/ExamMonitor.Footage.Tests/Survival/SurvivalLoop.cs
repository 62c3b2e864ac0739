using ExamMonitor.TestKit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// One volume on a small real disk, a process that records onto it and is killed again and again, and faults of disk and clock on the way.
/// </summary>
/// <remarks>
/// The loop knows the true time and what was committed in which exam. After each life the volume is opened and held against that; before
/// some faults it is not, so that the next process finds what the kill left. It stops at the first lie.
/// </remarks>
internal sealed class SurvivalLoop : IDisposable
{
    private const int DiskMegabytes = 64;
    private readonly SmallDisk _disk = SmallDisk.Ext4(DiskMegabytes);
    private readonly string _folder;
    private readonly string _clip;
    private readonly string[] _writer;
    private readonly Random _random;
    private readonly CancellationToken _stop;
    private readonly SurvivalCheck _check;
    private readonly SurvivalTruth _truth = new();
    private SurvivalSince _since = new();
    private DateTimeOffset _now = SurvivalSite.Epoch.AddHours(7);
    private bool _vouch;
    private bool _isDue;

    private SurvivalLoop(string folder, string clip, string[] writer, int seed, CancellationToken stop)
    {
        _stop = stop;
        (_folder, _clip, _writer, _random) = (Directory.CreateDirectory(folder).FullName, clip, writer, new(seed));
        if (Directory.Exists(Path.Combine(_disk.Path, "lost+found")))
            Directory.Delete(Path.Combine(_disk.Path, "lost+found"));
        _check = new(_disk.Path, _folder, _truth, Report);
    }

    public SurvivalReport Report { get; } = new();

    /// <summary>Runs until so many kills and faults were survived.</summary>
    /// <param name="folder">Folder of the agent; made.</param>
    /// <param name="clip">File of fragmented MP4 that the writer repeats.</param>
    /// <param name="kills">Lives that are killed, at least.</param>
    /// <param name="faults">Lives of these with a fault.</param>
    /// <param name="writer">Program and first arguments that lead to <see cref="SurvivalWriter.RunAsync"/>.</param>
    /// <param name="seed">Of kinds and moments.</param>
    /// <param name="each">Lives between two whole verifications.</param>
    /// <param name="progress">Told after each life; null for nobody.</param>
    /// <param name="planned">Lives with the faults that befall them; null to draw them.</param>
    /// <param name="stop">Ends it after the life that runs; what was survived until then is looked at and reported.</param>
    /// <exception cref="SurvivalLieException">Something that was committed is missing or changed, or something that was said is not
    /// true.</exception>
    public static async Task<SurvivalReport> RunAsync(
        string folder,
        string clip,
        int kills,
        int faults,
        string[] writer,
        int seed,
        int each,
        Action<string>? progress = null,
        Dictionary<int, SurvivalFault>? planned = null,
        CancellationToken stop = default
    )
    {
        using var loop = new SurvivalLoop(folder, clip, writer, seed, stop);
        var preloaded = await PreloadedFaults.MakeAsync(Path.Combine(loop._folder, "faults"));
        var plan = planned ?? SurvivalFault.Plan(kills, faults, loop._random);
        for (var life = 0; !stop.IsCancellationRequested && (loop.Report.Kills < kills || life <= plan.Keys.DefaultIfEmpty().Max()); life++)
        {
            var fault = plan.GetValueOrDefault(life);
            try
            {
                await loop.LiveAsync(preloaded, fault);
                // What the next fault befalls at rest must lie there as the kill left it.
                var wait = plan.GetValueOrDefault(life + 1) is { } next && (next.IsAtRest || loop._random.Next(2) == 0);
                loop._isDue |= life % each == each - 1;
                if (!wait)
                    await loop.LookAsync(loop._isDue);
            }
            catch (Exception e)
            {
                loop.KeepVolume();
                var what =
                    $"life {life}, seed {seed}, fault {fault?.ToString() ?? "none"} ({string.Join(", ", loop._since.Notes)}), since the last look {string.Join(", ", loop._since.Faults)}";
                throw new SurvivalLieException($"{what}: {(e is SurvivalLieException ? e.Message : e)}");
            }

            var day = (loop._now - SurvivalSite.Epoch).TotalDays;
            progress?.Invoke(
                $"life {life}: {fault?.ToString() ?? "killed"}, {loop.Report.Held} held, {loop.Report.Destroyed} destroyed, day {day:0.0}"
            );
        }

        await loop.LookAsync(deep: true);
        loop.Report.Days = (loop._now - SurvivalSite.Epoch).TotalDays;
        return loop.Report;
    }

    public void Dispose() => _disk.Dispose();

    private async Task LiveAsync(PreloadedFaults preloaded, SurvivalFault? fault)
    {
        BeforeLife(preloaded, fault);
        var path = Path.Combine(_folder, "orders.json");
        // Of the lives without a fault some are to die while they start, sign a head, sweep, or enter sessions; the others at any moment.
        var target = fault is null
            ? _random.Next(9) switch
            {
                0 => "start",
                1 or 2 => "head",
                3 or 4 => "sweep",
                5 => "sessions",
                _ => null,
            }
            : null;
        var sweepAt =
            fault?.Kind == FaultKind.ClockBeforeSweep ? fault.At
            : target == "sweep" || _random.Next(4) == 0 ? _random.Next(1, 8)
            : -1;
        var orders = new SurvivalOrders(
            _disk.Path,
            _folder,
            _clip,
            _now,
            fault?.Kind == FaultKind.ClockAtStart ? fault.Step : TimeSpan.Zero,
            fault?.Kind == FaultKind.ClockInLife ? fault.At : -1,
            fault?.Step ?? TimeSpan.Zero,
            fault?.Kind == FaultKind.ClockBeforeSweep,
            PassBefore(),
            sweepAt,
            _vouch && fault?.IsOfClock != true
        );
        orders.Write(path);
        var words = await new SurvivalLife(_disk, preloaded, _writer, _random, _stop).RunAsync(path, fault, target);
        _vouch = fault?.IsOfClock == true || (_vouch && !words.Opened);
        AfterLife(preloaded, fault, words);
        _now = (words.To ?? _now) + TimeSpan.FromSeconds(_random.Next(30, 600));
        _since.Lives.Add(words);
        Report.Lives++;
        if (words.Sentence is null)
        {
            Report.Kills++;
            Report.Inside(words.Inside);
        }

        if (sweepAt >= 0)
            Report.Sweeps++;
        if (words.From is { } from && SurvivalSite.SessionAt(from) is not null)
            Report.Exams++;
    }

    /// <summary>Minutes that pass in the process before it records: to within the next exam in a third of the lives.</summary>
    private int PassBefore()
    {
        if (_random.Next(3) != 0)
            return _random.Next(0, 720);
        var next = SurvivalSite.Sessions(_now).Where(s => s.End > _now.AddMinutes(30)).OrderBy(s => s.Start).First();
        return Math.Max(0, (int)(next.Start - _now).TotalMinutes + _random.Next(5, 200));
    }

    private void BeforeLife(PreloadedFaults preloaded, SurvivalFault? fault)
    {
        if (fault is null)
            return;
        Report.Fault(fault);
        _since.Faults.Add(fault);
        if (fault.Kind == FaultKind.DiskFullAtStart)
            _disk.Fill(_random.Next(0, 16 << 10));
        if (fault.Kind == FaultKind.ReadOnlyAtStart)
            _disk.RemountReadOnly();
        if (fault.Kind == FaultKind.WritesFailAtStart)
            preloaded.FailWrites(PreloadedFaults.IoError, [.. fault.Parts]);
        if (fault.Kind == FaultKind.CacheBroken)
            _since.Notes.Add(SurvivalRest.BreakCache(_disk.Path, _folder, _random) ?? "no cache");
        if (fault.Kind == FaultKind.TornTail)
            _since.Notes.Add(SurvivalRest.TearTail(_disk.Path, _random) ?? "no tail");
    }

    private void AfterLife(PreloadedFaults preloaded, SurvivalFault? fault, SurvivalWords words)
    {
        preloaded.Heal();
        if (fault?.Kind == FaultKind.ReadOnlyAtStart)
            _disk.RemountWritable();
        if (fault?.Kind == FaultKind.DiskFails)
            _disk.Repair();
        if (fault?.Kind is FaultKind.DiskFull or FaultKind.DiskFullAtStart)
            _disk.MakeRoom();
        if (words.Sentence is not { } sentence)
            return;
        if (fault is null || !(fault.HurtsDisk || fault.Kind == FaultKind.CacheBroken))
            throw new SurvivalLieException($"No fault explains why the process ended: {sentence}");
        Report.Sentence(sentence);
        // What the sentence asks a person to do.
        if (fault.Kind == FaultKind.CacheBroken && !words.Opened)
            SurvivalCheck.RemoveIndex(Path.Combine(_folder, "index.db"));
    }

    /// <summary>The volume as it lay when a lie was found: who looks for the cause begins there.</summary>
    private void KeepVolume()
    {
        using var copy = System.Diagnostics.Process.Start("cp", ["-a", _disk.Path, Path.Combine(_folder, "volume-of-the-lie")]);
        copy.WaitForExit();
    }

    private async Task LookAsync(bool deep)
    {
        await _check.RunAsync(_now, _since, deep);
        _isDue &= !deep;
        _since = new();
    }
}
