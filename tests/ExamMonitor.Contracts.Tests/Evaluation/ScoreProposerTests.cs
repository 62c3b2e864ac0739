using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Evaluation;

public sealed class ScoreProposerTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly ScoreSheet Renewal = ScoreSheets.Find("sd-renewal")!;
    private static readonly ScoreSheet Xinzhou = ScoreSheets.Find("xinzhou-2023")!;

    [Fact]
    public void Sheets_OfTheRegulations_HaveTheirItemsPointsAndGrades()
    {
        Assert.Equal(["COV-2", "RET-6", "EVA-1", "RET-7"], Renewal.Items.Select(i => i.Id));
        Assert.Equal(10, Renewal.Points);
        Assert.True(Renewal.Items[^1].IsDisqualifier);
        Assert.Equal(("合格", "不合格"), (Renewal.GradeOf(60).Name, Renewal.GradeOf(59.99).Name));
        Assert.Equal(["COV-8", "COV-3", "COV-4", "COV-5", "COV-6", "COV-7", "COV-9", "RET-5"], Xinzhou.Items.Select(i => i.Id));
        Assert.Equal(
            ("A", "B", "C", "D"),
            (Xinzhou.GradeOf(90).Name, Xinzhou.GradeOf(89.9).Name, Xinzhou.GradeOf(60).Name, Xinzhou.GradeOf(0).Name)
        );
    }

    [Fact]
    public void Proposal_WithAllProved_IsFullPoints()
    {
        var facts = new ScoreFacts([Session("S1", 1, 1, true)], [Finding("S1", SampleVerdict.InOrder)], true);
        Assert.Equal([2.0, 4.0, 4.0, null], Renewal.Items.Select(i => ScoreProposer.Of(i, facts).Points));
        Assert.Equal(1.5, ScoreProposer.Of(Xinzhou.Items.Single(i => i.Id == "COV-3"), facts).Points);
    }

    [Fact]
    public void Proposal_OfFiveParts_TakesAStepForEachThatIsNotProved()
    {
        var item = Xinzhou.Items.Single(i => i.Id == "COV-3");
        var proposal = ScoreProposer.Of(item, new([Session("S1", 1, 1, true), Session("S2", 0.97, 0.5, null)], [], false));
        // Stations, light (S2), sound and area (not measured before S2), link (not asked): nothing holds.
        Assert.Equal(0, proposal.Points);
        Assert.Equal(5, proposal.Parts.Count);
        Assert.Equal("S2", proposal.Parts.Single(p => p.Name.En == "Every station in view").Session!.Value.Text);
        Assert.Contains("97 %", proposal.Parts.Single(p => p.Name.En == "Every station in view").Why.En, StringComparison.Ordinal);
        Assert.Equal(1.2, ScoreProposer.Of(item, new([Session("S1", 1, 1, true)], [], false)).Points);
    }

    [Fact]
    public void Proposal_WithNothingMeasured_IsLeftToThePerson()
    {
        foreach (var item in Renewal.Items.Concat(Xinzhou.Items))
        {
            var proposal = ScoreProposer.Of(item, new([], [], false));
            Assert.Null(proposal.Points);
            Assert.True(proposal.Why.En.Length > 10 && proposal.Why.Zh.Length > 4, item.Id);
        }
    }

    [Fact]
    public void Proposal_OfSamples_CountsTheNewestFindingAndNoneThatCannotBeJudged()
    {
        var item = Renewal.Items.Single(i => i.Id == "EVA-1");
        SampleFinding[] findings =
        [
            Finding("S1", SampleVerdict.Issue, 1),
            Finding("S1", SampleVerdict.InOrder, 2),
            Finding("S2", SampleVerdict.Issue, 1),
            Finding("S3", SampleVerdict.CannotJudge, 1),
            Finding("S4", SampleVerdict.InOrder, 1),
        ];
        var proposal = ScoreProposer.Of(item, new([Session("S1", 1, 1, true)], findings, true));
        // Two of three: 2.67, rounded down to half a point.
        Assert.Equal(2.5, proposal.Points);
        Assert.Equal(["S2", "S3"], proposal.Parts.Select(p => p.Session!.Value.Text).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Disqualifier_IsNeverProposed_AndShowsWhatIsIncomplete()
    {
        var proposal = ScoreProposer.Of(Renewal.Items[^1], new([Session("S1", 1, 0.2, true)], [], true));
        Assert.Null(proposal.Points);
        Assert.False(proposal.Parts[0].Holds);
    }

    [Theory]
    [InlineData("COV-2", 2.0, "", null)]
    [InlineData("COV-2", 1.5, "", "say why")]
    [InlineData("COV-2", 1.5, "一处", null)]
    [InlineData("COV-2", 2.5, "x", "0 to 2")]
    [InlineData("COV-9", 1.0, "x", "no item")]
    [InlineData("RET-7", 0.0, "", "say why")]
    [InlineData("RET-7", null, "", null)]
    public void Marks_AreTakenOnlyWithTheirReasons(string item, double? points, string reason, string? fault)
    {
        var said = new ScoreMarksRequest("sd-renewal", "D1", ScoreRole.Expert, [new(item, points, reason)], "").Fault();
        if (fault is null)
            Assert.Null(said);
        else
            Assert.Contains(fault, said, StringComparison.Ordinal);
    }

    private static SampleFinding Finding(string session, SampleVerdict verdict, int minute = 0) =>
        new(
            "F",
            Start.AddMinutes(minute),
            "Li",
            1,
            new(ExamSessionId.Of(session), null, null, Start, Start.AddHours(1), verdict, [], "note", [])
        );

    private static SessionDetail Session(string id, double covered, double complete, bool? checks)
    {
        var session = new ExamSession(
            ExamSessionId.Of(id),
            BatchId.Of("B1"),
            RoomId.Of("R1"),
            Start,
            Start.AddHours(1),
            "Welding",
            10,
            false
        );
        var readiness = new RoomReadiness(
            RoomReadiness.SchemaName,
            Start,
            1,
            session.Room,
            session.Id,
            session.Start,
            session.End,
            session.Title,
            true,
            [
                .. new[] { "whole-area", "audio", "plates" }.Select(c => new ReadinessCheck(
                    c,
                    checks,
                    true,
                    new("Looked at.", "已检查。"),
                    null
                )),
            ]
        );
        return new(
            new(session, SessionState.Over, session.Start, session.End, complete, 0, true),
            [],
            [new(StationId.Of("1"), 3600, 3600, 1, covered, covered, 0)],
            complete < 1 ? [new(CameraId.Of("C1"), Start.AddMinutes(5), Start.AddMinutes(6), GapCause.Network, null)] : [],
            [],
            readiness
        );
    }

    /// <summary>
    /// The form's own sums: 100 points in the groups that it names, ten disqualifiers, and each item of the sheet word by word among its
    /// rows.
    /// </summary>
    [Fact]
    public void Form_OfTheRenewal_IsTheWholeForm()
    {
        var (sheet, form) = (ScoreSheets.Find("sd-renewal")!, ScoreSheets.Find("sd-renewal")!.Form!);
        Assert.Equal((100, 10), (form.Rows.Sum(r => r.Points), form.Disqualifiers.Count));
        foreach (var group in form.Rows.GroupBy(r => r.Group))
        {
            var stated = System.Text.RegularExpressions.Regex.Match(
                group.Key,
                "\\((?<points>[0-9]+)分\\)",
                System.Text.RegularExpressions.RegexOptions.ExplicitCapture,
                TimeSpan.FromSeconds(1)
            );
            Assert.Equal((group.Key, stated.Groups["points"].Value), (group.Key, $"{group.Sum(r => r.Points)}"));
        }

        foreach (var item in sheet.Items.Where(i => !i.IsDisqualifier))
            Assert.Equal(
                (item.Text, item.Points),
                Assert.Single(form.Rows, r => r.Item == item.Id) is var row ? (row.Text, row.Points) : default
            );
        Assert.Equal("10." + sheet.Items.Single(i => i.IsDisqualifier).Text, form.Disqualifiers[9]);
    }
}
