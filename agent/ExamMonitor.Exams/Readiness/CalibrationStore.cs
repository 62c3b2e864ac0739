using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Floor.Rooms;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;

namespace ExamMonitor.Exams.Readiness;

/// <summary>
/// Who signed which map. The signature is an entry of the ledger; a small file remembers where it stands, and is believed only as far as
/// the entry says the same. Thread-safe.
/// </summary>
/// <param name="path">File.</param>
/// <param name="ledger">Ledger.</param>
internal sealed class CalibrationStore(string path, VolumeLedger ledger)
{
    /// <summary>Kind of the entry.</summary>
    public const string Kind = "calibration";

    private readonly Lock _gate = new();

    /// <summary>Enters that a person looked at the room's map and its reference pictures, and found them right.</summary>
    /// <returns>Number of the entry.</returns>
    public long Sign(RoomSetup room, ActingPerson person, DateTimeOffset now)
    {
        lock (_gate)
        {
            var facts = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["room"] = room.Id.Text,
                ["sha256"] = DigestOf(room),
                ["person"] = person.Name,
            };
            if (person.Reason is { } reason)
                facts["reason"] = reason;
            var entry = ledger.Append(Kind, facts);
            var places = Load();
            places[room.Id.Text] = new(entry, now);
            Secrets.WritePrivately(path, JsonSerializer.Serialize(places, ContractJson.Options));
            return entry;
        }
    }

    /// <summary>How the map in force is signed.</summary>
    public CalibrationReadiness Of(RoomSetup room)
    {
        lock (_gate)
        {
            if (!Load().TryGetValue(room.Id.Text, out var place) || place.Entry < 0 || place.Entry >= ledger.Log.Size)
                return CalibrationReadiness.None;
            if (
                LedgerEntry.Parse(ledger.Log.Read(place.Entry)) is not { Kind: Kind, Facts: { } facts } entry
                || facts.GetValueOrDefault("room") != room.Id.Text
            )
                return CalibrationReadiness.None;
            return new(facts.GetValueOrDefault("sha256") == DigestOf(room), facts.GetValueOrDefault("person"), entry.At);
        }
    }

    /// <summary>Entry of the signature under the map as it is in force; null when nobody signed it as it is.</summary>
    public long? EntryOf(RoomSetup room)
    {
        lock (_gate)
            return Of(room).IsOfThisMap == true && Load().TryGetValue(room.Id.Text, out var place) ? place.Entry : null;
    }

    /// <summary>
    /// SHA-256 over the map's file and its reference pictures, each by its own hash, hex. A missing picture counts as such.
    /// </summary>
    public static string DigestOf(RoomSetup room)
    {
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in room.Map.Cameras.Select(c => RoomSetup.ReferencePath(room.MapPath, c)).Prepend(room.MapPath))
            all.AppendData(HashOf(file));
        return Convert.ToHexStringLower(all.GetHashAndReset());
    }

    private static byte[] HashOf(string? file)
    {
        try
        {
            return file is null ? new byte[SHA256.HashSizeInBytes] : SHA256.HashData(File.ReadAllBytes(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new byte[SHA256.HashSizeInBytes];
        }
    }

    private Dictionary<string, Place> Load()
    {
        try
        {
            return File.Exists(path)
                ? JsonSerializer.Deserialize<Dictionary<string, Place>>(File.ReadAllBytes(path), ContractJson.Options) ?? []
                : [];
        }
        catch (JsonException)
        {
            // The signatures still stand in the ledger; a person signs again.
            return [];
        }
    }

    private sealed record Place(long Entry, DateTimeOffset At);
}
