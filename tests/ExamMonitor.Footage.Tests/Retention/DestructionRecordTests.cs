using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Footage.Tests.Survival;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

public sealed class DestructionRecordTests
{
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);
    private static readonly RoomId Room = RoomId.Of("R1");
    private static readonly CameraId Camera = CameraId.Of("C1");
    private static readonly SourcedRule Rule = RetentionRulesReader
        .Combine(new() { Profiles = ["shandong-rules"], TimeZone = "UTC" })
        .Rules.Exam[0];
    private static readonly WindowEnded Ended = new(Rule, ExamSessionId.Of("S1"), BatchId.Of("B1"), new(2026, 9, 2));

    private static DestructionRecord Of(RetentionReason reason, long? leaf = 3)
    {
        byte[] hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        var segment = new StoredSegment(7, Room, Camera, 1, 12, "R1/C1/one.mp4", Nine, Nine.AddMinutes(1), 0, 1, 4096, hash, false, leaf);
        var footage = new FootageCandidate(7, Room, Camera, Nine, Nine.AddMinutes(1), 4096);
        return DestructionRecord.Of(segment, new(footage, RetentionVerdict.Discard, reason, null), Nine.AddDays(200), "job:sweep");
    }

    private static ParsedEntry Entry(DestructionRecord record, DateTimeOffset at, params string[] without)
    {
        var facts = record.ToFacts().Where(f => !without.Contains(f.Key)).ToDictionary(f => f.Key, f => f.Value, StringComparer.Ordinal);
        return LedgerEntry.Parse(LedgerEntry.Format(DestructionRecord.Kind, at, record.Room, record.Camera, facts))!;
    }

    public static TheoryData<RetentionReason, FootageClass, string> Reasons { get; } =
        new()
        {
            { Ended, FootageClass.Exam, Rule.Name },
            { new IdleAged(30, new(2026, 4, 1)), FootageClass.Idle, "idle" },
            { new IdleForSpace(), FootageClass.Idle, "idle" },
        };

    [Theory]
    [MemberData(nameof(Reasons), DisableDiscoveryEnumeration = true)]
    public void Of_WhatTheLedgerHolds_IsTheRecord(RetentionReason reason, FootageClass footageClass, string rule)
    {
        var record = Of(reason);
        Assert.Equal((-1L, 3L, footageClass, rule), (record.Ledger, record.Leaf, record.FootageClass, record.Rule));
        Assert.Equal((reason.Code, reason.Text), (record.Code, record.Reason));
        // It was entered a second after it was registered.
        Assert.Equal(record with { Ledger = 40 }, DestructionRecord.Of(Entry(record, record.At.AddSeconds(1)), 40));
    }

    [Fact]
    public void Of_EntryWithoutTimeOfTheRegister_IsOfTheEntrysTime() =>
        Assert.Equal(Nine.AddDays(201), DestructionRecord.Of(Entry(Of(Ended), Nine.AddDays(201), "registered"), 40)!.At);

    [Fact]
    public void Of_SegmentOrEntryWithoutItsPlaceInTheLedger_SaysSo()
    {
        Assert.Equal(-1, Of(Ended, leaf: null).Leaf);
        var read = DestructionRecord.Of(Entry(Of(Ended), Nine, "leaf", "bytes"), 40)!;
        Assert.Equal((-1L, -1L, 12L), (read.Leaf, read.Bytes, read.Number));
    }

    [Fact]
    public void Of_WhatIsNoDestruction_IsNone()
    {
        var entry = Entry(Of(Ended), Nine);
        Assert.Null(DestructionRecord.Of(entry with { Kind = LedgerEntry.Scrub }, 40));
        Assert.Null(DestructionRecord.Of(entry with { Facts = null }, 40));
        Assert.Null(DestructionRecord.Of(entry with { Room = null }, 40));
        Assert.Null(DestructionRecord.Of(entry with { Room = "no room" }, 40));
        Assert.Null(DestructionRecord.Of(entry with { Camera = null }, 40));
        Assert.Null(DestructionRecord.Of(entry with { Camera = "no camera" }, 40));
    }

    /// <summary>A sweep that goes on after a crash enters what is there once more: nothing is written twice, or at all.</summary>
    [Fact]
    public void Append_WhatIsThere_WritesNothing()
    {
        var volume = new SimulatedVolume();
        var log = new DestructionLog(volume);
        var (one, two) = (Of(Ended), Of(new IdleForSpace()) with { Path = "R1/C1/two.mp4" });
        Assert.Equal(1, log.Append("R1/C1", [one]).Lines);
        var (lines, hash) = log.Append("R1/C1", [one, two]);
        Assert.Equal(2, lines);
        var operations = volume.Operations;
        Assert.Equal((2L, hash), log.Append("R1/C1", [one, two]));
        Assert.Equal(operations, volume.Operations);
        Assert.Equal([one, two], log.Read("R1/C1"));
    }
}
