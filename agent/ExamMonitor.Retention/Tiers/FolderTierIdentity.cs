using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention.Tiers;

/// <summary>The file by which a folder says that it is an archive tier, and which one.</summary>
/// <param name="volume">The folder.</param>
/// <param name="name">How the tier is named in a refusal.</param>
internal sealed class FolderTierIdentity(IVolume volume, string name)
{
    /// <summary>What the folder says; null when it says nothing.</summary>
    /// <exception cref="TierRefusedException">The file cannot be read.</exception>
    public TierIdentity? Read()
    {
        using var stream = volume.OpenRead(TierIdentity.FileName);
        if (stream is null)
            return null;
        if (stream.Length > TierIdentity.MaxBytes)
            throw new TierRefusedException("use the archive tier", name, $"{TierIdentity.FileName} cannot be read.");
        try
        {
            return JsonSerializer.Deserialize<TierIdentity>(stream, ContractJson.Options) is { Schema: TierIdentity.SchemaName } found
                ? found
                : throw new JsonException("another schema");
        }
        catch (JsonException e)
        {
            throw new TierRefusedException(
                "use the archive tier",
                name,
                $"{TierIdentity.FileName} cannot be read. Restore it, or name another tier.",
                e
            );
        }
    }

    /// <summary>Makes the folder a tier: it must be empty.</summary>
    /// <exception cref="TierRefusedException">Something else lies there.</exception>
    public TierIdentity Create(TierIdentity identity)
    {
        if (
            volume.Files("").Concat(volume.Folders("")).FirstOrDefault(n => n is not ("lost+found" or TierIdentity.FileName + ".new")) is
            { } strange
        )
            throw new TierRefusedException(
                "make an archive tier",
                name,
                $"The folder has no {TierIdentity.FileName}, but there is \"{strange}\". Give an empty folder or the right disk."
            );
        volume.Delete(TierIdentity.FileName + ".new");
        using (var file = volume.Create(TierIdentity.FileName + ".new"))
        {
            file.Append([JsonSerializer.SerializeToUtf8Bytes(identity, ContractJson.Options)]);
            file.Flush();
        }

        volume.Rename(TierIdentity.FileName + ".new", TierIdentity.FileName);
        volume.FlushFolder("");
        return identity;
    }
}
