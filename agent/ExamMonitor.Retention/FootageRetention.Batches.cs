using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention;

/// <summary>Contents of <c>batches/…/batch.json</c>: what of a batch is held, for a person who looks at the disk (RET-2).</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Batch">Batch.</param>
/// <param name="Sessions">Newest versions of the sessions that ended in the folder's year, by start.</param>
/// <param name="Segments">Segments that touch them, by path.</param>
/// <param name="Holds">Holds that stand and touch them.</param>
public sealed record BatchFile(
    string Schema,
    BatchId Batch,
    IReadOnlyList<ExamSession> Sessions,
    IReadOnlyList<BatchSegment> Segments,
    IReadOnlyList<HoldId> Holds
)
{
    /// <summary>Value of <see cref="Schema"/>.</summary>
    public const string SchemaName = "exam-monitor/batch/1";
}

/// <summary>A segment of a batch.</summary>
/// <param name="Path">Relative to the volume.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Bytes">File size.</param>
/// <param name="Sha256">Hash of the file, lower-case hex.</param>
public sealed record BatchSegment(string Path, DateTimeOffset Start, DateTimeOffset End, long Bytes, string Sha256);

/// <content>The folders by year and batch.</content>
public sealed partial class FootageRetention
{
    /// <summary>
    /// Makes <c>batch.json</c> of every batch that has a session ending on one of the days, from what is held now. The same state always
    /// gives the same bytes, which are not written twice.
    /// </summary>
    /// <param name="from">First site-local day.</param>
    /// <param name="to">Last site-local day, included.</param>
    /// <param name="cancellationToken">Stops between two batches.</param>
    /// <returns>Files that were written.</returns>
    /// <exception cref="IOException">The volume could not be written.</exception>
    public int RebuildBatches(DateOnly from, DateOnly to, CancellationToken cancellationToken)
    {
        VolumeIdentity.Require(_context.Volume, _context.VolumeId);
        var facts = Facts;
        if (facts.Rules is not [.., { Rules: var rules }] || facts.Sessions is null || facts.Holds is null)
            throw new RetentionException("rebuild the batches", "batches", "Rules, sessions or holds cannot be read.");
        var calendar = Calendar();
        var (held, now, written) = (new HeldFootage(facts.Holds, facts.Sessions, facts.Rules), _context.Time.GetUtcNow(), 0);
        foreach (var folder in facts.Sessions.GroupBy(s => RetentionStore.BatchFolder(s.Session, calendar), StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!folder.Any(s => calendar.BatchDayOf(s.Session.End) is var day && day >= from && day <= to))
                continue;
            var segments = new SortedDictionary<string, BatchSegment>(StringComparer.Ordinal);
            var holds = new HashSet<HoldId>();
            foreach (var version in folder.Where(s => s.Counts(rules.MarginBefore)))
            {
                var span = DutyTimeline.Span(version.Session, rules, calendar);
                foreach (var camera in _context.Index.Read(q => q.Cameras()).Where(c => c.Room == version.Session.Room))
                {
                    foreach (var s in _context.Index.Read(q => q.Segments(camera, span.FromMs, span.ToMs)))
                        segments[s.Path] = new(s.Path, s.StartUtc, s.EndUtc, s.SizeBytes, Convert.ToHexStringLower(s.Sha256.Span));
                    holds.UnionWith(held.All(camera.Room, camera.Camera, span.FromMs, span.ToMs, now));
                }
            }

            var newest = folder
                .Where(s => s.ReplacedAt is null)
                .Select(s => s.Session)
                .OrderBy(s => s.Start)
                .ThenBy(s => s.Id.Text, StringComparer.Ordinal)
                .ToList();
            var file = new BatchFile(
                BatchFile.SchemaName,
                folder.First().Session.Batch,
                newest,
                [.. segments.Values],
                [.. holds.OrderBy(h => h.Text, StringComparer.Ordinal)]
            );
            if (WriteIfChanged($"{folder.Key}/batch.json", JsonSerializer.SerializeToUtf8Bytes(file, ContractJson.Options)))
                written++;
        }

        return written;
    }

    private bool WriteIfChanged(string path, byte[] content)
    {
        using (var stream = _context.Volume.OpenRead(path))
        {
            if (
                stream is not null
                && stream.Length == content.Length
                && SHA256.HashData(stream).AsSpan().SequenceEqual(SHA256.HashData(content))
            )
                return false;
        }

        ChainedFile.Replace(_context.Volume, path, content);
        return true;
    }
}
