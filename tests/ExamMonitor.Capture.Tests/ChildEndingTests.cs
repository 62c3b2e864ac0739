using ExamMonitor.Capture.Ffmpeg;
using ExamMonitor.Contracts.Messages;
using Xunit;

namespace ExamMonitor.Capture.Tests;

/// <summary>From what was seen to the cause of the gap: what the child did comes before what it said.</summary>
public sealed class ChildEndingTests
{
    private static readonly Uri Address = new("rtsp://10.0.0.7:554/live");
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(8);

    [Theory]
    [InlineData(137, "", GapCause.Agent)]
    [InlineData(139, "Connection refused", GapCause.Agent)]
    [InlineData(134, "401 Unauthorized", GapCause.Agent)]
    [InlineData(-1073741819, "", GapCause.Agent)]
    [InlineData(255, "Exiting normally, received signal 15.", GapCause.Agent)]
    [InlineData(0, "", GapCause.Network)]
    [InlineData(1, "Connection refused", GapCause.Network)]
    [InlineData(1, "401 Unauthorized", GapCause.Authentication)]
    [InlineData(1, "404 Not Found", GapCause.Camera)]
    [InlineData(255, "", GapCause.Network)]
    public void Explain_OfAChildThatEndedByItself_CauseByItsEnd(int code, string line, GapCause cause) =>
        Assert.Equal(
            cause,
            new ChildEnding(Address, [line], code) { Began = true }
                .Explain()
                .Cause
        );

    [Theory]
    [InlineData(false, true, false, GapCause.Agent)]
    [InlineData(false, false, false, GapCause.Agent)]
    [InlineData(false, true, true, GapCause.Agent)]
    [InlineData(true, true, false, GapCause.Network)]
    [InlineData(true, false, false, GapCause.Network)]
    [InlineData(true, true, true, GapCause.Camera)]
    public void Explain_OfASilentChild_CauseByWhetherItStillAnswered(bool answered, bool began, bool soundAlone, GapCause cause)
    {
        var failure = new ChildEnding(Address, ["Exiting normally, received signal 15."], answered ? 255 : 137)
        {
            Silence = Silence,
            Answered = answered,
            Began = began,
            SoundAlone = soundAlone,
        }.Explain();
        Assert.Equal(cause, failure.Cause);
        Assert.NotEmpty(failure.Text.Zh);
    }
}
