using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Capture;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Coverage.Printing;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evaluation;

/// <summary>
/// Copies with blurred regions: made beside the answer, one after the other, named, marked and entered as copies. Thread-safe.
/// </summary>
/// <remarks>Order: the file is whole and on the disk → its hash is entered as that of a copy → it can be had. A copy that was broken off is
/// gone.</remarks>
internal sealed class RedactedCopies(PackSource source, RegionBlur blur, TimeProvider time) : IDisposable
{
    private const int MostKept = 16;
    private const int MostWaiting = 8;
    private const int MostSegments = 200;
    private readonly EvaluationFiles _files = new(source.Places.Copies);
    private readonly ConcurrentDictionary<string, (RedactedCopySummary Summary, Task<RedactedCopySummary> Work)> _open = new(
        StringComparer.Ordinal
    );
    private readonly CancellationTokenSource _stop = new();

    /// <summary>Copies, newest first.</summary>
    public IReadOnlyList<RedactedCopySummary> List() =>
        [
            .. _open
                .Values.Select(o => o.Summary)
                .Concat(_files.Names(".json").Select(n => _files.Read<RedactedCopySummary>(n + ".json")).OfType<RedactedCopySummary>())
                .DistinctBy(c => c.Id, StringComparer.Ordinal)
                .OrderByDescending(c => c.MadeAt),
        ];

    /// <summary>A copy that was asked for; null when there is none of that id.</summary>
    public RedactedCopySummary? State(string id) =>
        _open.TryGetValue(id, out var open) ? open.Summary : _files.Read<RedactedCopySummary>(id + ".json");

    /// <summary>Path of a ready copy; null when there is none.</summary>
    public string? PathOf(string id) => State(id) is { State: PackState.Ready } ? FileOf(id) : null;

    /// <summary>Takes an order.</summary>
    /// <exception cref="EvaluationException">What is asked for is not there, or too much waits.</exception>
    public RedactedCopySummary Begin(RedactedCopyRequest request, ActingPerson person)
    {
        var session =
            source.Sessions.Find(request.Session)
            ?? throw new EvaluationException($"There is no session {request.Session}.", $"没有场次 {request.Session}。");
        if (request.From < session.Start || request.To > session.End)
            throw new EvaluationException($"The copy does not lie in session {session.Id}.", $"副本的时段不在场次 {session.Id} 之内。");
        if (source.Rooms.Find(session.Room)?.Cameras.Any(c => c.Setup.Id == request.Camera) != true)
            throw new EvaluationException(
                $"Room {session.Room} has no camera {request.Camera}.",
                $"考场 {session.Room} 没有摄像机 {request.Camera}。"
            );
        if (_open.Values.Count(o => o.Summary.State == PackState.Making) >= MostWaiting)
            throw new EvaluationException(
                $"{MostWaiting} copies are being made already. Wait until one of them is ready.",
                $"已有 {MostWaiting} 个副本正在生成，请等待其中一个完成。"
            );
        var name = string.Create(
            CultureInfo.InvariantCulture,
            $"COPY_{session.Room}_{request.Camera}_{request.From.UtcDateTime:yyyyMMdd'T'HHmmss}Z-{request.To.UtcDateTime:HHmmss}Z_redacted.mp4"
        );
        var order = new RedactedCopySummary(
            "C" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6)),
            time.GetUtcNow(),
            person.Name,
            person.Reason!,
            PackState.Making,
            name,
            0,
            null,
            null,
            request,
            null
        );
        var segments = SegmentsOf(session, request);
        _open[order.Id] = (order, Task.Run(() => MakeAsync(order, session, segments)));
        return order;
    }

    /// <summary>Waits for a copy; gives it as it stands when it takes longer.</summary>
    public async Task<RedactedCopySummary> WaitAsync(string id, TimeSpan patience, CancellationToken cancellationToken)
    {
        if (!_open.TryGetValue(id, out var open))
            return State(id) ?? throw new EvaluationException("There is no copy of this id.", "没有该编号的副本。");
        try
        {
            return await open.Work.WaitAsync(patience, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return open.Summary;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }

    private IReadOnlyList<StoredSegment> SegmentsOf(ExamSession session, RedactedCopyRequest request)
    {
        var segments = source.Archive.FindSegments(session.Room, request.Camera, request.From, request.To);
        if (
            segments.Count is 0 or > MostSegments
            || segments.Any(s => s.Leaf is null || s.IsRemote || !File.Exists(Path.Combine(source.Places.Volume, s.Path)))
        )
            throw new EvaluationException(
                "Footage of this time is not on the volume, or not in the ledger yet.",
                "该时段的录像不在存储卷上，或尚未记入账本。"
            );
        // Times of regions are those of the clock: over a gap they would fall on other pictures.
        var holds =
            segments[0].StartUtc <= request.From
            && segments[^1].EndUtc >= request.To
            && segments.Zip(segments.Skip(1)).All(p => (p.Second.StartUtc - p.First.EndUtc).Duration() < TimeSpan.FromMilliseconds(200));
        return holds
            ? segments
            : throw new EvaluationException(
                "There is a gap in this time. Make a copy on either side of it.",
                "该时段内有中断，请在中断前后分别生成副本。"
            );
    }

    private async Task<RedactedCopySummary> MakeAsync(RedactedCopySummary order, ExamSession session, IReadOnlyList<StoredSegment> segments)
    {
        RedactedCopySummary made;
        try
        {
            made = await MakeNowAsync(order, session, segments).ConfigureAwait(false);
        }
        catch (Exception e)
            when (e
                    is EvaluationException
                        or IOException
                        or UnauthorizedAccessException
                        or Capture.Children.ChildProcessException
                        or OperationCanceledException
            )
        {
            made = order with { State = PackState.Failed, Fault = EvaluationException.TextOf(e) };
        }

        _open[order.Id] = (made, Task.FromResult(made));
        return made;
    }

    private async Task<RedactedCopySummary> MakeNowAsync(
        RedactedCopySummary order,
        ExamSession session,
        IReadOnlyList<StoredSegment> segments
    )
    {
        var (request, start) = (order.Request, segments[0].StartUtc);
        Directory.CreateDirectory(source.Places.Copies);
        var (strip, part) = (Path.Combine(source.Places.Copies, order.Id + ".png"), FileOf(order.Id) + ".part");
        try
        {
            await File.WriteAllBytesAsync(strip, CopyStrip.Png("COPY, blurred · not evidence      副本（已遮挡）· 非证据"), _stop.Token)
                .ConfigureAwait(false);
            var pieces = segments
                .Select(
                    (s, i) =>
                        new BlurPiece(
                            Path.Combine(source.Places.Volume, s.Path),
                            (i + 1 < segments.Count ? segments[i + 1].StartUtc : s.EndUtc) - s.StartUtc
                        )
                )
                .ToList();
            var regions = request
                .Regions.Select(r => new BlurRegion(r.From - request.From, r.To - request.From, r.X, r.Y, r.Width, r.Height))
                .ToList();
            await blur.WriteAsync(
                    pieces,
                    request.From - start,
                    request.To - request.From,
                    regions,
                    strip,
                    (TitleOf(order), CommentOf(order, segments)),
                    part,
                    _stop.Token
                )
                .ConfigureAwait(false);
            var (sha256, size) = await HashAsync(part).ConfigureAwait(false);
            var entry = source.Ledger.Append(RedactedCopyMark.LedgerKind, FactsOf(order, session, segments, sha256));
            File.Move(part, FileOf(order.Id), overwrite: true);
            var made = order with { State = PackState.Ready, SizeBytes = size, Sha256 = sha256, Entry = entry };
            _files.Write(order.Id + ".json", JsonSerializer.SerializeToUtf8Bytes(made, ContractJson.Options));
            foreach (var old in List().Where(c => c.State == PackState.Ready).Skip(MostKept))
                Remove(old.Id);
            return made;
        }
        finally
        {
            File.Delete(strip);
            File.Delete(part);
        }
    }

    private static string TitleOf(RedactedCopySummary order) => $"COPY {order.Id}: blurred, no evidence; 副本，已遮挡，非证据";

    private static string CommentOf(RedactedCopySummary order, IReadOnlyList<StoredSegment> segments) =>
        $"{RedactedCopyMark.Word} {order.Id}; regions {order.Request.Regions.Count}; made of {string.Join(' ', segments.Select(s => Convert.ToHexStringLower(s.Sha256.Span)))}";

    private static Dictionary<string, string> FactsOf(
        RedactedCopySummary order,
        ExamSession session,
        IReadOnlyList<StoredSegment> segments,
        string sha256
    ) =>
        new(StringComparer.Ordinal)
        {
            ["copy"] = order.Id,
            ["sha256"] = sha256,
            ["session"] = session.Id.Text,
            ["camera"] = order.Request.Camera.Text,
            ["from"] = UtcJsonConverter.ToText(order.Request.From),
            ["to"] = UtcJsonConverter.ToText(order.Request.To),
            ["segments"] = string.Join(' ', segments.Select(s => s.Leaf!.Value.ToString(CultureInfo.InvariantCulture))),
            ["regions"] = order.Request.Regions.Count.ToString(CultureInfo.InvariantCulture),
            ["person"] = order.MadeBy,
            ["reason"] = order.Reason,
        };

    private async Task<(string Sha256, long Size)> HashAsync(string path)
    {
        PutOnDisk(path);
        using var file = File.OpenRead(path);
        return (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, _stop.Token).ConfigureAwait(false)), file.Length);
    }

    private static void PutOnDisk(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite);
        DiskFlush.File(file.SafeFileHandle, path);
    }

    private string FileOf(string id) => Path.Combine(source.Places.Copies, id + ".mp4");

    private void Remove(string id)
    {
        _open.TryRemove(id, out _);
        File.Delete(Path.Combine(source.Places.Copies, id + ".json"));
        File.Delete(FileOf(id));
    }
}
