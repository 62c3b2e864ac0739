using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Writing;

namespace ExamMonitor.Recording.Care;

/// <summary>Makes a broken index again beside the recording. One call at a time.</summary>
/// <remarks>
/// <list type="number">
/// <item>The index serves nobody from the moment the damage is found: changes of the cameras' writers wait in memory, no day line and no
/// ledger entry is written.</item>
/// <item>The broken file is set aside, an empty one stands in its place. A crash from here to step 5 finds an index that names no volume:
/// the next start makes it anew.</item>
/// <item>The volume is read. Cameras at work keep their numbers; their own files are left to them.</item>
/// <item>The new file takes over. Each writer, in its own thread, replays what the volume did not say yet, then what waited: by number and
/// id, so each row once.</item>
/// <item>The volume is named in it, and everybody is served.</item>
/// </list>
/// </remarks>
internal sealed class IndexRebuild(ArchiveContext context)
{
    private static readonly TimeSpan FirstWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private volatile IndexDamage? _damage;
    private ReindexReport? _report;
    private string? _aside;

    /// <summary>How it stands; null while the index was never damaged since the start.</summary>
    public IndexDamage? Damage => _damage;

    /// <summary>Notes damage that was found.</summary>
    public void Note(string reason)
    {
        context.Logger.IndexDamaged(reason);
        _damage = new(Rebuilding: true, context.Time.GetUtcNow(), reason, _aside, 0);
    }

    /// <summary>Notes damage that was found, and mended, at the start.</summary>
    public void NoteMended(string reason, string? aside) => _damage = new(Rebuilding: false, context.Time.GetUtcNow(), reason, aside, 0);

    /// <summary>Tries until it is done.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        for (var wait = FirstWait; ; wait = TimeSpan.FromTicks(Math.Min(wait.Ticks * 2, LongestWait.Ticks)))
        {
            try
            {
                Fill(cancellationToken);
                while (!TryFinish())
                    await Task.Delay(Look, context.Time, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Supervisor of the rebuilding: whatever fails, recording goes on and the next try comes.
            catch (Exception e)
#pragma warning restore CA1031
            {
                context.Logger.IndexRebuildFailed(e, wait.TotalSeconds);
                await Task.Delay(wait, context.Time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Steps 2 to 4.</summary>
    internal void Fill(CancellationToken cancellationToken)
    {
        VolumeIdentity.Require(context.Volume, context.VolumeId);
        var fresh = context.Index.Renew(context.Time.GetUtcNow(), isOurs: _aside is not null, out var aside);
        try
        {
            _aside ??= aside;
            _report = Reindex.Fill(context with { Index = fresh }, new Progress(this), cancellationToken);
            foreach (var camera in fresh.Read(q => q.Cameras()).Where(c => !context.Writers.ContainsKey(c.No)))
                new CameraIndex(context with { Index = fresh }, camera) { Source = LeafSource.Volume }.Finish();
        }
        catch
        {
            fresh.Dispose();
            throw;
        }

        context.Index.TakeOver(fresh);
    }

    /// <summary>Step 5, once every writer has replayed.</summary>
    internal bool TryFinish()
    {
        if (context.Index.IsDamaged)
            throw new IndexRebuildingException(context.Index.Path);
        if (context.Writers.Values.Any(w => w.IsStale))
            return false;
        Reindex.Name(context.Index, VolumeIdentity.Read(context.Volume)!, context.Volume.Root);
        context.Index.SayWhole();
        _damage = _damage is { } damage ? damage with { Rebuilding = false, Aside = _aside, Since = context.Time.GetUtcNow() } : null;
        context.Logger.IndexRebuilt(_report!.Segments, _report.Gaps, _aside);
        _aside = null;
        return true;
    }

    private sealed class Progress(IndexRebuild rebuild) : IProgress<CareProgress>
    {
        public void Report(CareProgress value)
        {
            if (rebuild._damage is { } damage)
                rebuild._damage = damage with { Folders = value.Done };
        }
    }
}
