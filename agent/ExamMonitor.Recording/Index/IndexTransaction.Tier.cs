using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Recording.Index;

/// <content>The archive tier.</content>
internal sealed partial class IndexTransaction
{
    public void AddTier(Guid id, string name, long nowMs) =>
        sql("INSERT OR IGNORE INTO tiers VALUES ($id, $name, $now)")
            .With("$id", id.ToString("D"))
            .With("$name", name)
            .With("$now", nowMs)
            .Run();

    /// <summary>Adds or replaces a copy.</summary>
    public void PutCopy(CopyRow copy) =>
        sql(
                "INSERT OR REPLACE INTO copies VALUES ($path, $segment, $end, $size, $sha256, $version, $until, $copied, $proved, $proof, "
                    + "$local, $keep, $condemned)"
            )
            .With("$path", copy.Path)
            .With("$segment", copy.Segment)
            .With("$end", copy.EndMs)
            .With("$size", copy.SizeBytes)
            .With("$sha256", copy.Sha256.ToArray())
            .With("$version", copy.Version)
            .With("$until", copy.RetainUntilMs)
            .With("$copied", copy.CopiedMs)
            .With("$proved", copy.ProvedMs)
            .With("$proof", (int)copy.Proof)
            .With("$local", copy.IsLocal)
            .With("$keep", copy.KeepLocalUntilMs)
            .With("$condemned", copy.Condemned)
            .Run();

    public void DropCopy(string path) => sql("DELETE FROM copies WHERE path = $path").With("$path", path).Run();

    private void CondemnCopy(long segment, string reason) =>
        sql("UPDATE copies SET condemned = $reason WHERE segment = $id").With("$reason", reason).With("$id", segment).Run();

    /// <summary>Says that a segment's file has left the volume, or is back.</summary>
    public void SetRemote(long cameraNo, StoredSegment segment, bool remote, long keepLocalUntilMs)
    {
        sql("UPDATE segments SET remote = $remote WHERE camera_no = $camera AND start_ms = $start AND id = $id")
            .With("$remote", remote)
            .With("$camera", cameraNo)
            .With("$start", UnixMs.Of(segment.StartUtc))
            .With("$id", segment.Id)
            .Run();
        sql("UPDATE copies SET local = $local, keep_local_until_ms = $keep WHERE segment = $id")
            .With("$local", !remote)
            .With("$keep", keepLocalUntilMs)
            .With("$id", segment.Id)
            .Run();
    }

    public void AddTierNote(TierNote note) =>
        sql("INSERT OR IGNORE INTO tier_notes (id, kind, room, camera, facts, tag) VALUES ($id, $kind, $room, $camera, $facts, $tag)")
            .With("$id", note.Id)
            .With("$kind", note.Kind)
            .With("$room", note.Room)
            .With("$camera", note.Camera)
            .With("$facts", JsonSerializer.Serialize(note.Facts, ContractJson.Options))
            .With("$tag", note.Tag)
            .Run();

    /// <summary>Takes a note out of what waits, and keeps it.</summary>
    public void RefuseTierNote(long no) => sql("UPDATE tier_notes SET refused = 1 WHERE no = $no").With("$no", no).Run();

    public void DropTierNote(string id) => sql("DELETE FROM tier_notes WHERE id = $id").With("$id", id).Run();
}
