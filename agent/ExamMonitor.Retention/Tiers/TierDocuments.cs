using System.Security.Cryptography;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Care;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Recording.Index;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// Copies what makes footage evidence: identity of the volume, day lines, ledger, statements, batches. So the archive tier alone is enough
/// to make everything again.
/// </summary>
/// <remarks>
/// They grow; each state that is copied is kept as long as the footage. What can be made again from the rest (stored hashes, the index) is
/// left out.
/// </remarks>
internal sealed class TierDocuments(TierContext context)
{
    private static readonly string[] LeftOut =
    [
        VolumeLock.FileName,
        "hashes.bin",
        VolumeIdentity.ReserveName,
        CopyLines.FileName,
        TierIdentity.FileName,
        FolderObjects.FileName,
        "lost+found",
    ];

    private readonly HashSet<string> _finished = new(StringComparer.Ordinal);
    private DateTimeOffset _last = DateTimeOffset.MinValue;

    /// <summary>Copies what changed.</summary>
    /// <param name="spans">What is exam footage: its days, and the latest date until which anything is kept.</param>
    /// <param name="progress">Told of each.</param>
    /// <param name="cancellationToken">Stops it between two.</param>
    /// <returns>How many were copied.</returns>
    public async Task<long> CopyAsync(IReadOnlyList<ExamSpan> spans, IProgress<TierProgress>? progress, CancellationToken cancellationToken)
    {
        var now = context.Time.GetUtcNow();
        // What was finished by a clock that was ahead may be today's.
        if (now < _last)
            _finished.Clear();
        _last = now;
        var valid = spans.Where(s => s.KeepUntil > now && s.From < now).ToList();
        if (valid.Count == 0)
            return 0;
        var until = valid.Max(s => s.KeepUntil);
        var copied = 0L;
        foreach (var path in Places().Concat(DayLogs(valid)).Distinct(StringComparer.Ordinal).Where(p => !_finished.Contains(p)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await CopyAsync(path, until, now, cancellationToken).ConfigureAwait(false))
                continue;
            copied++;
            progress?.Report(new("document", copied, path, 0));
        }

        return copied;
    }

    private async Task<bool> CopyAsync(string path, DateTimeOffset until, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (context.Volume.Length(path) is not { } length)
            return false;
        var known = context.Index.Read(q => q.Copy(path));
        var longEnough = known is not null && UnixMs.ToUtc(known.RetainUntilMs) >= until;
        var sha256 = Hash(path, length);
        if (known is not null && known.SizeBytes == length && known.Sha256.Span.SequenceEqual(sha256))
        {
            if (IsFinished(path, length, now) && longEnough)
                _finished.Add(path);
            if (longEnough)
                return false;
        }

        var content = new TierContent(
            length,
            sha256,
            () => context.Volume.OpenRead(path) ?? throw new FileNotFoundException(path),
            MayReplace: true
        )
        {
            KeepOlder = path != "ledger/checkpoint",
        };
        var put = await context.Tier.PutAsync(TierKey.Of(path), content, until, cancellationToken).ConfigureAwait(false);
        var (proof, failed) = await context.ProvedAsync(put, cancellationToken).ConfigureAwait(false);
        if (failed is not null)
        {
            context.Mismatched(path, failed.Text);
            return false;
        }

        var held = Math.Max(UnixMs.Ceiling(until), UnixMs.Of(put.RetainUntil ?? until));
        var row = new CopyRow(path, null, 0, length, sha256, put.Version, held, context.NowMs, context.NowMs, proof);
        context.Index.Write(t => t.PutCopy(row));
        return true;
    }

    /// <summary>Files outside of the days' folders.</summary>
    private IEnumerable<string> Places()
    {
        var folders = new Stack<string>([""]);
        while (folders.TryPop(out var at))
        {
            var inside = at.Length == 0 ? "" : at + "/";
            foreach (var name in context.Volume.Files(at).Where(IsWanted))
                yield return inside + name;
            foreach (
                var name in context
                    .Volume.Folders(at)
                    .Where(IsWanted)
                    .Where(n => at.Length > 0 || !(n.Length == 4 && n.All(char.IsAsciiDigit)))
            )
                folders.Push(inside + name);
        }
    }

    private static bool IsWanted(string name) =>
        IdText.IsValid(name)
        && !LeftOut.Contains(name)
        && !name.EndsWith(".part", StringComparison.Ordinal)
        && !name.EndsWith(".new", StringComparison.Ordinal);

    private IEnumerable<string> DayLogs(IReadOnlyList<ExamSpan> spans)
    {
        var cameras = context.Index.Read(q => q.Cameras()).ToLookup(c => c.Room);
        foreach (var span in spans)
        {
            // A segment that began before midnight lies in the day before.
            for (
                var day = DateOnly.FromDateTime(span.From.UtcDateTime.AddMinutes(-10));
                day <= DateOnly.FromDateTime(span.To.UtcDateTime);
                day = day.AddDays(1)
            )
            {
                foreach (var camera in cameras[span.Room])
                    yield return new CameraDay(day, camera.Room, camera.Camera).DayLog;
            }
        }
    }

    /// <summary>Whether a file grows no more: a day that is two days past, a ledger file that is full.</summary>
    private bool IsFinished(string path, long length, DateTimeOffset now)
    {
        var parts = path.Split('/');
        if (
            parts.Length == 5
            && DateOnly.TryParse($"{parts[0]}-{parts[1]}", System.Globalization.CultureInfo.InvariantCulture, out var day)
        )
            return day < DateOnly.FromDateTime(now.UtcDateTime.AddDays(-2));
        return path.StartsWith("ledger/entries/", StringComparison.Ordinal)
            && length > 0
            && long.TryParse(Path.GetFileNameWithoutExtension(path), System.Globalization.CultureInfo.InvariantCulture, out var first)
            && context.Volume.Length(
                string.Create(
                    System.Globalization.CultureInfo.InvariantCulture,
                    $"ledger/entries/{first + LedgerEntries.PerFile:D12}.jsonl"
                )
            )
                is not null;
    }

    private byte[] Hash(string path, long length)
    {
        using var stream = context.Volume.OpenRead(path);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[256 << 10];
        for (var left = length; stream is not null && left > 0; )
        {
            var read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left));
            if (read == 0)
                break;
            hash.AppendData(buffer, 0, read);
            left -= read;
        }

        return hash.GetHashAndReset();
    }
}
