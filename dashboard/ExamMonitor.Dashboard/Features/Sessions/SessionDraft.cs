using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.State;

namespace ExamMonitor.Dashboard.Features.Sessions;

/// <summary>A session as it stands in a form, before it is one.</summary>
internal sealed class SessionDraft
{
    private static readonly TimeSpan Longest = TimeSpan.FromHours(24);

    /// <summary><c>site/room</c>; empty until chosen.</summary>
    public string RoomName { get; set; } = "";

    public string Batch { get; set; } = "";

    public string Id { get; set; } = "";

    public string Title { get; set; } = "";

    /// <summary>By the clock on the wall of the site.</summary>
    public DateTime? Start { get; set; }

    /// <summary>By the clock on the wall of the site.</summary>
    public DateTime? End { get; set; }

    public int? Candidates { get; set; }

    public void Take(ExamSession s, AgentPlace place)
    {
        (RoomName, Batch, Id, Title, Candidates) = ($"{place.Site}/{s.Room}", s.Batch.Text, s.Id.Text, s.Title, s.Candidates);
        Start = TimeZoneInfo.ConvertTime(s.Start, place.Zone).DateTime;
        End = TimeZoneInfo.ConvertTime(s.End, place.Zone).DateTime;
    }

    /// <summary>The session, or the resource key of the sentence that says what is wrong.</summary>
    public (ExamSession? Session, string? Problem) Read(RoomReading? room)
    {
        if (room is null)
            return (null, "DraftRoom");
        if (!BatchId.TryParse(Batch.Trim(), null, out var batch) || !ExamSessionId.TryParse(Id.Trim(), null, out var id))
            return (null, "DraftIds");
        if (Title.Length > 200 || Title.Any(char.IsControl))
            return (null, "DraftTitle");
        if (Candidates < 0)
            return (null, "DraftCandidates");
        if (
            Start is not { } from
            || End is not { } until
            || SessionView.OfLocal(from, room.Zone) is not { } start
            || SessionView.OfLocal(until, room.Zone) is not { } end
        )
            return (null, "DraftNoSuchTime");
        return end <= start || end - start > Longest
            ? (null, "DraftTimes")
            : (new(id, batch, room.Place.Id, start, end, Title.Trim(), Candidates, Cancelled: false), null);
    }
}
