using ExamMonitor.Agent.Api;
using Xunit;

namespace ExamMonitor.Agent.Tests.Api;

public sealed class TimeRangeTests
{
    [Theory]
    [InlineData("2026-03-01T08:00:00Z", "2026-03-01T09:00:00Z")]
    [InlineData("2026-03-01T16:00:00+08:00", "2026-03-01T17:00:00.000 08:00")]
    public void Parse_Instants_GivesUtc(string from, string to)
    {
        var range = TimeRange.Parse(from, to, TimeSpan.FromHours(24), out var fault);
        Assert.Null(fault);
        Assert.Equal(new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero), range!.From);
        Assert.Equal(TimeSpan.FromHours(1), range.To - range.From);
    }

    [Theory]
    [InlineData(null, "2026-03-01T09:00:00Z", "'from' is missing")]
    [InlineData("yesterday", "2026-03-01T09:00:00Z", "'from' is not an instant")]
    [InlineData("2026-03-01T08:00:00", "2026-03-01T09:00:00Z", "'from' is not an instant")]
    [InlineData("2026-13-01T08:00:00Z", "2026-03-01T09:00:00Z", "'from' is not an instant")]
    [InlineData("2026-03-01T09:00:00Z", "2026-03-01T09:00:00Z", "before")]
    [InlineData("2026-03-01T09:00:00Z", "2026-03-03T09:00:00Z", "24 hours")]
    public void Parse_WrongTexts_SaysWhichAndHow(string? from, string? to, string says)
    {
        Assert.Null(TimeRange.Parse(from, to, TimeSpan.FromHours(24), out var fault));
        Assert.Contains(says, fault, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Bearer secret", true)]
    [InlineData("bearer secret", true)]
    [InlineData("Bearer secret2", false)]
    [InlineData("Bearer", false)]
    [InlineData("Basic secret", false)]
    [InlineData(null, false)]
    public void Token_Header_IsAcceptedOnlyWhenItIsTheToken(string? header, bool accepted) =>
        Assert.Equal(accepted, new ApiToken("secret").Accepts(header));
}
