using System.Collections.Concurrent;
using System.Globalization;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Storage;

namespace ExamMonitor.Dashboard.Media;

/// <summary>
/// Leaves a trace of who looked at what. A page that asks for the next picture every few seconds leaves one entry in ten minutes.
/// </summary>
internal sealed class ViewLog(IAuditStore audit, TimeProvider time)
{
    private const int MostRemembered = 10_000;
    private static readonly TimeSpan Same = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<string, DateTimeOffset> _last = new(StringComparer.Ordinal);

    public async Task NoteAsync(
        string who,
        string remote,
        SiteId site,
        RoomId room,
        CameraId camera,
        MediaRequest request,
        CancellationToken ct
    )
    {
        var act = request.Kind switch
        {
            MediaKind.Picture or MediaKind.Reference or MediaKind.ProblemPicture => "view-picture",
            MediaKind.LiveStream or MediaKind.LivePlaylist => "view-live",
            MediaKind.RangePlaylist => "view-recording",
            MediaKind.Download => "download",
            _ => null,
        };

        // Parts and segments follow a playlist that was noted; a segment alone is noted too, or a guessed number would leave no trace.
        if (request.Kind == MediaKind.Segment)
            act = "view-recording-part";
        if (act is null)
            return;
        var subject =
            $"{site}/{room}/{camera}"
            + (request is { From: { } from, To: { } to } ? $" {UtcJsonConverter.ToText(from)}/{UtcJsonConverter.ToText(to)}" : "");
        var now = time.GetUtcNow();
        var key = string.Create(CultureInfo.InvariantCulture, $"{who} {remote} {act} {subject}");
        if (_last.TryGetValue(key, out var last) && now - last < Same && last <= now)
            return;
        if (_last.Count >= MostRemembered)
            _last.Clear();
        _last[key] = now;
        await audit.AddAsync(new(now, who, act, subject, remote), ct).ConfigureAwait(false);
    }
}
