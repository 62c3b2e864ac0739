using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Volumes;
using Microsoft.Data.Sqlite;

namespace ExamMonitor.Recording.Index;

/// <summary>What a writing transaction may do. Lives as long as its transaction.</summary>
/// <param name="sql">Makes a command without parameters.</param>
internal sealed partial class IndexTransaction(Func<string, SqliteCommand> sql)
{
    /// <summary>Queries inside the transaction.</summary>
    public IndexQueries Queries { get; } = new(sql, owned: false);

    /// <summary>Makes a command without parameters.</summary>
    internal SqliteCommand Sql(string text) => sql(text);

    public void AddVolume(Guid id, string root, long createdMs) =>
        sql("INSERT OR REPLACE INTO volumes VALUES ($id, $root, $created)")
            .With("$id", id.ToString("D"))
            .With("$root", root)
            .With("$created", createdMs)
            .Run();

    public void AddCamera(RoomId room, CameraId camera, long nowMs) =>
        sql("INSERT OR IGNORE INTO cameras (room, camera, first_seen_ms) VALUES ($room, $camera, $now)")
            .With("$room", room.Text)
            .With("$camera", camera.Text)
            .With("$now", nowMs)
            .Run();

    /// <summary>
    /// What this transaction changes of what a camera's writer must remember until it is settled; to be applied once it is committed.
    /// </summary>
    public List<Action<WriterMemory>> Effects { get; } = [];

    /// <summary>Cameras of which this transaction changes what is held, by their numbers.</summary>
    public HashSet<long> Changed { get; } = [];

    /// <summary>Adds a camera under a number that it has already; for an index that takes the place of a broken one.</summary>
    public void AddCamera(CameraRow camera) =>
        sql("INSERT OR IGNORE INTO cameras (no, room, camera, first_seen_ms) VALUES ($no, $room, $camera, $now)")
            .With("$no", camera.No)
            .With("$room", camera.Room.Text)
            .With("$camera", camera.Camera.Text)
            .With("$now", camera.FirstSeenMs)
            .Run();

    public void AddRun(long id, long cameraNo, RunRow run)
    {
        Effects.Add(m => m.Runs[id] = run);
        RaiseCounter("run", id);
        sql("INSERT OR IGNORE INTO runs VALUES ($id, $camera, $start, NULL, $video, $audio, $width, $height, $sent, $transcoded, $init)")
            .With("$id", id)
            .With("$camera", cameraNo)
            .With("$start", run.StartMs)
            .With("$video", run.Video)
            .With("$audio", run.Audio)
            .With("$width", run.Width)
            .With("$height", run.Height)
            .With("$sent", run.AudioSent)
            .With("$transcoded", run.AudioTranscoded)
            .With("$init", run.InitializationSha256.ToArray())
            .Run();
    }

    public void EndRun(long run, long endMs) =>
        sql("UPDATE runs SET end_ms = $end WHERE id = $id").With("$id", run).With("$end", endMs).Run();

    public void AddPart(PartRow part)
    {
        Effects.Add(m => m.Parts[part.Path.File] = part);
        sql("INSERT OR REPLACE INTO parts VALUES ($path, $camera, $run, $start, $media)")
            .With("$path", part.Path.File)
            .With("$camera", part.CameraNo)
            .With("$run", part.Run)
            .With("$start", part.StartMs)
            .With("$media", part.MediaStart90k)
            .Run();
    }

    public void DropPart(ArchivePath path)
    {
        Effects.Add(m => m.Parts.Remove(path.File));
        sql("DELETE FROM parts WHERE path = $path").With("$path", path.File).Run();
    }

    public void AddGarbage(string path, long? segment, string reason, long nowMs)
    {
        Effects.Add(m => m.Garbage[path] = new(path, segment, reason));
        sql("INSERT OR REPLACE INTO garbage VALUES ($path, $segment, $reason, $now)")
            .With("$path", path)
            .With("$segment", segment)
            .With("$reason", reason)
            .With("$now", nowMs)
            .Run();
    }

    public void DropGarbage(string path)
    {
        Effects.Add(m => m.Garbage.Remove(path));
        sql("DELETE FROM garbage WHERE path = $path").With("$path", path).Run();
    }

    /// <summary>Adds a segment with its fragments, forgets its part, and counts it.</summary>
    public PendingRow AddSegment(long cameraNo, NewSegment segment)
    {
        var row = Pend(cameraNo, InsertSegment(cameraNo, segment, Next("segment"), NextNumber(cameraNo)));
        Effects.Add(m => m.Unsettled[row.Number] = new(row, segment, null));
        return row;
    }

    /// <summary>Adds a segment under the numbers that it had; for <c>reindex</c>. An id that is taken is replaced.</summary>
    public PendingRow RestoreSegment(long cameraNo, NewSegment segment, long id, long number)
    {
        RaiseCounter("segment", id);
        var free = Queries.Segment(id) is null ? id : Next("segment");
        return InsertSegment(cameraNo, segment, free, number);
    }

    /// <summary>Adds a closed gap under the numbers that it had; for <c>reindex</c>.</summary>
    public PendingRow RestoreGap(long cameraNo, NewGap gap, long id, long number)
    {
        RaiseCounter("gap", id);
        return InsertGap(cameraNo, gap, id, number);
    }

    /// <summary>Notes that day line and ledger entry of a row are to be looked at.</summary>
    public PendingRow Pend(long cameraNo, PendingRow row)
    {
        sql("INSERT OR REPLACE INTO pending VALUES ($camera, $number, $kind, $start, $id)")
            .With("$camera", cameraNo)
            .With("$number", row.Number)
            .With("$kind", row.IsGap ? 1 : 0)
            .With("$start", row.StartMs)
            .With("$id", row.Id)
            .Run();
        return row;
    }

    private PendingRow InsertSegment(long cameraNo, NewSegment segment, long id, long number)
    {
        Changed.Add(cameraNo);
        sql(
                """
                INSERT INTO segments VALUES ($camera, $start, $id, $end, $run, $number, NULL, $day, $name, $size, $sha256, $media, $duration, $recovered, 0)
                """
            )
            .With("$camera", cameraNo)
            .With("$start", segment.StartMs)
            .With("$id", id)
            .With("$end", segment.EndMs)
            .With("$run", segment.Run)
            .With("$number", number)
            .With("$day", segment.Path.Day.DayNumber)
            .With("$name", segment.Path.Name)
            .With("$size", segment.SizeBytes)
            .With("$sha256", segment.Sha256.ToArray())
            .With("$media", segment.MediaStart90k)
            .With("$duration", segment.Duration90k)
            .With("$recovered", segment.Recovered)
            .Run();
        sql("INSERT INTO fragments VALUES ($id, $init, $list)")
            .With("$id", id)
            .With("$init", segment.InitializationBytes)
            .With("$list", FragmentList.Encode(segment.Fragments))
            .Run();
        sql(
                """
                UPDATE cameras SET segments = segments + 1, size_bytes = size_bytes + $size, last_end_ms = $end,
                  longest_segment_ms = max(longest_segment_ms, $end - $start), first_seen_ms = min(first_seen_ms, $start) WHERE no = $camera
                """
            )
            .With("$size", segment.SizeBytes)
            .With("$end", segment.EndMs)
            .With("$start", segment.StartMs)
            .With("$camera", cameraNo)
            .Run();
        DropPart(segment.Path);
        return new(number, IsGap: false, segment.StartMs, id);
    }

    /// <summary>Says until when the camera has footage.</summary>
    public void SetLastEnd(long cameraNo, long endMs)
    {
        Changed.Add(cameraNo);
        sql("UPDATE cameras SET last_end_ms = $end WHERE no = $camera").With("$end", endMs).With("$camera", cameraNo).Run();
    }

    /// <summary>Opens a gap; a camera has at most one open.</summary>
    public long OpenGap(long cameraNo, long startMs, GapCause cause, LocalText? detail)
    {
        var id = Next("gap");
        OpenGap(cameraNo, new(id, startMs, null, cause, detail, null));
        return id;
    }

    /// <summary>Opens a gap under the number that it had.</summary>
    public void OpenGap(long cameraNo, GapRow gap)
    {
        RaiseCounter("gap", gap.Id);
        Changed.Add(cameraNo);
        Effects.Add(m => m.OpenGap = gap);
        sql("INSERT INTO gaps VALUES ($camera, $start, $id, NULL, $cause, $en, $zh, NULL, NULL)")
            .With("$camera", cameraNo)
            .With("$start", gap.StartMs)
            .With("$id", gap.Id)
            .With("$cause", (int)gap.Cause)
            .With("$en", gap.Detail?.En)
            .With("$zh", gap.Detail?.Zh)
            .Run();
    }

    /// <summary>Closes the open gap at a time; a gap of no length is forgotten. Null when none was open, or it was forgotten.</summary>
    public PendingRow? CloseGap(long cameraNo, long endMs)
    {
        var gap = Queries.OpenGap(cameraNo);
        if (gap is null)
            return null;
        Changed.Add(cameraNo);
        sql("DELETE FROM gaps WHERE camera_no = $camera AND start_ms = $start AND id = $id")
            .With("$camera", cameraNo)
            .With("$start", gap.StartMs)
            .With("$id", gap.Id)
            .Run();
        Effects.Add(m => m.OpenGap = null);
        return endMs <= gap.StartMs ? null : PendGap(cameraNo, new(gap.StartMs, endMs, gap.Cause, gap.Detail), gap.Id);
    }

    /// <summary>Adds a closed gap.</summary>
    public PendingRow AddGap(long cameraNo, NewGap gap) => PendGap(cameraNo, gap, Next("gap"));

    private PendingRow PendGap(long cameraNo, NewGap gap, long id)
    {
        var row = Pend(cameraNo, InsertGap(cameraNo, gap, id, NextNumber(cameraNo)));
        Effects.Add(m => m.Unsettled[row.Number] = new(row, null, gap));
        return row;
    }

    private PendingRow InsertGap(long cameraNo, NewGap gap, long id, long number)
    {
        Changed.Add(cameraNo);
        sql("INSERT INTO gaps VALUES ($camera, $start, $id, $end, $cause, $en, $zh, $number, NULL)")
            .With("$camera", cameraNo)
            .With("$start", gap.StartMs)
            .With("$id", id)
            .With("$end", gap.EndMs)
            .With("$cause", (int)gap.Cause)
            .With("$en", gap.Detail?.En)
            .With("$zh", gap.Detail?.Zh)
            .With("$number", number)
            .Run();
        sql("UPDATE cameras SET longest_gap_ms = max(longest_gap_ms, $end - $start) WHERE no = $camera")
            .With("$end", gap.EndMs)
            .With("$start", gap.StartMs)
            .With("$camera", cameraNo)
            .Run();
        return new(number, IsGap: true, gap.StartMs, id);
    }

    /// <summary>Notes that day line and ledger entry are written.</summary>
    public void Settle(long cameraNo, PendingRow row, long? leaf)
    {
        Effects.Add(m => m.Settle(row.Number));
        if (leaf is not null)
        {
            var command = row.IsGap
                ? sql("UPDATE gaps SET leaf = $leaf WHERE camera_no = $camera AND start_ms = $start AND id = $id")
                : sql("UPDATE segments SET leaf = $leaf WHERE camera_no = $camera AND start_ms = $start AND id = $id");
            command.With("$leaf", leaf).With("$camera", cameraNo).With("$start", row.StartMs).With("$id", row.Id).Run();
            sql("UPDATE cameras SET last_leaf = max(last_leaf, $leaf) WHERE no = $camera")
                .With("$leaf", leaf)
                .With("$camera", cameraNo)
                .Run();
        }

        sql("DELETE FROM pending WHERE camera_no = $camera AND number = $number")
            .With("$camera", cameraNo)
            .With("$number", row.Number)
            .Run();
    }

    /// <summary>
    /// Removes a segment's row, and puts its file among the garbage. Its copy on the archive tier, if there is one, may go as soon as its
    /// lock ends.
    /// </summary>
    public void Discard(long cameraNo, StoredSegment segment, string reason, long nowMs)
    {
        Changed.Add(cameraNo);
        sql("DELETE FROM segments WHERE camera_no = $camera AND start_ms = $start AND id = $id")
            .With("$camera", cameraNo)
            .With("$start", UnixMs.Of(segment.StartUtc))
            .With("$id", segment.Id)
            .Run();
        sql("DELETE FROM fragments WHERE segment = $id").With("$id", segment.Id).Run();
        sql("UPDATE cameras SET segments = segments - 1, size_bytes = size_bytes - $size WHERE no = $camera")
            .With("$size", segment.SizeBytes)
            .With("$camera", cameraNo)
            .Run();
        AddGarbage(segment.Path, segment.Id, reason, nowMs);
        CondemnCopy(segment.Id, reason);
    }

    /// <summary>Raises a counter so that it never gives a number that is taken; for <c>reindex</c>.</summary>
    public void RaiseCounter(string name, long value) =>
        sql("UPDATE counters SET value = max(value, $value) WHERE name = $name").With("$value", value).With("$name", name).Run();

    /// <summary>Counts a camera's segments again.</summary>
    public void Recount(long cameraNo)
    {
        Changed.Add(cameraNo);
        sql(
                """
                UPDATE cameras SET segments = (SELECT count(*) FROM segments WHERE camera_no = $camera),
                  size_bytes = (SELECT coalesce(sum(size_bytes), 0) FROM segments WHERE camera_no = $camera) WHERE no = $camera
                """
            )
            .With("$camera", cameraNo)
            .Run();
    }

    /// <summary>Empties every table but the counters; for <c>reindex</c>.</summary>
    public void Clear() =>
        sql(
                """
                DELETE FROM volumes; DELETE FROM segments; DELETE FROM fragments; DELETE FROM gaps; DELETE FROM runs; DELETE FROM parts; DELETE FROM garbage;
                DELETE FROM pending; DELETE FROM cameras; DELETE FROM retention_days; DELETE FROM retention_files; DELETE FROM retention_facts; DELETE FROM destructions;
                DELETE FROM copies;
                """
            )
            .Run();

    /// <summary>Sets what <c>reindex</c> read of a camera.</summary>
    public void SetNumbers(long cameraNo, long numbers) =>
        sql("UPDATE cameras SET numbers = max(numbers, $n) WHERE no = $camera").With("$n", numbers).With("$camera", cameraNo).Run();

    private long NextNumber(long cameraNo) =>
        sql("UPDATE cameras SET numbers = numbers + 1 WHERE no = $camera RETURNING numbers").With("$camera", cameraNo).Number();

    private long Next(string counter) =>
        sql("UPDATE counters SET value = value + 1 WHERE name = $name RETURNING value").With("$name", counter).Number();
}
