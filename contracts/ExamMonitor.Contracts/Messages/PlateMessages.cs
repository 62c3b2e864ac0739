using System.Text.Json.Serialization;

namespace ExamMonitor.Contracts.Messages;

/// <summary>What a check of the number plates says of one station.</summary>
public enum PlateVerdict
{
    /// <summary>Nobody could look: nothing is said of the plate.</summary>
    NotMeasured,

    /// <summary>Its plate was read at its place.</summary>
    Seen,

    /// <summary>Pictures were looked at, and its plate was not read at its place.</summary>
    NotSeen,

    /// <summary>The plate of another station stands at its place.</summary>
    WrongPlate,
}

/// <summary>One station in a check of the number plates.</summary>
/// <param name="Station">Station of the map.</param>
/// <param name="Label">What its plate says, by the map.</param>
/// <param name="Verdict">What was found at its place.</param>
/// <param name="Reason">Machine-readable cause, kebab case: <c>too-small</c>, <c>hidden</c>, <c>not-stuck</c> or <c>elsewhere</c> when not
/// seen; what kept cameras from looking when not measured; null otherwise.</param>
/// <param name="Text">The same for a person, with what to do.</param>
/// <param name="Camera">Camera that it was said by; null when none could look.</param>
/// <param name="At">Newest picture that was used, UTC; null when none was.</param>
/// <param name="PicturesSeen">Pictures in which the plate was read, ≥ 0.</param>
/// <param name="PicturesUsed">Pictures of <paramref name="Camera"/> that were looked at, ≥ 0.</param>
/// <param name="Found">Station whose plate stands here instead; null when none does, or when no station of the room has that
/// number.</param>
public sealed record StationPlate(
    StationId Station,
    string Label,
    PlateVerdict Verdict,
    string? Reason,
    LocalText Text,
    CameraId? Camera,
    DateTimeOffset? At,
    int PicturesSeen,
    int PicturesUsed,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] StationId? Found = null
);

/// <summary>
/// <c>rooms/{room}/plates</c>, retained: whether stations and number plates belong together, as the cameras of the room read them.
/// </summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Ts">When the check ended, UTC.</param>
/// <param name="Seq">Per topic.</param>
/// <param name="Room">Room.</param>
/// <param name="Stations">Every station of the room, in the order of the map.</param>
public sealed record RoomPlates(string Schema, DateTimeOffset Ts, long Seq, RoomId Room, IReadOnlyList<StationPlate> Stations)
    : Payload(Schema, Ts, Seq)
{
    /// <summary>Value of <see cref="Payload.Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/room-plates/1";
}
