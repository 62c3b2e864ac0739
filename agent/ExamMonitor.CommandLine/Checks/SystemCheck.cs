using System.Globalization;
using ExamMonitor.Capture;
using ExamMonitor.Capture.Children;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Messaging;
using ExamMonitor.Mqtt;
using ExamMonitor.Preservation.Volume;
using ExamMonitor.Recording;

namespace ExamMonitor.CommandLine.Checks;

/// <summary>Looks at everything that a run needs, without recording anything.</summary>
/// <param name="reading">Configuration, without errors.</param>
/// <param name="folder">Where everything lies.</param>
/// <param name="time">Clock.</param>
internal sealed class SystemCheck(ConfigurationReading reading, AgentFolder folder, TimeProvider time)
{
    private static readonly TimeSpan CameraLimit = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan BrokerLimit = TimeSpan.FromSeconds(12);
    private AgentOptions Options => reading.Options;

    /// <summary>All checks but those of configuration and maps, cameras side by side.</summary>
    public async Task<IReadOnlyList<CheckItem>> RunAsync(IReadOnlyList<RoomSetup> rooms, CancellationToken cancellationToken)
    {
        var items = new List<CheckItem> { Clock(), Volume() };
        if (LedgerKey.FindFault(folder.LedgerKey, Path.Combine(folder.Resolve(Options.Footage.Volume), "ledger")) is { } key)
            items.Add(new(CheckLevel.Failed, "ledger key", key));
        var tools = await ToolsAsync(items, cancellationToken).ConfigureAwait(false);
        items.Add(await VisionAsync(cancellationToken).ConfigureAwait(false));
        items.Add(await BrokerAsync(cancellationToken).ConfigureAwait(false));
        if (tools is not null)
        {
            using var few = new SemaphoreSlim(4, 4);
            items.AddRange(
                await Task.WhenAll(rooms.SelectMany(r => r.Cameras).Select(c => CameraAsync(c, tools, few, cancellationToken)))
                    .ConfigureAwait(false)
            );
        }

        return items;
    }

    private CheckItem Clock() =>
        ClockRule.FindFault(time.GetUtcNow(), null) is { } fault
            ? new(CheckLevel.Failed, "clock", fault.En)
            : new(
                CheckLevel.Ok,
                "clock",
                FormattableString.Invariant(
                    $"{TimeZoneInfo.ConvertTime(time.GetUtcNow(), SiteZone.Of(Options.TimeZone)):yyyy-MM-dd HH:mm:ss} {Options.TimeZone}"
                )
            );

    private CheckItem Volume()
    {
        var path = folder.Resolve(Options.Footage.Volume);
        try
        {
            // The same judgement as the run's: what one refuses, the other does.
            if (VolumeJudgement.Of(folder.Footage(Options)).Id is null)
                return new(
                    CheckLevel.Warning,
                    "volume",
                    $"{path} {(Directory.Exists(path) ? "is empty" : "does not exist yet")}; the first start makes it a footage volume. Is this the right disk, and is it mounted?"
                );
            var probe = Path.Combine(path, $".check-{Environment.ProcessId}");
            File.WriteAllText(probe, "check");
            File.Delete(probe);
            var free = new DriveInfo(path).AvailableFreeSpace;
            var text = string.Create(CultureInfo.InvariantCulture, $"{path}: {free / 1e9:0.0} GB free");
            return free < Options.Footage.ReserveBytes
                ? new(CheckLevel.Failed, "volume", $"{text}, less than the reserve for running sessions (footage.reserveBytes).")
                : new(CheckLevel.Ok, "volume", text);
        }
        catch (WrongVolumeException e)
        {
            return new(CheckLevel.Failed, "volume", e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new(CheckLevel.Failed, "volume", $"{path} cannot be used: {e.Message} Check owner and mount.");
        }
    }

    private async Task<FfmpegTools?> ToolsAsync(List<CheckItem> items, CancellationToken cancellationToken)
    {
        try
        {
            var tools = await FfmpegTools
                .FindAsync(Options.Tools.Ffmpeg, Options.Tools.Ffprobe, time, cancellationToken)
                .ConfigureAwait(false);
            items.Add(new(CheckLevel.Ok, "ffmpeg", $"{tools.Version} at {tools.FfmpegPath}"));
            return tools;
        }
        catch (ChildProcessException e)
        {
            items.Add(new(CheckLevel.Failed, "ffmpeg", e.Message));
            return null;
        }
    }

    /// <summary>The vision library is loaded by a child, never by this process.</summary>
    private async Task<CheckItem> VisionAsync(CancellationToken cancellationToken)
    {
        if (!Options.Watch.Enabled)
            return new(CheckLevel.Warning, "measuring", "is switched off (watch.enabled): nothing is said about stations.");
        var last = string.Empty;
        try
        {
            var child = await ChildProcess
                .StartAsync(
                    new(OwnProgram.Path, ["watch", "--self-test"])
                    {
                        Environment = OwnProgram.Environment,
                        ErrorLine = line => last = line,
                    },
                    time,
                    cancellationToken
                )
                .ConfigureAwait(false);
            await using (child.ConfigureAwait(false))
            {
                var code = await child
                    .WaitForExitAsync(cancellationToken)
                    .WaitAsync(BrokerLimit, time, cancellationToken)
                    .ConfigureAwait(false);
                return code == 0
                    ? new(CheckLevel.Ok, "measuring", "vision library loads")
                    : new(CheckLevel.Failed, "measuring", $"The vision library does not load: {last}");
            }
        }
        catch (Exception e) when (e is ChildProcessException or TimeoutException)
        {
            return new(CheckLevel.Failed, "measuring", e.Message);
        }
    }

    private async Task<CheckItem> BrokerAsync(CancellationToken cancellationToken)
    {
        if (string.Equals(Options.Broker.Mode, "child", StringComparison.Ordinal))
        {
            return Options.Broker.Port == 0 || FreePort.IsFree(Options.Broker.Port)
                ? new(
                    CheckLevel.Ok,
                    "broker",
                    $"the agent's own will listen on 127.0.0.1, port {(Options.Broker.Port == 0 ? "any free" : Options.Broker.Port)}"
                )
                : new(
                    CheckLevel.Warning,
                    "broker",
                    $"Port {Options.Broker.Port} is taken: by a running agent, or by another program (then choose another broker.port)."
                );
        }

        var access = BrokerPlace.Settle(Options, folder.Configuration, new(folder.Broker, Options.Site));
        var options = MqttPresence.Options(access, new(Options.Site, AgentId.Of("check"), time.GetUtcNow()), folder.Outbox).Broker;
        var failure = await BrokerProbe.AskAsync(options, time, cancellationToken).ConfigureAwait(false);
        return failure is null ? new(CheckLevel.Ok, "broker", access.Address.ToString()) : new(CheckLevel.Failed, "broker", failure.En);
    }

    private async Task<CheckItem> CameraAsync(
        ConfiguredCamera camera,
        FfmpegTools tools,
        SemaphoreSlim few,
        CancellationToken cancellationToken
    )
    {
        var what = $"camera {camera.Source.Room}/{camera.Id}";
        await few.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var result = await new CameraProbe(tools, time)
                .AskAsync(camera.Source, null, CameraLimit, cancellationToken)
                .ConfigureAwait(false);
            if (result.Facts is not { } facts)
                return new(CheckLevel.Failed, what, result.Failure!.Text.En);
            var text = FormattableString.Invariant($"{facts.VideoCodec} {facts.Width}×{facts.Height}, sound: {facts.AudioCodec ?? "none"}");
            var mapped = camera.Map.RecordedSize ?? camera.Map.Image;
            if ((long)mapped.Width * facts.Height != (long)mapped.Height * facts.Width)
                return new(
                    CheckLevel.Warning,
                    what,
                    FormattableString.Invariant(
                        $"{text}; the map was made for {mapped.Width}×{mapped.Height}, another shape: calibrate again."
                    )
                );
            return facts.AudioCodec is null
                ? new(
                    CheckLevel.Warning,
                    what,
                    text + ": operation rooms must be recorded with sound (「同步录音录像」); switch the camera's microphone on."
                )
                : new(CheckLevel.Ok, what, text);
        }
        finally
        {
            few.Release();
        }
    }
}
