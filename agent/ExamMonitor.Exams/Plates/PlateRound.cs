using ExamMonitor.Capture.Children;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Plates;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Floor.Views;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Exams.Plates;

/// <summary>What is known of a room's cameras while its plates are looked at.</summary>
/// <param name="Geometry">Where they look now.</param>
/// <param name="View">How they are; null before the first second.</param>
internal sealed record PlateBackground(RoomGeometry Geometry, RoomView? View);

/// <summary>One round through a room's cameras: pictures, reading, judgement.</summary>
/// <param name="take">Takes so many pictures of a camera.</param>
/// <param name="read">Reads the plates in pictures of one view.</param>
internal sealed class PlateRound(
    Func<RoomId, CameraId, int, CancellationToken, Task<IReadOnlyList<PlatePicture>>> take,
    Func<IReadOnlyList<PlatePicture>, CancellationToken, Task<PlateReading>> read
)
{
    private static readonly LocalText NoPicture = new("No picture came from the camera in time.", "摄像机未及时提供画面。");
    private static readonly LocalText NotJudged = new(
        "Whether the camera looks where it was calibrated to is not known yet.",
        "尚不能确定摄像机是否仍对准标定位置。"
    );

    /// <summary>One entry per station.</summary>
    /// <param name="room">Room.</param>
    /// <param name="known">What is known of its cameras; asked after the pictures were taken, so that a camera that was bumped meanwhile is
    /// judged where it looks now.</param>
    /// <param name="options">How many pictures, which paper.</param>
    /// <param name="cancellationToken">Gives it up.</param>
    public async Task<IReadOnlyList<StationPlate>> LookAsync(
        RoomSetup room,
        Func<PlateBackground> known,
        PlatesSection options,
        CancellationToken cancellationToken
    )
    {
        var (numbers, problem) = PlateNumbers.Of(room.Map);
        if (numbers is null)
            return
            [
                .. room.Map.Stations.Select(s => new StationPlate(
                    s.Id,
                    s.Label,
                    PlateVerdict.NotMeasured,
                    "no-numbers",
                    problem!,
                    null,
                    null,
                    0,
                    0
                )),
            ];

        // Pictures of all cameras are awaited at once; they are read one camera after the other, since reading is what costs.
        var pictures = await Task.WhenAll(room.Cameras.Select(c => take(room.Id, c.Id, options.Pictures, cancellationToken)))
            .ConfigureAwait(false);
        var cameras = new List<PlateCamera>(room.Cameras.Count);
        foreach (var (camera, taken) in room.Cameras.Zip(pictures))
            cameras.Add(await LookAsync(camera, taken, known(), cancellationToken).ConfigureAwait(false));
        return PlateRoomCheck.Of(
            room.Map,
            numbers,
            string.Equals(options.Paper, "A3", StringComparison.Ordinal) ? PlatePaper.A3 : PlatePaper.A4,
            cameras
        );
    }

    private async Task<PlateCamera> LookAsync(
        ConfiguredCamera camera,
        IReadOnlyList<PlatePicture> pictures,
        PlateBackground known,
        CancellationToken cancellationToken
    )
    {
        var geometry = known.Geometry.CameraOf(camera.Id);
        var nothing = new PlateCamera(geometry, [], 0, null, new HashSet<StationId>());
        if (Silent(camera.Id, known.View) is { } silent)
            return nothing with { Silent = silent };
        if (pictures.Count < PlateRoomCheck.LeastPictures)
            return nothing with { Silent = ("no-picture", NoPicture) };
        try
        {
            var reading = await read(pictures, cancellationToken).ConfigureAwait(false);
            return new(
                geometry,
                PlateCheck.AtMapSize(reading.Seen, reading.Size, camera.Map.Image),
                reading.Pictures,
                pictures[^1].At,
                Hidden(camera.Id, known.View!)
            );
        }
        catch (ChildProcessException e)
        {
            return nothing with { Silent = ("reading-failed", new(e.Message, $"编号牌识别失败：{e.Message}")) };
        }
    }

    /// <summary>
    /// Why the camera may not speak: what it shows cannot be told from a plate that is gone, or nobody knows where it looks.
    /// </summary>
    private static (string, LocalText)? Silent(CameraId camera, RoomView? view)
    {
        if (view?.Facts.FirstOrDefault(f => f.Camera == camera) is not { } facts || view.Cameras.GetValueOrDefault(camera) is not { } state)
            return ("not-measured", NotJudged);
        if (facts.Stream.IsOff)
            return ("resting", HealthWords.Resting);
        if (state.Health.Count == 0)
            return ("not-measured", NotJudged);
        foreach (var health in state.Health)
        {
            if (
                health is CameraHealth.Ok or CameraHealth.Noisy or CameraHealth.ColourCast
                || (health == CameraHealth.Moved && facts.Verdict?.JudgedAt is not null)
            )
                continue;
            return ($"camera:{HealthWords.Word(health)}", HealthWords.Sentence(health));
        }

        return null;
    }

    private static HashSet<StationId> Hidden(CameraId camera, RoomView view) =>
        [
            .. view
                .Stations.Where(s => s.Cameras.Any(c => c.Camera == camera && c.Reason is "occluded" or "obstructed"))
                .Select(s => s.Station),
        ];
}
