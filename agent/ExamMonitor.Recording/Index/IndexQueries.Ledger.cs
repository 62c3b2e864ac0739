namespace ExamMonitor.Recording.Index;

/// <content>What the ledger lost.</content>
internal sealed partial class IndexQueries
{
    // More than ten weeks of a camera: what no head covers is minutes.
    private const int MostLost = 100_000;

    /// <summary>
    /// Segments and gaps of a camera whose entry was made, and whose number is above <paramref name="number"/>, among the newest
    /// <see cref="MostLost"/> of each.
    /// </summary>
    public List<PendingRow> EnteredAfter(long cameraNo, long number) =>
        Ask(
            """
            SELECT number, 0, start_ms, id FROM (SELECT number, start_ms, id, leaf FROM segments WHERE camera_no = $camera ORDER BY start_ms DESC LIMIT $most) WHERE number > $number AND leaf IS NOT NULL
            UNION ALL
            SELECT number, 1, start_ms, id FROM (SELECT number, start_ms, id, leaf FROM gaps WHERE camera_no = $camera ORDER BY start_ms DESC LIMIT $most) WHERE number > $number AND leaf IS NOT NULL
            ORDER BY 1
            """,
            c =>
                c.With("$camera", cameraNo)
                    .With("$number", number)
                    .With("$most", MostLost)
                    .List(r => new PendingRow(r.GetInt64(0), r.GetInt64(1) != 0, r.GetInt64(2), r.GetInt64(3)))
        );
}
