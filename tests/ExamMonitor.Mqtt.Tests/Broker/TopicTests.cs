using Xunit;

namespace ExamMonitor.Mqtt.Tests.Broker;

public sealed class TopicTests
{
    [Theory]
    [InlineData("a/#", "a/b", true)]
    [InlineData("a/#", "a/#", true)]
    [InlineData("a/#", "a", true)]
    [InlineData("a/#", "a/+/c", true)]
    [InlineData("a/#", "#", false)]
    [InlineData("a/#", "+/b", false)]
    [InlineData("a/+", "a/b", true)]
    [InlineData("a/+", "a/+", true)]
    [InlineData("a/+", "a/#", false)]
    [InlineData("a/b", "a/+", false)]
    [InlineData("a/b", "a/b/c", false)]
    [InlineData("#", "$SYS/x", false)]
    [InlineData("$SYS/#", "$SYS/x", true)]
    public void Covers_GrantedAndWanted_OnlyWhatIsWithin(string granted, string wanted, bool covers) =>
        Assert.Equal(covers, TopicText.Covers(granted, wanted));

    [Theory]
    [InlineData("a/+/b", true)]
    [InlineData("#", true)]
    [InlineData("a/#", true)]
    [InlineData("a#", false)]
    [InlineData("a/#/b", false)]
    [InlineData("a+/b", false)]
    [InlineData("", false)]
    public void IsFilter_Text_ByTheStandard(string text, bool isFilter) => Assert.Equal(isFilter, TopicText.IsFilter(text));
}
