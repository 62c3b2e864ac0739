namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>What a schedule file is read against.</summary>
/// <param name="Zone">Site time zone: of every time that names none.</param>
/// <param name="Rooms">Rooms of this agent with their names.</param>
/// <param name="OtherRooms">Rooms of the site that other agents watch: their sessions are passed over.</param>
internal sealed record ScheduleContext(TimeZoneInfo Zone, IReadOnlyList<(RoomId Id, string Name)> Rooms, IReadOnlyList<RoomId> OtherRooms);
