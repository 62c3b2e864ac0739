using System.Globalization;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.Retention;
using Microsoft.Extensions.Logging.Abstractions;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>One life: records all cameras with ledger and retention until it is killed, or says in one sentence why it cannot.</summary>
/// <remarks>
/// Lines that it says, each with the true time: <c>&gt;</c> handed over, <c>=</c> written, <c>x</c> a camera is in trouble, <c>#</c> open,
/// <c>?</c> a finding of the ledger, <c>~</c> a piece of work that failed and is tried again, <c>(</c> and <c>)</c> a piece of work begins
/// and ends, <c>!</c> why it ends.
/// </remarks>
internal sealed class SurvivalWriter(SurvivalOrders orders) : IDisposable
{
    public const string Command = "survival-writer";
    public const int Speed = 40;

    private readonly SurvivalClock _time = new(orders.Start, Speed);
    private SurvivalLedger? _ledger;
    private FootageArchive? _archive;
    private FootageRetention? _retention;
    private volatile bool _pressed;
    private double _seconds;
    private TimeSpan _offset;
    private bool _stepped;

    public static async Task<int> RunAsync(string[] args)
    {
        using var writer = new SurvivalWriter(SurvivalOrders.Read(args[0]));
        try
        {
            await writer.LiveAsync();
            return 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            writer.Say('!', e.Message);
            return 3;
        }
    }

    public void Dispose() => _ledger?.Dispose();

    private async Task LiveAsync()
    {
        _time.Step(orders.Offset);
        _ledger = new(orders.Volume, orders.Folder, _time);
        var options = SurvivalSite.Options(orders.Volume, orders.Folder);
        _archive = await FootageArchive.OpenAsync(options, _ledger, _time, NullLogger<FootageArchive>.Instance, CancellationToken.None);
        foreach (var finding in _ledger.Log.Findings)
            Say('?', $"{finding.Kind} {finding.Subject}");
        _retention = SurvivalSite.Retain(_archive, _ledger.Log, _time);
        foreach (var fault in _retention.FileFaults)
            Say('?', $"file {fault.Path}");
        foreach (var problem in _retention.Problems)
            Say('?', $"problem {problem}");
        if (_retention.OlderCopy is { } older)
            Say('?', $"older {older.En}");
        _archive.Pressed += () => _pressed = true;
        Say('#', string.Empty);
        if (orders.Vouch)
            Try("vouch", () => _ = _retention.TrustClock("Wang") is { WaitsForSecondPerson: true } ? _retention.TrustClock("Li") : null);
        Try("sessions", () => _retention.RememberSessions(SurvivalSite.Sessions(_time.True), "import"));
        Pass();
        Try("sessions", () => _retention.RememberSessions(SurvivalSite.Sessions(_time.True), "import"));
        await RecordAsync();
    }

    private void Pass()
    {
        for (var left = TimeSpan.FromMinutes(orders.PassMinutes); left > TimeSpan.Zero; left -= TimeSpan.FromHours(6))
        {
            _time.Pass(left < TimeSpan.FromHours(6) ? left : TimeSpan.FromHours(6));
            _ = _retention!.Now();
        }
    }

    private async Task RecordAsync()
    {
        var (initialization, fragments) = await ReadAsync(orders.Clip);
        var recorders = Enumerable
            .Range(0, SurvivalSite.Cameras)
            .Select(i => _archive!.Recorder(SurvivalSite.Room, SurvivalSite.Camera(i)))
            .ToList();
        for (var number = 0; ; number++)
        {
            if (_archive!.Failure.IsFaulted)
                await _archive.Failure;
            var at = number % fragments.Count;
            if (number == orders.StepAt)
                Step();
            if (at == 0 || _stepped)
                await BeginAsync(recorders, initialization, number == 0);
            await HandAsync(recorders, fragments[at]);
            Keep(number);
        }
    }

    /// <summary>As the capture does: a run's arrivals are measured time plus one offset, and a clock that was set ends it.</summary>
    private async Task BeginAsync(List<CameraRecorder> recorders, InitializationSegment initialization, bool first)
    {
        var cause = _stepped ? GapCause.Clock : GapCause.Network;
        foreach (var recorder in first ? [] : recorders)
            await recorder.EndRunAsync(cause, null, _time.True + _offset, CancellationToken.None);
        (_stepped, _offset) = (false, _time.GetUtcNow() - _time.True);
        foreach (var recorder in recorders)
            await recorder.StartRunAsync(initialization, new(null, false), _time.GetUtcNow(), CancellationToken.None);
    }

    private void Step()
    {
        _time.Step(orders.Step);
        _stepped = true;
    }

    private async Task HandAsync(List<CameraRecorder> recorders, Fragment fragment)
    {
        await Task.Delay(new Pts90k(fragment.Duration).ToTimeSpan() / Speed, TimeProvider.System);
        var length = fragment.Duration / (double)Pts90k.PerSecond;
        Say('>', Text(_seconds + length));
        foreach (var recorder in recorders)
            await recorder.AppendAsync(fragment, _time.True + _offset, CancellationToken.None);
        while (recorders.Exists(r => r.WaitingBytes > 0))
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        _seconds += length;
        if (recorders.Find(r => r.Trouble is not null)?.Trouble is { } trouble)
            Say('x', trouble.En);
        else
            Say('=', Text(_seconds));
    }

    /// <summary>
    /// What the agent does beside the recording: the time, a head now and then, the disk's state, a sweep when it is due or the disk is
    /// full.
    /// </summary>
    private void Keep(int number)
    {
        if (number % 4 == 0)
            _ = _retention!.Now();
        if (number % 6 == 5)
            Try("head", () => _ledger!.Log.Sign(_time.GetUtcNow()));
        if (number % 8 == 7)
            _ = _archive!.ProbeVolume();
        if (number == orders.SweepAt && orders.StepAtSweep)
            Step();
        if (number != orders.SweepAt && !_pressed)
            return;
        _pressed = false;
        Try("sweep", () => _retention!.Sweep("job:sweep", full: number % 3 == 0, CancellationToken.None));
    }

    private void Try(string what, Action work)
    {
        Say('(', what);
        try
        {
            work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (DiskFull.Is(e))
                _ = _archive!.NoteFailure(e);
            Say('~', $"{what}: {e.Message}");
        }

        Say(')', what);
    }

    private void Say(char what, string text)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}{_time.True.UtcTicks} {text.ReplaceLineEndings(" / ")}."));
        Console.Out.Flush();
    }

    private static string Text(double seconds) => seconds.ToString("0.000", CultureInfo.InvariantCulture);

    private static async Task<(InitializationSegment Initialization, List<Fragment> Fragments)> ReadAsync(string path)
    {
        await using var file = File.OpenRead(path);
        var reader = new FragmentReader(file);
        var initialization = await reader.ReadInitializationAsync(CancellationToken.None);
        var fragments = new List<Fragment>();
        while (await reader.ReadFragmentAsync(CancellationToken.None) is { } fragment)
            fragments.Add(fragment);
        return (initialization, fragments);
    }
}
