using ExamMonitor.Agent.Api;
using ExamMonitor.Agent.Broker;
using ExamMonitor.Agent.Cameras;
using ExamMonitor.Agent.Configuration;
using ExamMonitor.Agent.Keeping;
using ExamMonitor.Agent.Lanes;
using ExamMonitor.Agent.Problems;
using ExamMonitor.Agent.Publishing;
using ExamMonitor.Agent.Rooms;
using ExamMonitor.Agent.Sound;
using ExamMonitor.Agent.Tiers;
using ExamMonitor.Agent.Watching;
using ExamMonitor.Capture;
using ExamMonitor.Footage;
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
    private readonly List<CameraSupervisor> _supervisors = [];
    private readonly VerdictBoard _verdicts = new();
    private readonly SoundBoard _sounds = new();

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
        var ledger = new VolumeLedger(folder.Resolve(options.Footage.Volume), folder.LedgerKey, options.Site, options.Agent, time);
        if (options.Footage.CreateVolume) Directory.CreateDirectory(folder.Resolve(options.Footage.Volume));
        var archive = await FootageArchive.OpenAsync(folder.Footage(options), ledger, time, logs.CreateLogger<FootageArchive>(), cancellationToken).ConfigureAwait(false);
        var publisher = await Publisher.OpenAsync(MqttPresence.Options(access, identity, folder.Outbox), time).ConfigureAwait(false);
        var desk = new ProblemDesk(new(folder.Problems), publisher, identity, logs.CreateLogger<ProblemDesk>());
        var watch = options.Watch.Enabled ? new WatchService(rooms, options.Watch, _verdicts, time, logs.CreateLogger<WatchService>()) : null;
        var running = rooms.Select(r => Begin(r, archive, (IPictureTaker?)watch ?? NoPictures.Instance)).ToArray();
        var runtime = new AgentRuntime
        {
            Rooms = running, Archive = archive, Ledger = ledger, VolumePath = folder.Resolve(options.Footage.Volume), Publisher = publisher, Desk = desk, Broker = access,
            Tellers = [.. running.Select(r => new RoomTeller(r, _verdicts, _sounds, new LaneStore(folder.Lanes, r.Id), desk, publisher))],
        };
        TierStart.Add(runtime, options, folder, DutyFootage.Of(archive, new RetentionLedger(ledger.Log, time)), time, logs);
        return (runtime, PartsOf(runtime, identity, token, watch, brokerFolder));
    }

    private AgentParts PartsOf(AgentRuntime runtime, AgentIdentity identity, ApiToken token, WatchService? watch, BrokerFolder brokerFolder)
    {
        var options = reading.Options;
        var broker = string.Equals(options.Broker.Mode, "child", StringComparison.Ordinal) ? new BrokerChild(options, brokerFolder, runtime.Broker, time, logs.CreateLogger<BrokerChild>()) : null;
        runtime.AgentWideSources.Add(now => AgentWideRules.Of(now, runtime, broker, watch, options.Footage.ReserveBytes));
        return new()
        {
            Options = options, Identity = identity, Folder = folder, Token = token, PublicKey = runtime.Ledger.PublicKey, Broker = broker, Watch = watch,
            Manifest = ManifestComposer.Of(rooms, options.Retention.Profiles, options.TimeZone, identity.StartedAt),
            Telling = new(runtime, identity, options, time, logs.CreateLogger<TellingService>()),
            Sound = options.Watch.Sound ? new(runtime, new(Tools!, time), _sounds, time, logs.CreateLogger<SoundService>()) : null,
            Capture = new(_supervisors, logs.CreateLogger<CaptureService>()),
        };
    }

    private RoomRuntime Begin(RoomSetup room, FootageArchive archive, IPictureTaker pictures)
    {
        var context = new CaptureContext(Tools!, new CaptureOptions { FfmpegPath = Tools!.FfmpegPath, FfprobePath = Tools.FfprobePath }, time, logs.CreateLogger("ExamMonitor.Capture"));
        return new(room, [.. room.Cameras.Select(c => Begin(c, archive, pictures, context))]);
    }

    private CameraRuntime Begin(ConfiguredCamera camera, FootageArchive archive, IPictureTaker pictures, CaptureContext context)
    {
        var recorder = archive.Recorder(camera.Source.Room, camera.Id);
        var pipeline = new CameraPipeline(recorder, pictures, time);
        var supervisor = new CameraSupervisor(context, camera.Source, pipeline);
        _supervisors.Add(supervisor);
        return new(camera, recorder, pipeline, () => supervisor.Vitals);
    }
}
