using System.Diagnostics;
using System.Security.Cryptography;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention.Scrubbing;

/// <summary>What a slice of a scrub did.</summary>
/// <param name="State">Where the scrub stands now.</param>
/// <param name="New">Findings of this slice.</param>
/// <param name="Finished">Whether it ended a pass.</param>
public sealed record ScrubSlice(ScrubState State, IReadOnlyList<ScrubFinding> New, bool Finished);

/// <summary>Reads the archive again, a slice at a time, and compares every file with its entry in the ledger.</summary>
/// <remarks>A slice that is stopped loses at most the segment it was at, which the next slice reads again. Not thread-safe.</remarks>
/// <param name="source">What is read.</param>
/// <param name="time">Clock.</param>
public sealed class Scrubber(IScrubSource source, TimeProvider time)
{
    private const int Page = 64;
    private const int BufferSize = 256 << 10;

    /// <summary>Runs one slice.</summary>
    /// <param name="state">Where the scrub stands.</param>
    /// <param name="budgetBytes">Bytes that may be read; a segment that was begun is read to its end.</param>
    /// <param name="bytesPerSecond">Most that is read in a second; null for no limit.</param>
    /// <param name="mayGoOn">Asked before each buffer: false ends the slice, since recording needs the disk.</param>
    /// <param name="cancellationToken">Ends the slice; what was done counts.</param>
    public async Task<ScrubSlice> RunAsync(
        ScrubState state,
        long budgetBytes,
        long? bytesPerSecond,
        Func<bool> mayGoOn,
        CancellationToken cancellationToken
    )
    {
        if (!state.Running)
            state = state with
            {
                Began = time.GetUtcNow(),
                Running = true,
                AfterId = 0,
                Segments = 0,
                Bytes = 0,
                PassFindings = 0,
                Ledger = new(),
            };
        var found = new List<ScrubFinding>();
        var meter = new Meter(time, bytesPerSecond, mayGoOn);
        var buffer = new byte[BufferSize];
        while (meter.Bytes < budgetBytes)
        {
            var page = source.After(state.AfterId, Page);
            if (page.Count == 0)
                return new(state with { Running = false, LastFinished = time.GetUtcNow() }, found, Finished: true);
            foreach (var segment in page)
            {
                if (meter.Bytes >= budgetBytes || cancellationToken.IsCancellationRequested)
                    return new(state, found, Finished: false);
                if (segment.IsRemote)
                {
                    // It lies on the archive tier alone, and is read again there: by "tier check".
                    state = state with
                    {
                        AfterId = segment.Id,
                    };
                    continue;
                }

                var before = meter.Bytes;
                var (done, finding) = await CheckAsync(segment, buffer, meter, cancellationToken).ConfigureAwait(false);
                if (!done)
                    return new(state, found, Finished: false);
                if (finding is not null)
                    found.Add(finding);
                state = Next(state, segment, meter.Bytes - before, finding);
            }
        }

        return new(state, found, Finished: false);
    }

    private static ScrubState Next(ScrubState state, StoredSegment segment, long bytes, ScrubFinding? finding)
    {
        state = state with { AfterId = segment.Id, Segments = state.Segments + 1, Bytes = state.Bytes + bytes };
        if (finding is null)
            return state;
        // The same finding of a later pass is the same finding.
        var known = state.Findings.Any(f => f.Path == finding.Path && f.Kind == finding.Kind && f.Found == finding.Found);
        return state with
        {
            PassFindings = state.PassFindings + 1,
            OpenFindings = known ? state.OpenFindings : state.OpenFindings + 1,
            Findings = known || state.Findings.Count >= ScrubState.MaxFindings ? state.Findings : [.. state.Findings, finding],
        };
    }

    private async Task<(bool Done, ScrubFinding? Finding)> CheckAsync(
        StoredSegment segment,
        byte[] buffer,
        Meter meter,
        CancellationToken cancellationToken
    )
    {
        var indexed = Convert.ToHexStringLower(segment.Sha256.Span);
        var expected = source.Expected(segment) ?? indexed;
        string? actual;
        var kind = ScrubMismatch.Content;
        try
        {
            var file = source.Open(segment);
            if (file is null)
                (actual, kind) = (null, ScrubMismatch.Missing);
            else
            {
                await using (file.ConfigureAwait(false))
                {
                    var hash = await HashAsync(file, buffer, meter, cancellationToken).ConfigureAwait(false);
                    if (hash is null)
                        return (false, null);
                    actual = hash;
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (actual, kind) = (null, ScrubMismatch.Unreadable);
        }

        if (actual == expected && indexed == expected)
        {
            if (source.HasItsDayLine(segment))
                return (true, null);
            kind = ScrubMismatch.DayLine;
        }
        else if (actual == expected || actual == indexed)
        {
            kind = ScrubMismatch.Index;
        }

        // Asked last: what was destroyed while it was read is no finding.
        if (!source.IsHeld(segment.Id))
            return (true, null);
        return (true, new(kind, segment.Room.Text, segment.Camera.Text, segment.Path, segment.Leaf, expected, actual, time.GetUtcNow()));
    }

    private static async Task<string?> HashAsync(Stream file, byte[] buffer, Meter meter, CancellationToken cancellationToken)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (true)
        {
            if (cancellationToken.IsCancellationRequested || !meter.MayGoOn)
                return null;
            var read = await file.ReadAsync(buffer, CancellationToken.None).ConfigureAwait(false);
            if (read == 0)
                return Convert.ToHexStringLower(sha256.GetHashAndReset());
            sha256.AppendData(buffer, 0, read);
            await meter.CountAsync(read, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Counts bytes and waits so that they do not come too fast.</summary>
    private sealed class Meter(TimeProvider time, long? bytesPerSecond, Func<bool> mayGoOn)
    {
        private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(20);
        private readonly long _began = time.GetTimestamp();

        public long Bytes { get; private set; }

        public bool MayGoOn => mayGoOn();

        public async Task CountAsync(int bytes, CancellationToken cancellationToken)
        {
            Bytes += bytes;
            if (bytesPerSecond is not { } rate)
                return;
            Debug.Assert(rate > 0, "A rate is above zero.");
            var ahead = TimeSpan.FromSeconds((double)Bytes / rate) - time.GetElapsedTime(_began);
            if (ahead > Shortest)
                await Task.Delay(ahead, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
