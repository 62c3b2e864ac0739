using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class EntryCheckTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly StoredSegment Row = new(
        7,
        RoomId.Of("R1"),
        CameraId.Of("C1"),
        1,
        12,
        "R1/C1/one.mp4",
        Nine,
        Nine.AddMinutes(1),
        0,
        5_400_000,
        4096,
        Hash,
        false,
        3
    );

    private static readonly ParsedEntry Entry = new(
        LedgerEntry.Segment,
        Nine,
        "R1",
        "C1",
        12,
        Path: "R1/C1/one.mp4",
        Start: Nine,
        End: Nine.AddMinutes(1),
        Bytes: 4096,
        Sha256: Convert.ToHexStringLower(Hash)
    );

    public static TheoryData<string, ParsedEntry?> Others { get; } =
        new()
        {
            { "none", null },
            { "kind", Entry with { Kind = LedgerEntry.Gap } },
            { "room", Entry with { Room = "R2" } },
            { "camera", Entry with { Camera = "C2" } },
            { "number", Entry with { Number = 13 } },
            { "path", Entry with { Path = "R1/C1/two.mp4" } },
            { "start", Entry with { Start = Nine.AddMilliseconds(1) } },
            { "no start", Entry with { Start = null } },
            { "end", Entry with { End = Nine.AddMinutes(1).AddMilliseconds(1) } },
            { "no end", Entry with { End = null } },
            { "bytes", Entry with { Bytes = 4097 } },
            { "hash", Entry with { Sha256 = new('0', 64) } },
        };

    [Fact]
    public void Agrees_EntryOfTheRow_Holds() => Assert.True(EntryCheck.Agrees(Row, Entry));

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Agrees_AnyOtherFact_Fails(string what, ParsedEntry? entry) => Assert.False(EntryCheck.Agrees(Row, entry), what);
}
