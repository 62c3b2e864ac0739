using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Floor.Views;
using ExamMonitor.Problems;

namespace ExamMonitor.Floor.Publishing;

/// <summary>A retained payload with a key that changes exactly when readers should hear of it before the next heartbeat.</summary>
/// <param name="Topic">Topic.</param>
/// <param name="Payload">Payload; its sequence number is given when it is published.</param>
/// <param name="Key">What a reader acts on; figures that wander are not part of it.</param>
internal sealed record Status(string Topic, Payload Payload, string Key);

/// <summary>Writes the views of a room as the payloads of contracts. Pure.</summary>
internal static class StatusComposer
{
    /// <summary>One payload per camera and station, and the room's summary.</summary>
    /// <param name="topics">Topics of the site.</param>
    /// <param name="view">The room.</param>
    /// <param name="floorPercent">Share of the floor in view of healthy cameras, percent; null while unknown.</param>
    /// <param name="problems">Open problems of the room.</param>
    /// <param name="outlook">What the schedule says of the room.</param>
    /// <param name="now">UTC.</param>
    public static IEnumerable<Status> Of(
        Topics topics,
        RoomView view,
        double? floorPercent,
        IReadOnlyList<Problem> problems,
        RoomOutlook outlook,
        DateTimeOffset now
    )
    {
        var room = view.Map.Room.Id;
        foreach (var facts in view.Facts)
            yield return Camera(topics, room, facts, view.Cameras[facts.Camera], now);
        foreach (var station in view.Stations)
            yield return Station(topics, room, station, now);
        yield return Room(topics, view, floorPercent, problems, outlook, now);
    }

    private static Status Camera(Topics topics, RoomId room, CameraFacts facts, CameraView view, DateTimeOffset now)
    {
        var verdict = view.IsLost || view.Health.Count == 0 ? null : facts.Verdict;
        var payload = new CameraStatus(
            CameraStatus.SchemaName,
            now,
            0,
            room,
            facts.Camera,
            view.Health,
            view.Since,
            view.Text,
            facts.Stream.Stream,
            verdict?.Displacement,
            Round(verdict?.Sharpness, 3),
            Round(verdict?.LumaMean, 1),
            Round(verdict?.ClippedShare, 4),
            Round(facts.Stream.BitRateKbps, 0),
            Round(facts.Stream.FramesPerSecond, 2),
            facts.Stream.LastFragmentAt,
            Round(facts.Stream.ClockOffsetMs, 0),
            facts.Sound.State,
            Round(facts.Sound.OffsetMs, 0),
            JudgedFrom(facts, verdict)
        )
        {
            LossShare = facts.Stream.LossShare > 0 ? Round(facts.Stream.LossShare, 4) : null,
            ClockStepMs = facts.Stream.ClockStepMs,
            IsPictureBroken = facts.Recording.IsBroken ? true : null,
        };
        var key = new StringBuilder()
            .AppendJoin(',', view.Health)
            .Append('|')
            .Append(facts.Stream.Failure?.En)
            .Append('|')
            .Append(facts.Stream.Stream)
            .Append('|')
            .Append(facts.Stream.IsRunning)
            .Append('|')
            .Append(facts.Sound.State)
            .Append('|')
            .Append(facts.Recording.IsBroken)
            .Append('|')
            .Append(facts.Stream.ClockStepMs);
        return new(topics.CameraStatus(room, facts.Camera), payload, key.ToString());
    }

    /// <summary>What it is judged from; of a camera that is well also what its pictures do not tell.</summary>
    private static LocalText? JudgedFrom(CameraFacts facts, CameraMeasurement? verdict) =>
        (facts.Stream.JudgedFrom, verdict) switch
        {
            ({ } from, { Health: [CameraHealth.Ok], Text: { } unknown }) => new($"{from.En} {unknown.En}", from.Zh + unknown.Zh),
            var (from, _) => from,
        };

    private static Status Station(Topics topics, RoomId room, StationView view, DateTimeOffset now)
    {
        var payload = new StationStatus(
            StationStatus.SchemaName,
            now,
            0,
            room,
            view.Station,
            view.Covered,
            view.Lit,
            view.Recorded,
            view.Best?.Camera,
            Round(view.Best?.PxPerMetre, 1),
            Round(view.Best?.VisibleShare, 2),
            [.. view.Cameras.Select(c => c with { PxPerMetre = Math.Round(c.PxPerMetre, 1), VisibleShare = Round(c.VisibleShare, 2) })]
        );
        var key = new StringBuilder().Append(Key(view.Covered)).Append(Key(view.Lit)).Append(Key(view.Recorded)).Append(view.Best?.Camera);
        foreach (var camera in view.Cameras)
            key.Append(CultureInfo.InvariantCulture, $"|{camera.Camera}{camera.Covered}{camera.Lit}{camera.Reason}");
        return new(topics.StationStatus(room, view.Station), payload, key.ToString());
    }

    private static Status Room(
        Topics topics,
        RoomView view,
        double? floorPercent,
        IReadOnlyList<Problem> problems,
        RoomOutlook outlook,
        DateTimeOffset now
    )
    {
        var counts = new StationCounts(
            view.Stations.Length,
            view.Stations.Count(s => s.Covered.Value == true),
            view.Stations.Count(s => s.Lit.Value == true),
            view.Stations.Count(s => s.Recorded.Value == true)
        );
        var worst = problems.OrderByDescending(p => p.Observed.Severity).ThenBy(p => p.Since).FirstOrDefault();
        var floor = Round(floorPercent, 1);
        var payload = new RoomStatus(
            RoomStatus.SchemaName,
            now,
            0,
            view.Map.Room.Id,
            counts,
            floor,
            outlook.SessionNow?.Text,
            outlook.Ready,
            worst is null ? null : new(worst.Id, worst.Observed.Severity, worst.Observed.Text, worst.Since),
            problems.Count
        );
        return new(
            topics.RoomStatus(view.Map.Room.Id),
            payload,
            string.Create(
                CultureInfo.InvariantCulture,
                $"{counts}|{floor}|{payload.WorstProblem}|{problems.Count}|{payload.SessionNow}|{payload.ReadyForNext}"
            )
        );
    }

    private static string Key(Claim claim) =>
        string.Create(CultureInfo.InvariantCulture, $"{claim.Value}{claim.Reason}{claim.Since.UtcTicks}|");

    /// <summary>Figures are rounded to what was measured; a number that is not finite is unknown.</summary>
    private static double? Round(double? value, int digits) => value is { } v && double.IsFinite(v) ? Math.Round(v, digits) : null;
}
