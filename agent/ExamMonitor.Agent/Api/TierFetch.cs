using ExamMonitor.Contracts.Api;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Preservation.Tiers;

namespace ExamMonitor.Agent.Api;

/// <summary>Brings footage back that somebody wants to see and that lies on the archive tier alone.</summary>
/// <param name="tier">Copying to the archive tier; null for none.</param>
internal sealed class TierFetch(TierService? tier = null)
{
    /// <summary>Returns when every segment lies on the volume; else the answer that says why it does not.</summary>
    public async Task<IResult?> BringAsync(IReadOnlyList<StoredSegment> segments, CancellationToken cancellationToken)
    {
        var away = segments.Where(s => s.IsRemote).ToList();
        if (away.Count == 0)
            return null;
        if (tier is null)
            return Away(
                "This footage lies on the archive tier, and none is configured. Configure tier, or bring it back: exam-monitor-agent tier restore.",
                StatusCodes.Status503ServiceUnavailable
            );
        if (away.Count > AgentApi.MostSegmentsFetched)
            return Away(
                FormattableString.Invariant(
                    $"{away.Count} segments of this range lie on the archive tier; at most {AgentApi.MostSegmentsFetched} are brought back at once. Ask for less, or bring them back: exam-monitor-agent tier restore."
                ),
                StatusCodes.Status409Conflict
            );
        try
        {
            foreach (var segment in away)
            {
                if (!await tier.Tier.FetchAsync(segment, cancellationToken).ConfigureAwait(false))
                    return Away(
                        $"The archive tier's copy of {segment.Path} is not what was committed. Have it examined.",
                        StatusCodes.Status502BadGateway
                    );
            }

            return null;
        }
        catch (IOException e)
        {
            return Away(
                $"This footage lies on the archive tier. {(e is FootageException known ? known.Message : "The volume could not be written.")}",
                StatusCodes.Status503ServiceUnavailable
            );
        }
    }

    private static Microsoft.AspNetCore.Http.HttpResults.ProblemHttpResult Away(string text, int status) =>
        TypedResults.Problem(text, statusCode: status, title: "The footage lies on the archive tier.");
}
