using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Evaluation;

/// <summary>What became of a stretch's footage. Two cameras, an hour.</summary>
public sealed class StretchFootageTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly CameraId[] Cameras = [CameraId.Of("C1"), CameraId.Of("C2")];

    [Fact]
    public void Of_AWholeSession_HasNothingToSay()
    {
        var footage = StretchFootage.Of(Session());
        Assert.Equal(
            (FootageState.Held, 7200, 7200, 1),
            (footage.State, footage.RequiredSeconds, footage.HeldSeconds, footage.RecordedShare)
        );
        Assert.Null(footage.Sentence());
    }

    [Fact]
    public void Of_ASessionThatWasNeverRecorded_PointsToTheGaps()
    {
        var footage = StretchFootage.Of(Session(Gaps(0, 60, GapCause.Agent)));
        Assert.Equal((FootageState.NeverRecorded, 0), (footage.State, footage.RecordedShare));
        Says(footage, "No camera recorded anything", "均未录到");
    }

    [Fact]
    public void Of_FootageOnTheArchiveTierAlone_SaysThatItIsBroughtBackFirst()
    {
        var footage = StretchFootage.Of(Session(away: 60));
        Assert.Equal((FootageState.Held, 7200), (footage.State, footage.ArchiveSeconds));
        Says(footage, "lies on the archive tier alone. Playing or packing it brings it back first", "仅存于归档存储，播放或打包前先取回");
        Says(StretchFootage.Of(Session(away: 20)), "33 % of its footage", "33 %");
        Assert.Null(StretchFootage.Of(Session(away: 20), Start.AddMinutes(30), Start.AddMinutes(60)).Sentence());
    }

    [Fact]
    public void Of_DestroyedFootage_NamesTheRegisterAndCountsAgainstNobody()
    {
        var footage = StretchFootage.Of(Session(Gaps(0, 60, GapCause.Unknown, destroyed: true)));
        Assert.Equal((FootageState.Destroyed, null), (footage.State, footage.RecordedShare));
        Says(footage, "destruction register", "销毁登记");
        var part = StretchFootage.Of(Session(Gaps(0, 30, GapCause.Unknown, destroyed: true)));
        Assert.Equal((FootageState.Held, 1), (part.State, part.RecordedShare));
        Says(part, "A part of its footage was destroyed", "部分录像已按保存规则依法销毁");
        Assert.Equal(
            FootageState.Destroyed,
            StretchFootage.Of(Session(Gaps(0, 30, GapCause.Unknown, destroyed: true)), Start, Start.AddMinutes(30)).State
        );
    }

    [Theory]
    [InlineData(10, 10)]
    [InlineData(20, 10)]
    [InlineData(60, 90)]
    [InlineData(-30, 0)]
    public void Of_AStretchWithoutLengthInTheSession_SaysSo(int from, int to)
    {
        var footage = StretchFootage.Of(Session(), Start.AddMinutes(from), Start.AddMinutes(to));
        Assert.Equal(FootageState.Empty, footage.State);
        Says(footage, "has no length", "长度为零");
    }

    [Fact]
    public void Of_ARoomWithoutCamerasOrATimeThatIsAhead_IsUnknown()
    {
        Assert.Equal(FootageState.Unknown, StretchFootage.Of(Session() with { Cameras = [] }).State);
        var running = Session() with { Cameras = [new(Cameras[0], 600, 600, 1)] };
        Assert.Equal(FootageState.Unknown, StretchFootage.Of(running, Start.AddMinutes(20), Start.AddMinutes(60)).State);
        Assert.Equal((FootageState.Held, 600), (StretchFootage.Of(running).State, StretchFootage.Of(running).RequiredSeconds));
        Says(StretchFootage.Of(running, Start.AddMinutes(20), Start.AddMinutes(60)), "does not know", "无法说明");
    }

    [Fact]
    public void Proposal_OfDestroyedFootage_SpeaksNeitherForNorAgainst()
    {
        var item = ScoreSheets.Find("sd-renewal")!.Items.Single(i => i.Id == "RET-6");
        var gone = ScoreProposer.Of(item, new([Session(Gaps(0, 60, GapCause.Unknown, destroyed: true))], [], true));
        Assert.Null(gone.Points);
        Assert.Contains("destruction register", Assert.Single(gone.Parts).Why.En, StringComparison.Ordinal);
        Assert.Contains("销毁登记", gone.Parts[0].Why.Zh, StringComparison.Ordinal);
        Assert.Equal(item.Points, ScoreProposer.Of(item, new([Session(Gaps(0, 30, GapCause.Unknown, destroyed: true))], [], true)).Points);
        Assert.Equal(0, ScoreProposer.Of(item, new([Session(Gaps(0, 60, GapCause.Agent))], [], true)).Points);
        Assert.Contains("归档存储", ScoreProposer.Of(item, new([Session(away: 60)], [], true)).Parts[0].Why.Zh, StringComparison.Ordinal);
    }

    private static void Says(StretchFootage footage, string en, string zh)
    {
        Assert.Contains(en, footage.Sentence()!.En, StringComparison.Ordinal);
        Assert.Contains(zh, footage.Sentence()!.Zh, StringComparison.Ordinal);
    }

    private static SessionGap[] Gaps(int from, int to, GapCause cause, bool destroyed = false) =>
        [.. Cameras.Select(c => new SessionGap(c, Start.AddMinutes(from), Start.AddMinutes(to), cause, null, destroyed))];

    private static SessionDetail Session(SessionGap[]? gaps = null, int away = 0)
    {
        var session = new ExamSession(
            ExamSessionId.Of("S1"),
            BatchId.Of("B1"),
            RoomId.Of("R1"),
            Start,
            Start.AddHours(1),
            "Welding",
            10,
            false
        );
        double Proven(CameraId camera) =>
            3600 - (gaps ?? []).Where(g => g.Camera == camera).Sum(g => (g.End!.Value - g.Start).TotalSeconds);
        IReadOnlyList<AwaySpan> spans = away == 0 ? [] : [new(Start, Start.AddMinutes(away))];
        return new(
            new(session, SessionState.Over, session.Start, session.End, Cameras.Min(Proven) / 3600, gaps?.Length ?? 0, true),
            [.. Cameras.Select(c => new CameraCompleteness(c, Proven(c), 3600, Proven(c) / 3600, spans))],
            [],
            gaps ?? [],
            [],
            null
        );
    }
}
