using ExamMonitor.Contracts;
using ExamMonitor.Messaging;
using ExamMonitor.Mqtt;
using Xunit;

namespace ExamMonitor.Agent.Tests.Broker;

public sealed class BrokerRulesTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private static readonly LocalText Reason = new("Nothing listens.", "没有程序在监听。");

    [Theory]
    [InlineData(19, false)]
    [InlineData(21, true)]
    public void Unreachable_SinceSeconds_IsAProblemBeforeHalfAMinute(int seconds, bool problem)
    {
        var state = new MqttConnectionState(Connected: false, Now - TimeSpan.FromSeconds(seconds), 3, Reason);
        Assert.Equal(problem ? ["broker-unreachable"] : [], CodesOf(state));
    }

    [Fact]
    public void Unreachable_OwnBrokerFailed_ItsReasonIsGiven()
    {
        var state = new MqttConnectionState(Connected: false, Now - TimeSpan.FromMinutes(1), 3, Reason);
        var child = new LocalText("The broker does not answer although it runs.", "消息代理没有应答。");
        Assert.Equal(child, Assert.Single(BrokerRules.Of(Now, state, child, "mqtt://127.0.0.1:1883", "agent-a1")).Text);
    }

    [Theory]
    [InlineData(1, true, 0, false)]
    [InlineData(2, true, 0, true)]
    [InlineData(2, false, 0, false)]
    [InlineData(3, false, 0, true)]
    [InlineData(5, true, 16, false)]
    public void Evicted_Times_IsAProblemWhenCertainTwiceOrLikelyThrice(int count, bool certain, int minutesAgo, bool problem)
    {
        var state = new MqttConnectionState(Connected: true, Now, 0, null)
        {
            Evictions = new(count, certain, Now - TimeSpan.FromMinutes(minutesAgo)),
        };
        Assert.Equal(problem ? ["agent-id-taken"] : [], CodesOf(state));
    }

    private static IEnumerable<string> CodesOf(MqttConnectionState state) =>
        BrokerRules.Of(Now, state, null, "mqtt://127.0.0.1:1883", "agent-a1").Select(o => o.Code);
}
