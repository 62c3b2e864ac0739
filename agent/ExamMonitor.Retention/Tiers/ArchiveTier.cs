using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;
using Microsoft.Extensions.Logging;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// The archive tier of one volume: copying, proving, taking from the volume, restoring. One copying process at a time; everything else from
/// any thread.
/// </summary>
public sealed class ArchiveTier : IDisposable
{
    private static readonly TimeSpan DocumentInterval = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BusyPause = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Copies that travel at the same time: while one waits for its flush, others are read, and read back; and one flush writes down what
    /// was proved meanwhile.
    /// </summary>
    private const int AtOnce = 8;

    private readonly TierContext _context;
    private readonly BandwidthLimit _limit;
    private readonly TierQueue _queue;
    private readonly TierDocuments _documents;
    private readonly SemaphoreSlim _fetches = new(2, 2);
    private readonly SemaphoreSlim _opening = new(1, 1);
    private readonly IDisposable? _owned;
    private readonly string _site;
    private Waiting _waiting = new([], 0);
    private DateTimeOffset? _openedAt;
    private DateTimeOffset? _documentsAt;
    private DateTimeOffset? _lastPass;
    private TierException? _failure;

    internal ArchiveTier(TierContext context, BandwidthLimit limit, string site, IDisposable? owned)
    {
        (_context, _limit, _site, _owned) = (context, limit, site, owned);
        (_queue, _documents) = (new(context.Index), new(context));
    }

    /// <summary>Told while footage must not be disturbed: the copier waits. Null for never.</summary>
    public Func<bool>? IsBusy { get; set; }

    /// <summary>Whether evidence was found that does not match.</summary>
    public IReadOnlyList<TierMismatch> Mismatches => _context.Mismatches;

    /// <summary>The tier of an open archive.</summary>
    public static ArchiveTier Of(
        FootageArchive archive,
        TierOptions options,
        TierNoteTags tags,
        TimeProvider time,
        ILogger<ArchiveTier> logger
    ) =>
        Make(
            options,
            archive.Context.Volume,
            archive.VolumeId,
            archive.Context.Index,
            archive.Context.Options.Site.Text,
            tags,
            time,
            logger,
            null
        );

    /// <summary>
    /// The tier beside an agent that may be at work, for commands. It keeps no ledger: what it does is entered by the agent.
    /// </summary>
    /// <exception cref="FootageException">The volume or the index cannot be used.</exception>
    public static ArchiveTier Open(FootageOptions footage, TierOptions options, TierNoteTags tags, TimeProvider time, ILogger logger)
    {
        if (!File.Exists(footage.IndexPath))
            throw new FootageException(
                "read the index",
                footage.IndexPath,
                "There is none. To bring a lost volume back, restore into an empty folder (--to), mount it as the volume, and run reindex."
            );
        var index = FootageIndex.Open(footage.IndexPath);
        var known = index.Read(q => q.Volumes());
        if (known.Count > 0)
            return Make(options, new DiskVolume(footage.VolumePath), known[0].Id, index, footage.Site.Text, tags, time, logger, index);
        index.Dispose();
        throw new FootageException("use the archive tier", footage.IndexPath, "The index names no volume. Run reindex.");
    }

    /// <summary>Brings everything, or a part, back into a folder, from what the tier alone says.</summary>
    public static async Task<TierReport> RestoreToFolderAsync(
        TierOptions options,
        string folder,
        TierSelection selection,
        TimeProvider time,
        ILogger logger,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var limit = new BandwidthLimit(options.BytesPerSecond, time);
        using var tier = MakeTier(options, time, limit);
        await tier.OpenAsync(new(null, null, "", false, time.GetUtcNow()), cancellationToken).ConfigureAwait(false);
        var context = new TierContext(tier, new DiskVolume(folder), Guid.Empty, null!, options)
        {
            Time = time,
            Logger = logger,
            Tags = null,
        };
        return await new TierRestore(context).ToFolderAsync(folder, selection, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Looks at the tier without copying: is it there, is it the right one, does it lock?</summary>
    /// <exception cref="TierException">It is not.</exception>
    public Task OpenAsync(CancellationToken cancellationToken) => OpenAsync(isCopier: false, cancellationToken);

    private async Task OpenAsync(bool isCopier, CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var now = _context.Time.GetUtcNow();
            if (_openedAt is { } at && now >= at && now - at < LookAgain)
                return;
            var identity = await _context
                .Tier.OpenAsync(
                    new(_context.Index.Read(q => q.Tier()), _context.VolumeId, _site, _context.Options.Create, now) { IsCopier = isCopier },
                    cancellationToken
                )
                .ConfigureAwait(false);
            if (_context.TierId != identity.Id)
                _context.Logger.TierOpened(_context.Tier.Name, identity.Id);
            _context.TierId = identity.Id;
            _context.Index.Write(t => t.AddTier(identity.Id, _context.Tier.Name, UnixMs.Of(now)));
            _openedAt = now;
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>
    /// Copies and proves all that waits, then documents; takes from the volume what may go, and from the tier what was lawfully destroyed.
    /// One attempt.
    /// </summary>
    /// <param name="exam">What is exam footage.</param>
    /// <param name="ledger">Ledger; null leaves the entries to the agent.</param>
    /// <param name="progress">Told of each item; null for nobody.</param>
    /// <param name="cancellationToken">Stops it; the next pass goes on.</param>
    /// <exception cref="TierException">The tier cannot be used now. What was done stays done.</exception>
    /// <exception cref="FootageException">Another process copies at this moment, or the volume or the index failed.</exception>
    public async Task RunOnceAsync(
        IExamFootage exam,
        ITierLedger? ledger,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var alone = TakeLock();
        try
        {
            // What an earlier process did is entered before anything else, also while the tier does not answer: the longer it waits, the
            // further back the ledger must be read to enter it once.
            var notes = new TierNotes(_context, ledger);
            notes.Drain();
            await OpenAsync(isCopier: true, cancellationToken).ConfigureAwait(false);
            var spans = exam.Spans();
            var segments = await CopyAsync(spans, notes, progress, cancellationToken).ConfigureAwait(false);
            var documents = await CopyDocumentsAsync(spans, segments > 0 && ledger is null, progress, cancellationToken)
                .ConfigureAwait(false);
            var removed = await new LocalRemoval(_context, notes).RunAsync(progress, cancellationToken).ConfigureAwait(false);
            var destroyed = await new TierDestruction(_context).RunAsync(progress, cancellationToken).ConfigureAwait(false);
            notes.Drain();
            if (segments + documents + removed + destroyed > 0)
                _context.Logger.TierPassEnded(segments, documents, removed, destroyed);
            (_failure, _lastPass) = (null, _context.Time.GetUtcNow());
        }
        catch (TierException e)
        {
            (_failure, _openedAt) = (e, null);
            throw;
        }
    }

    /// <summary>How it stands now.</summary>
    /// <param name="withTotals">Whether to count all copies, which reads a row of each; else those numbers are 0.</param>
    public TierStatus GetStatus(bool withTotals = true)
    {
        var totals = withTotals ? _context.Index.Read(q => q.CopyTotals()) : new(0, 0, 0, 0, 0, 0);
        var waiting = _waiting;
        return new(
            _context.Tier.Name,
            totals.Segments,
            totals.SizeBytes,
            totals.RemoteOnly,
            totals.RemoteBytes,
            totals.Documents,
            totals.Condemned,
            waiting.Left.Count(),
            waiting.Left.Sum(t => t.Copy is null ? t.Segment.SizeBytes : 0),
            waiting.Left.FirstOrDefault()?.Segment.EndUtc,
            _lastPass,
            _failure?.Message,
            _failure is TierRefusedException,
            _context.Mismatches,
            _limit.Bytes
        );
    }

    /// <summary>Counts what waits, without copying.</summary>
    public void Look(IExamFootage exam) => _waiting = new(_queue.Read(exam.Spans(), _context.Time.GetUtcNow(), _context.IsMismatched), 0);

    /// <summary>Proves copies again.</summary>
    /// <param name="selection">Which; documents only when nothing is left out.</param>
    /// <param name="depth"><see cref="TierProof.Presence"/> or <see cref="TierProof.Reread"/>.</param>
    /// <param name="progress">Told of each; null for nobody.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="TierException">The tier cannot be used now.</exception>
    public async Task<TierReport> CheckAsync(
        TierSelection selection,
        TierProof depth,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        var (done, bytes, mismatches) = (0L, 0L, new List<TierMismatch>());
        for (var last = ""; ; )
        {
            var batch = _context.Index.Read(q =>
                q.CopiesAfter(last, 500).Select(c => (Copy: c, Segment: c.Segment is { } id ? q.Segment(id) : null)).ToList()
            );
            if (batch.Count == 0)
                return new(done, bytes, 0, mismatches);
            last = batch[^1].Copy.Path;
            foreach (var (copy, segment) in batch.Where(b => b.Segment is { } s ? selection.Holds(s) : selection.IsEverything))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var verdict = await _context.Tier.ProveAsync(copy.Object, depth, cancellationToken).ConfigureAwait(false);
                if (verdict.IsProved)
                {
                    (done, bytes) = (done + 1, bytes + copy.SizeBytes);
                    progress?.Report(new("check", done, copy.Path, bytes));
                }
                else if (
                    _context.Index.Read(q => q.Copy(copy.Path)) is { } still
                    && still.Version == copy.Version
                    && still.SizeBytes == copy.SizeBytes
                )
                    mismatches.Add(new(copy.Path, verdict.Text));
            }
        }
    }

    /// <summary>Brings segments back to their place on the volume.</summary>
    /// <exception cref="TierException">The tier cannot be used now; what is back stays.</exception>
    public async Task<TierReport> RestoreAsync(
        TierSelection selection,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        await OpenAsync(cancellationToken).ConfigureAwait(false);
        return await new TierRestore(_context).ToVolumeAsync(selection, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Brings one segment back, for somebody who wants to see it now. Two at a time; who comes later waits.</summary>
    /// <returns>False when the tier's content is not what was committed.</returns>
    /// <exception cref="TierException">The tier cannot be used now.</exception>
    public async Task<bool> FetchAsync(StoredSegment segment, CancellationToken cancellationToken)
    {
        await _fetches.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            // Another asker may have brought it while this one waited.
            if (_context.Index.Read(q => q.Segment(segment.Id) is { IsRemote: true } ? q.CopyOfSegment(segment.Id) : null) is not { } copy)
                return true;
            await OpenAsync(cancellationToken).ConfigureAwait(false);
            if (await new TierRestore(_context).OneAsync(segment, copy, cancellationToken).ConfigureAwait(false) is not { } fault)
                return true;
            _context.Mismatched(copy.Path, fault);
            return false;
        }
        finally
        {
            _fetches.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _context.Tier.Dispose();
        _fetches.Dispose();
        _opening.Dispose();
        _owned?.Dispose();
    }

    internal static IArchiveTier MakeTier(TierOptions options, TimeProvider time, BandwidthLimit limit) =>
        options.Kind == TierKind.Folder
            ? new FolderTier(new DiskVolume(options.Path!), time, limit)
            : new S3Tier(
                new(options.Endpoint!, options.Region, options.Bucket!, options.Prefix, options.AccessKey!)
                {
                    CertificateAuthority = options.CertificateAuthority,
                },
                options.SecretKey!,
                limit
            );

    private static ArchiveTier Make(
        TierOptions options,
        IVolume volume,
        Guid volumeId,
        FootageIndex index,
        string site,
        TierNoteTags tags,
        TimeProvider time,
        ILogger logger,
        IDisposable? owned
    )
    {
        var limit = new BandwidthLimit(options.BytesPerSecond, time);
        return new(
            new(MakeTier(options, time, limit), volume, volumeId, index, options)
            {
                Time = time,
                Logger = logger,
                Tags = tags,
            },
            limit,
            site,
            owned
        );
    }

    private async Task<long> CopyAsync(
        IReadOnlyList<ExamSpan> spans,
        TierNotes notes,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        using var copier = new TierCopier(_context);
        var (done, bytes) = (0L, 0L);
        var counting = new Lock();
        notes.Drain();
        while (true)
        {
            var waiting = _queue.Read(spans, _context.Time.GetUtcNow(), _context.IsMismatched);
            _waiting = new(waiting, 0);
            if (waiting.Count == 0)
                return done;
            var (before, through) = (done, 0);
            await Parallel
                .ForEachAsync(
                    waiting,
                    new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
                    async (task, stop) =>
                    {
                        while (IsBusy?.Invoke() == true)
                            await Task.Delay(BusyPause, _context.Time, stop).ConfigureAwait(false);
                        stop.ThrowIfCancellationRequested();
                        var copied = await copier.CopyAsync(task, stop).ConfigureAwait(false);
                        lock (counting)
                        {
                            if (copied)
                            {
                                (done, bytes) = (done + 1, bytes + task.Segment.SizeBytes);
                                progress?.Report(new(task.Copy is null ? "copy" : "extend", done, task.Segment.Path, bytes));
                            }

                            _waiting = new(waiting, ++through);
                        }

                        notes.Drain();
                    }
                )
                .ConfigureAwait(false);
            if (done == before)
                return done;
        }
    }

    private async Task<long> CopyDocumentsAsync(
        IReadOnlyList<ExamSpan> spans,
        bool now,
        IProgress<TierProgress>? progress,
        CancellationToken cancellationToken
    )
    {
        var time = _context.Time.GetUtcNow();
        if (!now && _documentsAt is { } at && time >= at && time - at < DocumentInterval)
            return 0;
        var copied = await _documents.CopyAsync(spans, progress, cancellationToken).ConfigureAwait(false);
        _documentsAt = time;
        return copied;
    }

    private FileStream TakeLock()
    {
        var path = _context.Index.Path + ".tier-lock";
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FootageException("copy to the archive tier", path, "The agent, or another command, copies at this moment.", e);
        }
    }

    /// <summary>What waits: the tasks from a place on.</summary>
    private sealed record Waiting(List<TierTask> Tasks, int From)
    {
        public IEnumerable<TierTask> Left => Tasks.Skip(From);
    }
}
