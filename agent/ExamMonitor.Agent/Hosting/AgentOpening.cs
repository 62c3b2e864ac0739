using ExamMonitor.Agent.Api;
using ExamMonitor.Agent.Broker;
using ExamMonitor.Agent.Cameras;
using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Keeping;
using ExamMonitor.Agent.Lanes;
using ExamMonitor.Agent.Plates;
using ExamMonitor.Agent.Problems;
using ExamMonitor.Agent.Publishing;
using ExamMonitor.Agent.Readiness;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Agent.Sessions;
using ExamMonitor.Agent.Sound;
using ExamMonitor.Agent.Tiers;
using ExamMonitor.Agent.Watching;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Footage;
using ExamMonitor.Footage.Anchoring;
using ExamMonitor.Footage.Retention;
using ExamMonitor.Footage.Tiers;
using ExamMonitor.Mqtt.Publishing;

namespace ExamMonitor.Agent.Hosting;

/// <summary>Opens the parts of an agent in their order: folder, tools, archive, publisher, rooms.</summary>
/// <param name="reading">Configuration, without errors.</param>
/// <param name="rooms">Its rooms.</param>
/// <param name="folder">Where everything lies.</param>
/// <param name="time">Clock.</param>
/// <param name="logs">Logs.</param>
internal sealed class AgentOpening(ConfigurationReading reading, IReadOnlyList<RoomSetup> rooms, AgentFolder folder, TimeProvider time, ILoggerFactory logs)
{
    private readonly List<CameraSwitch> _cameras = [];
    private readonly VerdictBoard _verdicts = new();
    private readonly SoundBoard _sounds = new();
    private readonly EvidenceShelf _shelf = new();
    private AgentRuntime? _runtime;

    /// <summary>ffmpeg, once it is found.</summary>
    public FfmpegTools? Tools { get; private set; }

    /// <summary>Opens everything; nothing runs yet.</summary>
    /// <exception cref="IOException">The volume, the index, the outbox or a secret cannot be used; the message says what to do.</exception>
    public async Task<(AgentRuntime Runtime, AgentParts Parts)> OpenAsync(CancellationToken cancellationToken)
    {
        var options = reading.Options;
        folder.Create();
        var identity = new AgentIdentity(options.Site, options.Agent, time.GetUtcNow());
        Tools = await FfmpegTools.FindAsync(options.Tools.Ffmpeg, options.Tools.Ffprobe, time, cancellationToken).ConfigureAwait(false);
        var brokerFolder = new BrokerFolder(folder.Broker, options.Site);
        var access = BrokerPlace.Settle(options, folder.Configuration, brokerFolder);
        var token = new ApiToken(Secrets.ReadOrCreate(options.Api.TokenFile is { } file ? folder.Resolve(file) : folder.ApiToken));
        var ledger = new VolumeLedger(folder.Resolve(options.Footage.Volume), folder.LedgerKey, options.Site, options.Agent, time,
            folder.LedgerHeads);
        var archive = await FootageArchive.OpenAsync(folder.Footage(options), ledger, time, logs.CreateLogger<FootageArchive>(), cancellationToken).ConfigureAwait(false);
        var publisher = await Publisher.OpenAsync(MqttPresence.Options(access, identity, folder.Outbox), time).ConfigureAwait(false);
        var evidence = new EvidenceStore(folder.Evidence, _shelf, new(TimeSpan.FromDays(options.Watch.EvidenceDays), options.Watch.EvidenceMegabytes * 1_000_000L), logs.CreateLogger<EvidenceStore>());
        var desk = new ProblemDesk(new(folder.Problems), publisher, identity, evidence, logs.CreateLogger<ProblemDesk>());
        var watch = options.Watch.Enabled ? new WatchService(rooms, options.Watch, _verdicts, _shelf, options.TimeZone, time, logs.CreateLogger<WatchService>()) : null;
        var zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone);
        var margins = new SessionMargins(TimeSpan.FromMinutes(options.Schedule.MarginBeforeMinutes), TimeSpan.FromMinutes(options.Schedule.MarginAfterMinutes));
        var rules = RetentionRulesReader.Combine(RetentionDesk.SiteOf(options)).Rules;
        var retention = FootageRetention.Open(archive, new RetentionLedger(ledger.Log, time), rules, new() { TwoPersons = options.Retention.TwoPersonApproval, WarnDays = options.Retention.WarnDays, ClockIsSynchronized = ClockSync.IsSynchronized });
        var book = SessionBook.Open(
            folder.Resolve(options.Footage.Volume), new SessionLedger(ledger, time),
            retention.FileFaults.FirstOrDefault(f => f.Path == FootageRetention.SchedulePath && !f.IsForeignLines)?.Text,
            () => retention.NoteFile(FootageRetention.SchedulePath, chained: true));
        if (book.HasForeignSets) retention.NoteForeignLines(FootageRetention.SchedulePath);
        var sessions = new SessionDesk(book, new(zone, [.. rooms.Select(r => (r.Id, r.Map.Room.Name))], options.Schedule.OtherRooms),
            margins, time);
        sessions.Obstacle = () => retention.LookAtFiles() is [var fault, ..] ? fault.Text : null;
        sessions.BeforeApply = (some, person) => retention.RememberSessions(some, person);
        var running = rooms.Select(r => Begin(r, archive, (IPictureTaker?)watch ?? NoPictures.Instance)).ToArray();
        var runtime = new AgentRuntime
        {
            Rooms = running,
            Archive = archive,
            Volume = new(archive, ledger, time, logs.CreateLogger<VolumeWatch>()),
            Sessions = sessions,
            Retention = new(retention, zone),
            Calibrations = new(folder.Calibrations, ledger),
            Ledger = ledger,
            VolumePath = folder.Resolve(options.Footage.Volume),
            Scrub = new(folder.Scrub, ledger, logs.CreateLogger<ScrubDesk>()),
            Anchor = AnchorOf(options),
            Witnessing = Witnessing.WitnessStart.Of(options, folder, ledger, time, logs),
            Publisher = publisher,
            Desk = desk,
            Evidence = evidence,
            Broker = access,
            Tellers = [.. running.Select(r => new RoomTeller(r, _verdicts, _sounds, new LaneStore(folder.Lanes, r.Id), desk, publisher))],
        };
        runtime.Readiness = new(runtime, new(ReadinessLimits.DefaultFloorPercent, ReadinessLimits.DefaultCameraClockMs, margins, options.Schedule.InformOnly))
        {
            Topics = identity.Topics,
            Scrub = () => new(runtime.Scrub.State.LastFinished, runtime.Scrub.State.Findings.Count),
            Space = () =>
            {
                var space = retention.Space();
                var idle = runtime.Keeping.Sums?.Classes.Where(c => c.Name == "idle").Sum(c => c.SizeBytes) ?? 0;
                return new(space.FreeBytes, idle, options.Footage.ReserveBytes, runtime.Keeping.LastForecast?.BreachOn) { Fault = runtime.Volume.State.Text, PromisedBytes = space.ReserveBytes };
            },
            ClockFault = () => KeepingRules.ClockFault(retention.Now()),
        };
        runtime.Keeping = new(runtime, options.Retention, rules, identity.Agent);
        var reader = new PlateReader(time);
        var plates = new PlatePictures(new KeyFrameSnapshot(Tools, time, most: 1), time);
        runtime.Plates = new(runtime, options.Plates, zone, identity.Topics, new(folder.Plates), new((room, camera, count, ct) => plates.TakeAsync(runtime.Find(room)!.Find(camera)!, count, ct), reader.ReadAsync), time, logs.CreateLogger<PlateDesk>());
        foreach (var teller in runtime.Tellers)
        {
            teller.Outlook = now => OutlookOf(runtime, teller.Id, now);
            teller.Standing = () => runtime.Plates.Problems(teller.Id);
        }

        _runtime = runtime;
        ScheduleStart.Run(runtime, options.Schedule, folder, logs.CreateLogger(typeof(ScheduleStart).FullName!));
        TierStart.Add(runtime, options, folder, new DutyFootage(() => retention.Facts), time, logs);
        return (runtime, PartsOf(runtime, identity, token, watch, brokerFolder));
    }

    private AgentParts PartsOf(AgentRuntime runtime, AgentIdentity identity, ApiToken token, WatchService? watch, BrokerFolder brokerFolder)
    {
        var options = reading.Options;
        var broker = string.Equals(options.Broker.Mode, "child", StringComparison.Ordinal)
            ? new BrokerChild(options, brokerFolder, runtime.Broker, folder.Configuration, time, logs.CreateLogger<BrokerChild>()) : null;
        runtime.AgentWideSources.Add(_ => KeepingRules.Of(runtime));
        runtime.AgentWideSources.Add(now => AgentWideRules.Of(now, runtime, broker, watch, options.Footage.ReserveBytes));
        runtime.AgentWideSources.Add(now => runtime.Scrub.Observe(runtime.Retention.Footage.Now().Trusted ?? now, TimeSpan.FromDays(options.Ledger.ScrubDays)));
        if (runtime.Anchor is { } anchor) runtime.AgentWideSources.Add(anchor.Observe);
        if (runtime.Witnessing is { } witnessing) runtime.AgentWideSources.Add(witnessing.Observe);
        return new()
        {
            Options = options,
            Identity = identity,
            Folder = folder,
            Token = token,
            PublicKey = runtime.Ledger.PublicKey,
            Broker = broker,
            Watch = watch,
            Manifest = ManifestOf(runtime, identity),
            Telling = new(runtime, identity, options, time, logs.CreateLogger<TellingService>()),
            Sound = options.Watch.Sound ? new(runtime, new(Tools!, time), _sounds, time, logs.CreateLogger<SoundService>()) : null,
            Capture = new(_cameras, logs.CreateLogger<CaptureService>()),
        };
    }

    private ManifestTeller ManifestOf(AgentRuntime runtime, AgentIdentity identity)
    {
        var atStart = ManifestComposer.Of(rooms, reading.Options.Retention.Profiles, reading.Options.TimeZone, runtime.Sessions.Book.Digest, identity.StartedAt);
        var manifest = new ManifestTeller(
            atStart, () => [.. runtime.Tellers.Select(t => (t.Id, t.Shown))], () => runtime.Sessions.Book.Digest, m => runtime.Publisher.SetState(identity.Topics.AgentManifest(identity.Agent), m), time);
        foreach (var teller in runtime.Tellers) teller.ShownChanged = manifest.Tell;
        return manifest;
    }

    private AnchorDesk? AnchorOf(AgentOptions options)
    {
        if (options.Ledger.Anchor is not { Address: { } address, CaFile: { } authorities } section) return null;
        var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) }) { Timeout = TimeSpan.FromSeconds(30) };
        var anchor = new HeadAnchor(new(http), new(address), Footage.Verification.VerificationFiles.ReadAuthorities(folder.Resolve(authorities)), time);
        return new(anchor, TimeSpan.FromHours(section.EveryHours), Path.Combine(folder.Resolve(options.Footage.Volume), "ledger"), logs.CreateLogger<AnchorDesk>());
    }

    private RoomRuntime Begin(RoomSetup room, FootageArchive archive, IPictureTaker pictures)
    {
        var context = new CaptureContext(Tools!, new CaptureOptions { FfmpegPath = Tools!.FfmpegPath, FfprobePath = Tools.FfprobePath }, time, logs.CreateLogger("ExamMonitor.Capture"));
        return new(room, [.. room.Cameras.Select(c => Begin(c, room.RecordsAlways, archive, pictures, context))]);
    }

    /// <summary>
    /// While wall clock and trusted time differ, or the schedule cannot be read, nobody knows whether an exam runs: then every room is
    /// recorded.
    /// </summary>
    private bool MustLook(RoomId room, DateTimeOffset now) =>
        _runtime!.Readiness.MustLook(room, now) || _runtime.Plates.MustLook(room, now) || !_runtime.Retention.Footage.Now().IsBelieved
        || _runtime.Sessions.Book.Failure is not null || _runtime.Sessions.Book.HasForeignSets;

    private static RoomOutlook OutlookOf(AgentRuntime runtime, RoomId room, DateTimeOffset now)
    {
        var calendar = runtime.Sessions.Calendar;
        var readiness = runtime.Readiness.For(calendar.Next(room, now));
        return new(calendar.Running(room, now)?.Id, readiness?.Ready, ReadinessProblem.Of(readiness, now), runtime.Find(room)!.Cameras.All(c => c.IsOff()));
    }

    private CameraRuntime Begin(ConfiguredCamera camera, bool always, FootageArchive archive, IPictureTaker pictures, CaptureContext context)
    {
        var recorder = archive.Recorder(camera.Source.Room, camera.Id);
        var pipeline = new CameraPipeline(recorder, pictures, time);
        var room = camera.Source.Room;
        var onOff = new CameraSwitch(() => new CameraSupervisor(context, camera.Source, pipeline), pipeline, now => always || MustLook(room, now), time);
        _cameras.Add(onOff);
        return new(camera, recorder, pipeline, () => onOff.Vitals) { IsOff = () => onOff.IsOff };
    }
}
