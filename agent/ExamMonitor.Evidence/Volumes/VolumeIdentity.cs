using System.Text.Json;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Volumes;

/// <summary>Contents of <c>volume.json</c>: which volume this is, however it came to be mounted here.</summary>
/// <param name="Schema"><see cref="SchemaName"/>.</param>
/// <param name="Id">Made once.</param>
/// <param name="Site">Site it was made for.</param>
/// <param name="CreatedAt">UTC.</param>
internal sealed record VolumeIdentity(string Schema, Guid Id, SiteId Site, DateTimeOffset CreatedAt)
{
    public const string FileName = "volume.json";

    /// <summary>Name of the file that holds room for bookkeeping, in the root of the volume.</summary>
    public const string ReserveName = "bookkeeping.reserve";

    public const string SchemaName = "exam-monitor/volume/1";

    private const int MaxBytes = 4096;

    /// <summary>Reads it; null when there is none.</summary>
    /// <exception cref="WrongVolumeException">It is there and cannot be read.</exception>
    public static VolumeIdentity? Read(IVolume volume)
    {
        try
        {
            using var stream = volume.OpenRead(FileName);
            if (stream is null)
                return null;
            if (stream.Length > MaxBytes)
                throw new JsonException("too long");
            var identity = JsonSerializer.Deserialize<VolumeIdentity>(stream, ContractJson.Options);
            return identity is { Schema: SchemaName } ? identity : throw new JsonException($"schema is not {SchemaName}");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new WrongVolumeException(
                $"{volume.Root}/{FileName}",
                "The file cannot be read. Restore it from a backup; its id stands in the index and in the ledger.",
                e
            );
        }
    }

    /// <summary>
    /// Refuses any volume but <paramref name="id"/>: an unmounted disk leaves an empty folder of the root disk, which must not be filled.
    /// </summary>
    /// <exception cref="WrongVolumeException">It is another one or none.</exception>
    public static void Require(IVolume volume, Guid id)
    {
        var found = Read(volume);
        if (found is null)
            throw new WrongVolumeException(volume.Root, $"There is no {FileName} here; volume {id} is expected. Mount the footage disk.");
        if (found.Id != id)
            throw new WrongVolumeException(volume.Root, $"This is volume {found.Id}; {id} is expected. Mount the right disk.");
    }

    /// <summary>Refuses a folder that something lies in: only an empty one becomes a volume.</summary>
    /// <exception cref="WrongVolumeException">The folder is not empty.</exception>
    public static void RequireEmpty(IVolume volume)
    {
        var strange = volume
            .Files("")
            .Concat(volume.Folders(""))
            .FirstOrDefault(n => n is not ("lost+found" or VolumeLock.FileName or ReserveName or FileName + ".new"));
        if (strange is not null)
            throw new WrongVolumeException(
                volume.Root,
                $"There is no {FileName}, but there is \"{strange}\": this is no footage volume. Give an empty folder or the right disk."
            );
    }

    /// <summary>Makes an empty folder a volume.</summary>
    /// <exception cref="WrongVolumeException">The folder is not empty.</exception>
    public static VolumeIdentity Create(IVolume volume, SiteId site, DateTimeOffset now)
    {
        RequireEmpty(volume);
        var identity = new VolumeIdentity(SchemaName, Guid.NewGuid(), site, now.ToUniversalTime());
        volume.Delete(FileName + ".new");
        using (var file = volume.Create(FileName + ".new"))
        {
            file.Append([JsonSerializer.SerializeToUtf8Bytes(identity, ContractJson.Options)]);
            file.Flush();
        }

        volume.Rename(FileName + ".new", FileName);
        volume.FlushFolder("");
        return identity;
    }
}
