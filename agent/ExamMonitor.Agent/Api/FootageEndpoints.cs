using ExamMonitor.Capture;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Floor.Cameras;
using ExamMonitor.Hosting;
using ExamMonitor.Recording;

namespace ExamMonitor.Agent.Api;

/// <summary>What lies in the archive.</summary>
internal static class FootageEndpoints
{
    private static readonly TimeSpan LongestTimeline = TimeSpan.FromDays(31);
    private static readonly TimeSpan LongestPlayback = TimeSpan.FromHours(24);

    /// <summary>Segments and gaps.</summary>
    public static IResult Timeline(string room, string camera, string? from, string? to, RoomRegistry rooms, FootageArchive archive)
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        return TimeRange.Parse(from, to, LongestTimeline, out var fault) is { } range
            ? Results.Json(archive.GetTimeline(foundRoom.Id, found.Setup.Id, range.From, range.To), ContractJson.Options)
            : ProblemResults.Bad(fault!);
    }

    /// <summary>HLS playlist of a range.</summary>
    public static IResult Playlist(string room, string camera, string? from, string? to, RoomRegistry rooms, FootageArchive archive)
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        if (TimeRange.Parse(from, to, LongestPlayback, out var fault) is not { } range)
            return ProblemResults.Bad(fault!);
        return archive.RangePlaylist(foundRoom.Id, found.Setup.Id, range.From, range.To) is { } playlist
            ? Results.Text(playlist, "application/vnd.apple.mpegurl")
            : ProblemResults.Absent("Nothing is held of this range. Footage can be played about a minute after it was recorded.");
    }

    /// <summary>A segment's file; one that lies on the archive tier alone is brought back first.</summary>
    public static async Task<IResult> Segment(
        string room,
        string camera,
        long segment,
        RoomRegistry rooms,
        FootageArchive archive,
        TierFetch tier,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;

        // A segment of another camera is as absent as none: ids must not lead out of what the route names.
        if (archive.FindSegment(segment) is not { } stored || stored.Room != foundRoom.Id || stored.Camera != found.Setup.Id)
            return ProblemResults.Absent($"Camera {camera} has no segment {segment}; it may have been let go after its window.");
        if (await tier.BringAsync([stored], cancellationToken).ConfigureAwait(false) is { } away)
            return away;
        if (archive.OpenSegment(stored) is not { } stream)
            return ProblemResults.Absent($"Camera {camera} has no segment {segment}; it may have been let go after its window.");
        return Results.Stream(
            stream,
            "video/mp4",
            lastModified: stored.EndUtc,
            entityTag: new($"\"{Convert.ToHexStringLower(stored.Sha256.Span)}\""),
            enableRangeProcessing: true
        );
    }

    /// <summary>A range as one file.</summary>
    public static async Task<IResult> Download(
        string room,
        string camera,
        string? from,
        string? to,
        RoomRegistry rooms,
        FootageArchive archive,
        TierFetch tier,
        RangeRemuxer remuxer,
        AgentIdentity identity,
        TimeZoneInfo zone,
        CancellationToken cancellationToken
    )
    {
        if (!rooms.TryFind(room, camera, out var foundRoom, out var found, out var refusal))
            return refusal;
        if (TimeRange.Parse(from, to, LongestPlayback, out var fault) is not { } range)
            return ProblemResults.Bad(fault!);
        var segments = archive.FindSegments(foundRoom.Id, found.Setup.Id, range.From, range.To);
        if (await tier.BringAsync(segments, cancellationToken).ConfigureAwait(false) is { } away)
            return away;
        var held = segments.Where(s => File.Exists(Path.Combine(archive.VolumePath, s.Path))).ToArray();
        if (held.Length == 0)
            return ProblemResults.Absent("Nothing is held of this range.");
        var name = FormattableString.Invariant($"{foundRoom.Id}-{found.Setup.Id}-{range.From.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}.mp4");
        var label = DownloadLabel.Of($"{identity.Site} / {foundRoom.Id} / {found.Setup.Id}", range, held, zone);
        var pieces = held.Select(s => PieceOf(s, range, archive.VolumePath)).ToArray();
        return Results.Stream((output) => remuxer.WriteAsync(pieces, label, output, cancellationToken), "video/mp4", name);
    }

    private static MediaPiece PieceOf(StoredSegment segment, TimeRange range, string volume) =>
        new(
            Path.Combine(volume, segment.Path),
            range.From > segment.StartUtc ? range.From - segment.StartUtc : null,
            range.To < segment.EndUtc ? range.To - segment.StartUtc : null
        );
}
