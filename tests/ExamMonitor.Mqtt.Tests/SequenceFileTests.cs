using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Mqtt.Tests;

public sealed class SequenceFileTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void Next_AcrossManyRestarts_NeverRepeatsAndNeverFalls()
    {
        var last = 0L;
        for (var start = 0; start < 20; start++)
        {
            var file = SequenceFile.Open(_folder.Path, _time);
            for (var n = 0; n < 1000; n++)
            {
                var next = file.Next("t");
                Assert.True(next > last);
                last = next;
            }
        }
    }

    [Fact]
    public void Next_ClockSetBack_StillGrows()
    {
        var before = SequenceFile.Open(_folder.Path, _time).Next("t");
        _time.StepWallClock(TimeSpan.FromDays(-300));
        Assert.True(SequenceFile.Open(_folder.Path, _time).Next("t") > before);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("exam-monitor/sequence/1\nrubbish\n")]
    public void Next_FileLostOrDamaged_GrowsByTheClock(string? content)
    {
        var before = SequenceFile.Open(_folder.Path, _time).Next("t");
        if (content is null)
            File.Delete(_folder["sequence"]);
        else
            File.WriteAllText(_folder["sequence"], content);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.True(SequenceFile.Open(_folder.Path, _time).Next("t") > before);
    }

    [Fact]
    public void NextWill_EachConnection_LiesAboveItsNumbersAndBelowTheNext()
    {
        var file = SequenceFile.Open(_folder.Path, _time);
        var will = 0L;
        for (var connection = 0; connection < 5; connection++)
        {
            var before = will;
            will = file.NextWill("t");
            for (var n = 0; n < 10; n++)
                Assert.InRange(file.Next("t"), before + 1, will - 1);
        }

        Assert.True(SequenceFile.Open(_folder.Path, _time).Next("t") > will);
    }

    public void Dispose() => _folder.Dispose();
}
