using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Retention;

/// <content>Two persons let exam footage go.</content>
public sealed partial class FootageRetention
{
    /// <summary>
    /// What would go now, with the approvals that it has. An approved proposal is carried out by the next sweep, as far as each segment
    /// still may go then.
    /// </summary>
    public Proposal Propose()
    {
        lock (_gate)
            return Build().Proposal;
    }

    /// <summary>Proposals that have approvals which have not lapsed, the newest first.</summary>
    public IReadOnlyList<Proposal> OpenProposals()
    {
        lock (_gate)
            return [.. Approvals().AsEnumerable().Reverse()];
    }

    /// <summary>Approves a proposal.</summary>
    /// <param name="digest">Digest of the proposal that was looked at: that of now, or one that was approved before and has not
    /// lapsed.</param>
    /// <param name="by">Who; 1 to 100 characters. Two different persons must; upper and lower case count as the same.</param>
    /// <param name="reason">Why; 1 to 1,000 characters.</param>
    /// <exception cref="RetentionException">The plan has changed since, or the person approved it before.</exception>
    /// <exception cref="IOException">It could not be entered.</exception>
    public Proposal Approve(string digest, string by, string reason)
    {
        by = by.Trim();
        HoldPlacement.RequireText(by, 100, "by");
        HoldPlacement.RequireText(reason, HoldPlacement.MostReason, "reason");
        lock (_gate)
        {
            var proposal = Approvals().Find(p => p.Digest == digest);
            if (proposal is null)
            {
                var (now, list) = Build();
                if (now.Digest != digest || now.Segments == 0)
                    throw new RetentionException(
                        "approve a destruction",
                        digest,
                        "What may go has changed since it was looked at. Look at it again."
                    );
                ChainedFile.Replace(_context.Volume, RetentionFiles.ListOf(digest), list);
                _files.Note(RetentionFiles.ListOf(digest));
                proposal = now;
            }

            if (proposal.ApprovedBy.Contains(by, StringComparer.OrdinalIgnoreCase))
                throw new RetentionException("approve a destruction", digest, $"{by} approved it before. A second person must.");
            _store.Journal.Append(
                "destruction-approved",
                null,
                RetentionFiles.Approvals,
                [new ApprovalLine(digest, proposal.Segments, proposal.SizeBytes, by, reason, Latest(Now()))]
            );
            return Approvals().Find(p => p.Digest == digest)!;
        }
    }

    /// <summary>Paths with their hashes that two persons approved.</summary>
    private HashSet<string> ApprovedPaths()
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        if (!_options.TwoPersons)
            return paths;
        lock (_gate)
        {
            foreach (var proposal in Approvals().Where(p => p.IsApproved))
            {
                using var stream = _context.Volume.OpenRead(RetentionFiles.ListOf(proposal.Digest));
                if (stream is null)
                    continue;
                var bytes = new byte[stream.Length];
                stream.ReadExactly(bytes);
                // A list that is not the approved one approves nothing.
                if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != proposal.Digest)
                    continue;
                paths.UnionWith(
                    Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')[0])
                );
            }
        }

        return paths;
    }

    private List<Proposal> Approvals()
    {
        var lines =
            _store.Journal.Read<ApprovalLine>(RetentionFiles.Approvals)
            ?? throw new RetentionException(
                "read the approvals",
                RetentionFiles.Approvals,
                "They cannot be read, so nothing counts as approved. Restore the file, or run reindex."
            );
        // An approval lapses by the latest of all clocks: neither one that stands still nor one that jumps makes it last longer.
        var now = Latest(Now());
        // One that is of later than any clock says now was given under a clock that was ahead: nobody knows its age, and a person approves
        // again.
        var open = lines.Where(l => now - l.At < _options.ApprovalLifetime && l.At <= now).ToList();
        return
        [
            .. open.GroupBy(l => l.Digest, StringComparer.Ordinal)
                .Select(g => new Proposal(
                    g.Key,
                    g.First().Segments,
                    g.First().SizeBytes,
                    [.. g.Select(l => l.By).Distinct(StringComparer.OrdinalIgnoreCase)],
                    g.Min(l => l.At) + _options.ApprovalLifetime
                )),
        ];
    }

    private (Proposal Proposal, byte[] List) Build()
    {
        var lines = new SortedSet<string>(StringComparer.Ordinal);
        var size = 0L;
        foreach (var decision in PlanSweep(full: false).Where(d => d.Verdict == RetentionVerdict.Discard && d.Reason is WindowEnded))
        {
            if (_archive.FindSegment(decision.Footage.Segment) is not { } segment)
                continue;
            lines.Add($"{segment.Path} {Convert.ToHexStringLower(segment.Sha256.Span)}\n");
            size += segment.SizeBytes;
        }

        var list = Encoding.UTF8.GetBytes(string.Concat(lines));
        var digest = Convert.ToHexStringLower(SHA256.HashData(list));
        return (Approvals().Find(p => p.Digest == digest) ?? new(digest, lines.Count, size, [], null), list);
    }
}
