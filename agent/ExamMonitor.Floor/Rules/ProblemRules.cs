using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Rules;

/// <summary>
/// What is wrong with a room, from its view. Pure. One cause is one problem: a station that only a faulty camera sees is told by the
/// camera's problem.
/// </summary>
internal static class ProblemRules
{
    private const string SignalLost = "camera-signal-lost";
    private const string PicturesBroken = "pictures-broken";

    /// <summary>Everything that is wrong with the room now.</summary>
    /// <param name="view">Room.</param>
    /// <param name="duringExam">Whether an exam session runs there.</param>
    public static IEnumerable<Observation> Of(RoomView view, bool duringExam = false)
    {
        foreach (var facts in view.Facts)
        {
            foreach (var observation in OfCamera(view, facts, duringExam))
                yield return observation;
        }

        foreach (var observation in SoundRules.Of(view))
            yield return observation;
        foreach (var (station, map) in view.Stations.Zip(view.Map.Stations))
        {
            if (OfStation(view, station, map.Label) is { } observation)
                yield return observation;
        }
    }

    /// <summary>
    /// Whether the view can tell that a problem of this room has ended. What is merely unknown (a start, a restart, a lost signal) closes
    /// nothing.
    /// </summary>
    public static bool CanTell(RoomView view, ProblemKey key)
    {
        if (key.Subject.Station is { } id)
        {
            return view.Stations.FirstOrDefault(s => s.Station == id) is not { } station
                || (
                    key.Code == "station-not-lit"
                        ? station.Lit.Value is not null && station.Covered.Value is not null
                        : station.Covered.Value == true
                );
        }

        if (SoundRules.IsSound(key.Code))
            return SoundRules.CanTell(view, key);
        if (key.Subject.Camera is not { } camera || !view.Cameras.TryGetValue(camera, out var state))
            return true;
        var facts = view.Facts.First(f => f.Camera == camera);
        if (key.Code == PicturesBroken)
            return facts.Stream.IsRunning;
        if (key.Code == SignalLost)
            return facts.Stream.IsRunning && !state.IsLost;
        var isHealth = Enum.GetValues<CameraHealth>().Any(h => key.Code == CodeOf(h));
        return !isHealth || (!state.IsLost && state.Health.Count > 0 && facts.Verdict is { IsSettled: true });
    }

    private static string CodeOf(CameraHealth health) => $"camera-{HealthWords.Word(health)}";

    private static IEnumerable<Observation> OfCamera(RoomView room, CameraFacts facts, bool duringExam)
    {
        var view = room.Cameras[facts.Camera];
        var subject = new ProblemSubject(room.Map.Room.Id, facts.Camera, null);
        var picture = AgentApi.Picture(room.Map.Room.Id, facts.Camera);
        foreach (var health in view.Health.Where(h => h != CameraHealth.Ok))
        {
            var text = health == CameraHealth.SignalLost && view.Text is not null ? view.Text : HealthWords.Sentence(health);
            yield return new(CodeOf(health), subject, SeverityOf(room, facts.Camera, health, duringExam), Named(facts.Name, text), picture);
        }

        if (!view.IsLost && facts.Recording is { IsRecording: false, Cause: GapCause.Disk })
            yield return new(
                "recording-stopped",
                subject,
                Severity.Critical,
                Named(
                    facts.Name,
                    facts.Recording.Detail
                        ?? new(
                            "Nothing is being recorded: the volume failed, is full, missing or too slow.",
                            "未在录像：存储卷故障、已满、缺失或过慢。"
                        )
                )
            );
        if (facts.Recording is { IsRecording: true, IsBroken: true } || facts.Stream is { IsRunning: true, LossShare: > 0 })
            yield return new(
                PicturesBroken,
                subject,
                Severity.Warning,
                Named(
                    facts.Name,
                    new(
                        "Packets are lost on the way from the camera: pictures of the recording are broken. Check cable, switch and radio link; set its transport to TCP.",
                        "摄像机到本机的数据包丢失：录像画面破损。请检查网线、交换机和无线链路，并将传输方式设为 TCP。"
                    )
                )
            );
        if (facts.Stream.ClockStepMs is { } step)
            yield return new(
                "camera-clock-stepped",
                subject,
                Severity.Notice,
                Named(
                    facts.Name,
                    new(
                        FormattableString.Invariant(
                            $"The camera's clock stepped by {step / 1000:+0.0;-0.0} s. No footage moved. Set the camera to this site's time server, and its daylight saving off."
                        ),
                        FormattableString.Invariant(
                            $"摄像机时钟跳变 {step / 1000:+0.0;-0.0} 秒，录像时间未受影响。请将摄像机设为本站点的校时服务器，并关闭夏令时。"
                        )
                    )
                )
            );
        if (facts.Stream is { IsRunning: true, TimeStands: true })
            yield return new(
                "camera-clock-stands",
                subject,
                Severity.Notice,
                Named(
                    facts.Name,
                    new(
                        "The time stamps of the camera's pictures stand still. Each picture is filed by its arrival. Restart the camera; if they stand again, update its firmware.",
                        "摄像机画面的时间戳停滞不变，画面按到达时间存档。请重启摄像机；若仍如此，请升级其固件。"
                    )
                )
            );
        if (facts.Stream is { IsRunning: true, PictureFailure: { } missing })
            yield return new("camera-not-measured", subject, Severity.Warning, Named(facts.Name, missing));
    }

    /// <summary>
    /// Critical when a proof is lost: nothing arrives to be recorded, or a station is not in view of any camera. What a hand can do to a
    /// camera is critical during an exam, also while others cover its stations: it may be the first of them.
    /// </summary>
    private static Severity SeverityOf(RoomView room, CameraId camera, CameraHealth health, bool duringExam)
    {
        if (duringExam && health is (CameraHealth.Covered or CameraHealth.Moved or CameraHealth.Defocused or CameraHealth.Frozen))
            return Severity.Critical;
        if (health is CameraHealth.Noisy or CameraHealth.ColourCast)
            return Severity.Notice;
        var last = room.Stations.Any(s => s.Covered.Value != true && s.Cameras.Any(c => c.Camera == camera));
        return health == CameraHealth.SignalLost || last ? Severity.Critical : Severity.Warning;
    }

    private static string? Compared(RoomView view, StationView station) =>
        view.Facts.FirstOrDefault(f => f.Camera == station.Best?.Camera)?.Verdict?.Reference;

    private static Observation? OfStation(RoomView view, StationView station, string label)
    {
        var room = view.Map.Room.Id;
        var subject = new ProblemSubject(room, station.Best?.Camera, station.Station);
        var evidence = station.Best is { } best ? AgentApi.Picture(room, best.Camera) : null;
        if (station.Covered.Value == false)
            return new(
                "station-not-covered",
                subject with
                {
                    Camera = null,
                },
                Severity.Critical,
                station.Covered.Text ?? HealthWords.Station("not-covered", label),
                evidence
            );
        if (station.Covered.Value == true && station.Lit.Value == false)
            return new(
                "station-not-lit",
                subject with
                {
                    Camera = null,
                },
                Severity.Warning,
                Compared(view, station) is { } part
                    ? new(
                        $"{station.Lit.Text?.En} Compared with the picture for {part}.",
                        $"{station.Lit.Text?.Zh}（以 {part} 时段的参考图为准。）"
                    )
                    : station.Lit.Text ?? HealthWords.Station("too-dark", label),
                evidence
            );
        return null;
    }

    internal static LocalText Named(string camera, LocalText text) => new($"{camera}: {text.En}", $"{camera}：{text.Zh}");
}
