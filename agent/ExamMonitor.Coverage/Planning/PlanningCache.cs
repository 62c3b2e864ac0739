using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Coverage.Geometry;

namespace ExamMonitor.Coverage.Planning;

/// <summary>
/// Remembers solved cameras and what they see of the floor, so that a drag computes only what it changed. The same question always has the
/// same answer, remembered or not. Thread-safe; at most <see cref="MostCameras"/> cameras and <see cref="MostFloors"/> floors.
/// </summary>
public sealed class PlanningCache
{
    private const int MostCameras = 256;
    private const int MostFloors = 16;

    private readonly Lock _gate = new();
    private int _solved;
    private readonly Dictionary<string, CameraSolution> _solutions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PlannedFloor> _floors = new(StringComparer.Ordinal);

    /// <summary>Cameras that had to be solved so far.</summary>
    internal int Solved => Volatile.Read(ref _solved);

    /// <summary>The camera solved from its points alone; what it means for a room is not in it.</summary>
    internal CameraSolution Solve(MapCamera camera)
    {
        var key = KeyOf(camera);
        lock (_gate)
        {
            if (_solutions.TryGetValue(key, out var known))
                return known;
        }

        var solution = CameraSolver.Solve(camera);
        Interlocked.Increment(ref _solved);
        lock (_gate)
        {
            if (_solutions.Count >= MostCameras)
                _solutions.Clear();
            _solutions[key] = solution;
        }

        return solution;
    }

    /// <summary>The floor as the cameras see it.</summary>
    /// <param name="map">Room.</param>
    /// <param name="cameras">Cameras with what they are made of, as <see cref="KeyOf(MapCamera)"/> tells.</param>
    internal PlannedFloor Floor(StationMap map, IReadOnlyList<(CameraGeometry Camera, string Key)> cameras)
    {
        var place = Json((map.Room.Outline, map.Obstacles, map.Requirements?.FloorDensityPxPerMetre));
        PlannedFloor? known;
        lock (_gate)
            known = _floors.GetValueOrDefault(place);
        var floor = (known ?? new PlannedFloor(FloorCoverage.Of(map, []))).With(cameras);
        lock (_gate)
        {
            if (_floors.Count >= MostFloors)
                _floors.Clear();
            _floors[place] = floor;
        }

        return floor;
    }

    /// <summary>What a camera's projection follows from.</summary>
    internal static string KeyOf(MapCamera camera) => Json((camera.Id, camera.Image, camera.RecordedSize, camera.Calibration));

    /// <summary>The same of a camera that does not hang yet.</summary>
    internal static string KeyOf(VirtualCamera camera) => Json(camera);

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Fields);

    private static readonly JsonSerializerOptions Fields = new(ContractJson.Options) { IncludeFields = true };
}
