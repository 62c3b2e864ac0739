using ExamMonitor.Contracts;

namespace ExamMonitor.Packs;

/// <summary>What a pack holds, and by which entries of the ledger it is proved.</summary>
/// <param name="Schema"><see cref="PackFormat.SchemaName"/>.</param>
/// <param name="Id">Id of the pack.</param>
/// <param name="Origin">Origin of the ledger, <c>exam-monitor/SITE/AGENT</c>.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="MadeBy">Who asked for it.</param>
/// <param name="Reason">Why.</param>
/// <param name="TwoPersons">Whether exam footage is let go only when two persons approved it.</param>
/// <param name="Scope">What was asked for, in order of time.</param>
/// <param name="Clips">Clips in the pack, by camera, in order of time.</param>
/// <param name="Gaps">Gaps of the ledger in the scope, by camera, in order of time.</param>
/// <param name="Missing">Clips that the ledger knows and the pack does not hold.</param>
/// <param name="Entries">Numbers of all entries below <c>proof/entries/</c>, rising.</param>
/// <param name="Documents">Files that an entry of their own pins.</param>
/// <param name="Calibrations">Maps and reference pictures that a person signed.</param>
/// <param name="Consistency">Sizes of older heads that are proved to be the beginning.</param>
public sealed record PackFacts(
    string Schema,
    string Id,
    string Origin,
    DateTimeOffset MadeAt,
    string MadeBy,
    string Reason,
    bool TwoPersons,
    IReadOnlyList<PackScope> Scope,
    IReadOnlyList<PackClip> Clips,
    IReadOnlyList<PackGap> Gaps,
    IReadOnlyList<PackMissing> Missing,
    IReadOnlyList<long> Entries,
    IReadOnlyList<PackDocument> Documents,
    IReadOnlyList<PackCalibration> Calibrations,
    IReadOnlyList<long> Consistency
);

/// <summary>A stretch of time of a room.</summary>
/// <param name="Session">Session; empty for none.</param>
/// <param name="Room">Room.</param>
/// <param name="From">UTC.</param>
/// <param name="To">UTC, exclusive.</param>
/// <param name="Station">Station that is meant; null for all.</param>
/// <param name="Cameras">Cameras of the room, in order.</param>
public sealed record PackScope(
    string Session,
    RoomId Room,
    DateTimeOffset From,
    DateTimeOffset To,
    StationId? Station,
    IReadOnlyList<CameraId> Cameras
);

/// <summary>A clip, bit for bit as it was recorded.</summary>
/// <param name="Path">Path in the pack.</param>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Hash, hex.</param>
/// <param name="Entry">Number of its entry.</param>
public sealed record PackClip(
    string Path,
    RoomId Room,
    CameraId Camera,
    DateTimeOffset Start,
    DateTimeOffset End,
    long Bytes,
    string Sha256,
    long Entry
);

/// <summary>Time without footage.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Start">UTC.</param>
/// <param name="End">UTC, exclusive.</param>
/// <param name="Cause">Why, kebab case.</param>
/// <param name="Entry">Number of its entry.</param>
public sealed record PackGap(RoomId Room, CameraId Camera, DateTimeOffset Start, DateTimeOffset End, string Cause, long Entry);

/// <summary>A clip that the ledger knows and the pack does not hold.</summary>
/// <param name="Entry">Number of its entry.</param>
/// <param name="Path">Where it lay on the volume.</param>
/// <param name="Why"><c>destroyed</c> (an entry of its destruction is in the pack), <c>second-tier</c> or <c>absent</c>.</param>
public sealed record PackMissing(long Entry, string Path, string Why);

/// <summary>A file whose hash is a fact of an entry.</summary>
/// <param name="Path">Path in the pack.</param>
/// <param name="Entry">Number of the entry.</param>
/// <param name="Fact">Name of the fact.</param>
public sealed record PackDocument(string Path, long Entry, string Fact);

/// <summary>A map with its reference pictures. The fact <c>sha256</c> of the entry is the hash over the hashes of the files, in this
/// order.</summary>
/// <param name="Room">Room.</param>
/// <param name="Entry">Number of the entry; null while no signature fits the map in force.</param>
/// <param name="Files">Paths in the pack; an empty text for a picture that was not there.</param>
public sealed record PackCalibration(RoomId Room, long? Entry, IReadOnlyList<string> Files);
