using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Footage.Tests.Retention;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>One destruction against the entries before it. What a whole volume shows stands in the matrices.</summary>
public sealed class DestructionAuditTests : IDisposable
{
    private const string SessionFile = "batches/2026/B1/sessions.jsonl";
    private static readonly DateTimeOffset Nine = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    /// <summary>When the window of half a year has ended.</summary>
    private static readonly DateTimeOffset Late = new(2026, 9, 3, 0, 0, 0, TimeSpan.Zero);
    private static readonly byte[] Hash = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
    private static readonly RetentionRules HalfAYear = RulesOf("shandong-rules");
    private static readonly RetentionRules FiveYears = RulesOf("zaozhuang-2023");

    private readonly TempFolder _volume = new();
    private readonly DestructionAudit _audit;

    public DestructionAuditTests() => _audit = new(_volume.Path);

    public void Dispose() => _volume.Dispose();

    private static RetentionRules RulesOf(string profile) =>
        RetentionRulesReader
            .Combine(
                new()
                {
                    Profiles = [profile],
                    IdleDays = 30,
                    TimeZone = "UTC",
                }
            )
            .Rules;

    private void Take(string kind, string file, long number, object line) =>
        _audit.Take(
            new(
                kind,
                Nine,
                Facts: new Dictionary<string, string>(StringComparer.Ordinal)
                {
                    ["file"] = file,
                    ["number"] = number.ToString(CultureInfo.InvariantCulture),
                    ["line"] = line as string ?? JsonSerializer.Serialize(line, line.GetType(), ContractJson.Options),
                }
            )
        );

    private void TakeRules(
        RetentionRules? rules = null,
        long number = 1,
        double days = -10,
        bool twoPersons = false,
        string file = RetentionFiles.Rules
    ) =>
        Take(
            "retention-rules",
            file,
            number,
            new RulesLine(Nine.AddDays(days), "configuration", rules ?? HalfAYear) { TwoPersons = twoPersons }
        );

    private void TakeSession(DateTimeOffset? start = null, long version = 1, string file = SessionFile, bool cancelled = false) =>
        Take(
            "session",
            file,
            version,
            new SessionLine(Nine.AddDays(-5), "import", version, RetentionWorld.Session("S1", start ?? Nine, cancelled: cancelled))
        );

    private void TakeHold(string file = RetentionFiles.Holds) =>
        Take("hold-placed", file, 1, new HoldLine(new(HoldId.Of("H1"), [Everything], "dispute", "Li", Nine, null, null), null, null));

    private static FootageScope Everything { get; } = new(null, null, null, null, null, null);

    private void Approve(string digest, string by, long number, DateTimeOffset? at = null) =>
        Take("destruction-approved", RetentionFiles.Approvals, number, new ApprovalLine(digest, 1, 4096, by, "ok", at ?? Late.AddDays(-1)));

    private string List(string content)
    {
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        Directory.CreateDirectory(_volume["retention/proposals"]);
        File.WriteAllText(_volume[RetentionFiles.ListOf(digest)], content);
        return digest;
    }

    private static DestructionRecord Record(RetentionReason? reason = null, DateTimeOffset? start = null)
    {
        var from = start ?? Nine;
        var path = ArchivePath.Of(RetentionWorld.Room, CameraId.Of("C1"), from, 1);
        var segment = new StoredSegment(7, path.Room, path.Camera, 1, 12, path.File, from, from.AddMinutes(1), 0, 1, 4096, Hash, false, 3);
        var why =
            reason ?? new WindowEnded(HalfAYear.Exam[0], ExamSessionId.Of("S1"), BatchId.Of("B1"), DateOnly.FromDateTime(Late.UtcDateTime));
        var footage = new FootageCandidate(7, path.Room, path.Camera, from, from.AddMinutes(1), 4096);
        return DestructionRecord.Of(segment, new(footage, RetentionVerdict.Discard, why, null), Late, "job:sweep");
    }

    private FindingKind? Judge(DestructionRecord? record = null, DateTimeOffset? at = null, DateTimeOffset? start = null)
    {
        var from = start ?? Nine;
        var held = new HeldSegment(new(Hash), 4096, UnixMs.Of(from), UnixMs.Of(from.AddMinutes(1)), 3);
        return _audit.Judge(Entry(record ?? Record(), at), 40, held)?.Kind;
    }

    private static ParsedEntry Entry(DestructionRecord record, DateTimeOffset? at = null) =>
        LedgerEntry.Parse(LedgerEntry.Format(DestructionRecord.Kind, at ?? Late, record.Room, record.Camera, record.ToFacts()))!;

    private void TakeUsual(bool twoPersons = false)
    {
        TakeRules(twoPersons: twoPersons);
        TakeSession();
    }

    [Fact]
    public void Judge_ExamFootageWhoseWindowHasEnded_IsLawfulFromThatMidnightOn()
    {
        TakeUsual();
        Assert.Null(Judge());
        Assert.Equal(FindingKind.DestructionEarly, Judge(at: Late.AddMilliseconds(-1)));
    }

    public static TheoryData<string, DestructionRecord> Others { get; } =
        new()
        {
            { "hash", Record() with { Sha256 = new('0', 64) } },
            { "bytes", Record() with { Bytes = 4097 } },
            { "start", Record() with { Start = Nine.AddMilliseconds(1) } },
            { "end", Record() with { End = Nine.AddMinutes(1).AddMilliseconds(1) } },
            { "room", Record() with { Room = RoomId.Of("R2") } },
            { "camera", Record() with { Camera = CameraId.Of("C2") } },
            { "path", Record() with { Path = "elsewhere" } },
        };

    [Theory]
    [MemberData(nameof(Others), DisableDiscoveryEnumeration = true)]
    public void Judge_EntryThatSaysSomethingElseOfTheSegment_IsUnfounded(string what, DestructionRecord record)
    {
        TakeUsual();
        Assert.True(Judge(record) == FindingKind.DestructionUnfounded, what);
    }

    [Fact]
    public void Judge_SegmentThatTheLedgerDoesNotHold_IsUnfounded()
    {
        TakeUsual();
        Assert.Equal(FindingKind.DestructionUnfounded, _audit.Judge(Entry(Record()), 40, null)?.Kind);
        var none = Entry(Record()) with { Room = null };
        Assert.Equal(Record().Path, _audit.Judge(none, 40, null)!.Subject);
        Assert.Equal("Entry 40", _audit.Judge(none with { Facts = null }, 40, null)!.Subject);
    }

    [Fact]
    public void Judge_UnderAHold_IsHeldUntilItIsLifted()
    {
        TakeUsual();
        TakeHold("retention/other.jsonl");
        Assert.Null(Judge());
        TakeHold();
        Assert.Equal(FindingKind.DestructionHeld, Judge());
        Take("hold-lifted", RetentionFiles.Holds, 2, new HoldLine(null, HoldId.Of("H1"), new("Wang", Nine, "settled")));
        Assert.Null(Judge());
    }

    [Fact]
    public void Judge_WithoutRulesThatCanBeRead_IsUnfounded()
    {
        TakeSession();
        Assert.Equal(FindingKind.DestructionUnfounded, Judge());
        TakeRules(file: "retention/other.jsonl");
        Assert.Equal(FindingKind.DestructionUnfounded, Judge());
        TakeRules();
        Assert.Null(Judge());
        Take("session", SessionFile, 2, "no line");
        Assert.Equal(FindingKind.DestructionUnfounded, Judge());
    }

    [Fact]
    public void Judge_ZoneThatNobodyKnows_IsUnfounded()
    {
        TakeRules(HalfAYear with { TimeZone = "Nowhere/Land" });
        TakeSession();
        Assert.Equal(FindingKind.DestructionUnfounded, Judge());
    }

    /// <summary>The ground that is named must be that of the law; footage that was due by its age may have gone for space.</summary>
    [Fact]
    public void Judge_AnotherGround_IsUnfounded()
    {
        TakeUsual();
        Assert.Equal(FindingKind.DestructionUnfounded, Judge(Record() with { Rule = FiveYears.Exam[0].Name }));
        Assert.Equal(FindingKind.DestructionUnfounded, Judge(Record() with { Code = new IdleForSpace().Code }));
        Assert.Equal(FindingKind.DestructionUnfounded, Judge(Record() with { Code = "idle-aged", Rule = "idle" }));
    }

    [Fact]
    public void Judge_IdleFootage_GoesByAgeOrForSpace()
    {
        TakeUsual();
        var noon = Nine.AddHours(6);
        var (aged, space) = (Record(new IdleAged(30, new(2026, 4, 1)), noon), Record(new IdleForSpace(), noon));
        var (young, old) = (Nine.AddDays(5), Nine.AddDays(60));
        Assert.Null(Judge(aged, old, noon));
        Assert.Null(Judge(space, old, noon));
        Assert.Null(Judge(space, young, noon));
        Assert.Equal(FindingKind.DestructionEarly, Judge(aged, young, noon));
        Assert.Equal(FindingKind.DestructionUnfounded, Judge(aged with { Code = "window-ended" }, old, noon));
    }

    /// <summary>Rules that were replaced before a session began say nothing of it; those under which it began still hold.</summary>
    [Theory]
    [InlineData(-1, null)]
    [InlineData(1, FindingKind.DestructionEarly)]
    public void Judge_LongerRulesThatWereReplaced_HoldForWhatBeganUnderThem(double days, FindingKind? finding)
    {
        TakeRules(FiveYears, 1);
        TakeRules(HalfAYear, 2, days);
        TakeSession();
        Assert.Equal(finding, Judge());
    }

    /// <summary>The version that came last counts, whichever file it stands in.</summary>
    [Fact]
    public void Judge_SessionMovedToAnotherBatchAndCalledOff_LeavesIdleFootage()
    {
        TakeRules();
        TakeSession(file: "batches/2026/B2/sessions.jsonl");
        TakeSession(version: 2, file: "batches/2026/B1/sessions.jsonl", cancelled: true);
        Assert.Null(Judge(Record(new IdleAged(30, new(2026, 4, 1)))));
    }

    [Fact]
    public void Judge_TwoPersons_AskForAListThatTwoApproved()
    {
        TakeUsual(twoPersons: true);
        Assert.Equal(FindingKind.DestructionUnapproved, Judge());
        var (other, list) = (List("another 00\n"), List($"{Record().Path} {Record().Sha256}\nanother 00\n"));
        Approve(other, "Wang", 1);
        Approve(other, "Li", 2);
        Approve(list, "Wang", 3);
        Approve(list, " wang ", 4);
        Assert.Equal(FindingKind.DestructionUnapproved, Judge());
        Approve(list, "Li", 5);
        Assert.Null(Judge());
        // Rules that ask for no second person are the newest then.
        TakeRules(number: 2, days: 1);
        Assert.Null(Judge());
    }

    [Fact]
    public void Judge_TwoPersonsByTheNewestRules_AskForApprovals()
    {
        TakeUsual();
        TakeRules(number: 2, days: 1, twoPersons: true);
        Assert.Equal(FindingKind.DestructionUnapproved, Judge());
    }

    [Theory]
    [InlineData(89, true)]
    [InlineData(90, false)]
    public void Judge_TwoPersons_ApprovalsOfNinetyDaysHaveLapsed(int days, bool counts)
    {
        TakeUsual(twoPersons: true);
        var list = List($"{Record().Path} {Record().Sha256}\n");
        Approve(list, "Wang", 1, Late.AddDays(-days));
        Approve(list, "Li", 2, Late.AddDays(-days));
        Assert.Equal(counts ? null : FindingKind.DestructionUnapproved, Judge());
    }

    /// <summary>The list that lies there must be the one that was approved.</summary>
    [Theory]
    [InlineData("changed")]
    [InlineData("gone")]
    [InlineData("of no digest")]
    [InlineData("of a short digest")]
    public void Judge_TwoPersonsAndAnotherList_ApproveNothing(string how)
    {
        TakeUsual(twoPersons: true);
        var digest = List("another 00\n");
        if (how == "changed")
            File.WriteAllText(_volume[RetentionFiles.ListOf(digest)], $"{Record().Path} {Record().Sha256}\n");
        else if (how == "gone")
            File.Delete(_volume[RetentionFiles.ListOf(digest)]);
        else if (how == "of no digest")
            digest = new string('0', 63) + "G";
        else
            digest = "0a";
        Approve(digest, "Wang", 1);
        Approve(digest, "Li", 2);
        Assert.Equal(FindingKind.DestructionUnapproved, Judge());
    }

    /// <summary>Lists are read anew when there are many: memory does not grow with the approvals.</summary>
    [Fact]
    public void Judge_TwoPersonsAndManyLists_FindsTheOne()
    {
        TakeUsual(twoPersons: true);
        var lists = Enumerable.Range(0, 20).Select(i => List($"another {i}\n")).Append(List($"{Record().Path} {Record().Sha256}\n"));
        foreach (var (digest, i) in lists.Select((d, i) => (d, i)))
        {
            Approve(digest, "Wang", (2 * i) + 1);
            Approve(digest, "Li", (2 * i) + 2);
        }

        Assert.Null(Judge());
        Assert.Null(Judge());
    }
}
