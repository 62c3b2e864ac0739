using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Preservation.Retention;
using ExamMonitor.Retention;

namespace ExamMonitor.Agent.Api;

/// <summary>Plan, approval, register, statements, forecast.</summary>
internal static class RetentionEndpoints
{
    private const int MostOnAPage = 500;
    private const int MostStatements = 2000;

    /// <summary>What retention works by, and how it stands.</summary>
    public static IResult Overview(RetentionService retention, TimeProvider time) =>
        HoldEndpoints.Guard(() => Json(retention.Overview(time.GetUtcNow())));

    /// <summary>A page of what a sweep would do now.</summary>
    public static IResult Plan(
        bool? discard,
        string? room,
        string? camera,
        string? after,
        int? limit,
        RetentionService retention,
        TimeProvider time
    )
    {
        if (!TryPage(room, camera, limit, out var page, out var refusal))
            return refusal!;
        var offset = 0;
        if (after is not null && (!int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out offset) || offset > 10_000_000))
            return ProblemResults.Bad("'after' is what the page before gave as 'next'.");
        return HoldEndpoints.Guard(() => Json(retention.Plan(discard, page.Room, page.Camera, offset, page.Limit, time.GetUtcNow())));
    }

    /// <summary>Where the approval of the plan of now stands.</summary>
    public static IResult Approval(RetentionService retention) =>
        HoldEndpoints.Guard(() =>
            retention.Approval() is { } approval ? Json(approval) : ProblemResults.Absent("Nothing waits for an approval.")
        );

    /// <summary>Approves the plan of now.</summary>
    public static async Task<IResult> Approve(HttpRequest request, RetentionService retention, CancellationToken cancellationToken)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        var (body, fault) = await request.ReadJsonAsync<ApprovalRequest>(cancellationToken).ConfigureAwait(false);
        if (body is null)
            return fault!;
        return HoldEndpoints.Guard(() => Json(retention.Approve(body.Digest, person)));
    }

    /// <summary>Lets go now what may go, without waiting for the night.</summary>
    public static IResult Sweep(HttpRequest request, RetentionService retention, CancellationToken cancellationToken)
    {
        if (!request.TryPerson(needsReason: true, out var person, out var refusal))
            return refusal;
        return HoldEndpoints.Guard(() =>
        {
            var report = retention.Sweep(person.Name, full: true, cancellationToken);
            return Json(new SweepResult(report.Looked, report.Destroyed, report.DestroyedBytes, report.Waiting, report.NothingIsDestroyed));
        });
    }

    /// <summary>A page of the register.</summary>
    public static IResult Register(long? before, int? limit, string? room, string? camera, RetentionService retention) =>
        TryPage(room, camera, limit, out var page, out var refusal)
            ? HoldEndpoints.Guard(() => Json(retention.Register(before, page.Limit, page.Room, page.Camera)))
            : refusal!;

    /// <summary>The whole register as CSV, written as it is read: memory does not grow with it.</summary>
    public static IResult RegisterCsv(string? from, string? to, RetentionService retention)
    {
        TimeRange? range = null;
        if ((from is not null || to is not null) && (range = TimeRange.Parse(from, to, TimeSpan.FromDays(36_600), out var fault)) is null)
            return ProblemResults.Bad(fault!);
        return Results.Stream(
            async output =>
            {
                var writer = new StreamWriter(output, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
                await using (writer.ConfigureAwait(false))
                {
                    await writer.WriteAsync(DestructionCsv.Header).ConfigureAwait(false);
                    foreach (var entry in retention.ExportRegister(range?.From, range?.To))
                        await writer.WriteAsync(DestructionCsv.Row(entry)).ConfigureAwait(false);
                }
            },
            "text/csv; charset=utf-8",
            "register.csv"
        );
    }

    /// <summary>Statements, newest first.</summary>
    public static IResult Statements(string? from, string? to, string? room, string? batch, FootageRetention retention)
    {
        if (!TryDay(from, out var first) || !TryDay(to, out var last))
            return ProblemResults.Bad("'from' and 'to' are site dates: write 2026-03-02.");
        return HoldEndpoints.Guard(() =>
            Json(
                retention
                    .ListStatements()
                    .Where(s =>
                        (first is null || s.Day >= first)
                        && (last is null || s.Day <= last)
                        && (room is null || s.Room.Text == room)
                        && (batch is null || s.Batch.Text == batch)
                    )
                    .Take(MostStatements)
                    .Select(s => new StatementEntry(IdOf(s), s.Day, s.Room, s.Batch, MadeAt(retention, s), s.SizeBytes))
                    .ToArray()
            )
        );
    }

    /// <summary>A statement's note.</summary>
    public static IResult Statement(string id, FootageRetention retention) =>
        HoldEndpoints.Guard(() =>
            retention.ListStatements().FirstOrDefault(s => IdOf(s) == id) is { } file && retention.ReadStatement(file) is { } note
                ? Results.Text(note, "text/plain", Encoding.UTF8)
                : ProblemResults.Absent("There is no statement of this id.")
        );

    /// <summary>Until when the volume can hold what the law asks.</summary>
    public static IResult Forecast(RetentionService retention, TimeProvider time) =>
        HoldEndpoints.Guard(() => Json(retention.Forecast(time.GetUtcNow())));

    private static string IdOf(StatementFile s) => string.Create(CultureInfo.InvariantCulture, $"{s.Day:yyyy-MM-dd}~{s.Room}~{s.Batch}");

    /// <summary>The note says when it was made; one that cannot be read counts as made at the end of its day.</summary>
    private static DateTimeOffset MadeAt(FootageRetention retention, StatementFile s)
    {
        var made =
            retention.ReadStatement(s) is { } note && SignedNote.TryParse(note, out var signed)
                ? signed.Text.Split('\n').FirstOrDefault(l => l.StartsWith("made ", StringComparison.Ordinal))
                : null;
        return made is not null && DateTimeOffset.TryParse(made[5..], CultureInfo.InvariantCulture, out var at)
            ? at
            : new(s.Day.AddDays(1).ToDateTime(TimeOnly.MinValue), TimeSpan.Zero);
    }

    private static bool TryDay(string? text, out DateOnly? day)
    {
        day =
            text is not null && DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var read)
                ? read
                : null;
        return text is null || day is not null;
    }

    private static bool TryPage(
        string? room,
        string? camera,
        int? limit,
        out (RoomId? Room, CameraId? Camera, int Limit) page,
        out IResult? refusal
    )
    {
        (page, refusal) = ((null, null, limit ?? 100), null);
        if (limit is < 1 or > MostOnAPage)
            refusal = ProblemResults.Bad($"'limit' is a number from 1 to {MostOnAPage}.");
        if (room is not null)
        {
            if (RoomId.TryParse(room, null, out var id))
                page.Room = id;
            else
                refusal = ProblemResults.Bad("'room' is no room id.");
        }

        if (camera is not null)
        {
            if (CameraId.TryParse(camera, null, out var id) && room is not null)
                page.Camera = id;
            else
                refusal = ProblemResults.Bad("'camera' is no camera id, or stands without 'room'.");
        }

        return refusal is null;
    }

    private static IResult Json<T>(T value) => Results.Json(value, ContractJson.Options);
}
