using ExamMonitor.Contracts.Law;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Law;

public sealed class LawProfileTests
{
    private const string Good = """
        {"schema": "exam-monitor/law-profile/1", "id": "x", "version": 1, "title": {"en": "X", "zh": "X"},
         "rules": [{"id": "r", "duties": ["RET-1"], "document": "d", "clause": "c", "text": "t", "footageClass": "exam",
          "window": "P6M", "start": "batch-day-end"}]}
        """;

    [Fact]
    public void Profiles_OfTheProduct_AreWholeAndSayWhatTheLawSays()
    {
        Assert.Equal(["shandong-rules", "xinzhou-2023", "zaozhuang-2023"], LawProfiles.All.Select(p => p.Profile!.Id));
        Assert.Empty(LawProfiles.All.SelectMany(p => p.Findings));
        Assert.Equal(["P6M", "P5Y", "P5Y"], LawProfiles.All.Select(p => Assert.Single(p.Profile!.Rules).Window!.Value.ToString()));
        Assert.Equal(["RET-1", "RET-4", "RET-2"], LawProfiles.All.Select(p => p.Profile!.Rules[0].Duties[0]));
        Assert.Equal("视频档案保存期不少于6个月", LawProfiles.Find("shandong-rules").Profile!.Rules[0].Text);
    }

    [Theory]
    [InlineData("\"window\": \"P6M\",", "", "\"window\" is missing")]
    [InlineData("\"P6M\"", "\"P0D\"", "no length")]
    [InlineData("\"P6M\"", "\"P-6M\"", "no ISO 8601 duration")]
    [InlineData("\"P6M\"", "6", "no ISO 8601 duration")]
    [InlineData("\"P6M\"", "null", "\"window\" is missing")]
    public void Window_ZeroMissingOrUnreadable_KeepsForEver(string from, string to, string says)
    {
        var reading = LawProfileFile.Parse(Good.Replace(from, to, StringComparison.Ordinal), "x.json");
        Assert.Contains(reading.Findings, f => f.Problem.En.Contains(says, StringComparison.Ordinal) && f.Line > 0 && f.Mend.Zh.Length > 0);
        var rules = RetentionRulesReader.Combine(new(), [reading]).Rules;
        Assert.Null(rules.LimitFor(new(2026, 3, 2)).LastKept);
        Assert.True(rules.KeepsForEver);
    }

    [Theory]
    [InlineData("\"clause\"", "\"clauze\"", "is not known here", "Did you mean \"clause\"?")]
    [InlineData("\"version\": 1", "\"version\": 1, \"surprise\": 2", "\"surprise\" is not known here", "Remove it.")]
    [InlineData("\"exam\"", "\"other\"", "is not one of idle, exam", "Write one of these words.")]
    [InlineData("law-profile/1", "law-profile/2", "not a law profile of version 1", "Write \"schema\"")]
    public void Profile_Mistake_IsFoundWithItsPlaceAndMend(string from, string to, string problem, string mend)
    {
        var reading = LawProfileFile.Parse(Good.Replace(from, to, StringComparison.Ordinal), "x.json");
        Assert.Contains(
            reading.Findings,
            f =>
                f.Problem.En.Contains(problem, StringComparison.Ordinal) && f.Mend.En.Contains(mend, StringComparison.Ordinal) && f.Line > 0
        );
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("""{"schema": "exam-monitor/law-profile/1", "rules": []}""")]
    public void Profile_Unusable_KeepsForEver(string text)
    {
        var reading = LawProfileFile.Parse(text, "x.json");
        Assert.Null(reading.Profile);
        Assert.NotEmpty(reading.Findings);
        Assert.True(RetentionRulesReader.Combine(new(), [reading, LawProfiles.Find("shandong-rules")]).Rules.KeepsForEver);
    }

    [Fact]
    public void Rules_WithoutProfile_KeepFiveYears() => Assert.Equal(new DateOnly(2031, 3, 2), Of().LimitFor(new(2026, 3, 2)).LastKept);

    [Fact]
    public void Rules_SeveralProfiles_TheLongestWins()
    {
        var limit = Of("shandong-rules", "xinzhou-2023").LimitFor(new(2026, 3, 2));
        Assert.Equal(("xinzhou-2023/electronic-5-years@1", new DateOnly(2031, 3, 2)), (limit.By.Name, limit.LastKept!.Value));
        Assert.Equal(new DateOnly(2026, 9, 2), Of("shandong-rules").LimitFor(new(2026, 3, 2)).LastKept);
    }

    [Fact]
    public void Rules_MixedWindows_AreComparedByTheDayFromThisVeryStart()
    {
        var mixed = RetentionRulesReader.Combine(new() { ExamWindow = "P184D" }, [LawProfiles.Find("shandong-rules")]).Rules;
        // From 1 March P6M ends on 1 September, 184 days later; from 1 September on 1 March, 181 days later.
        Assert.Equal("shandong-rules", mixed.LimitFor(new(2026, 3, 1)).By.Profile);
        Assert.Equal("site", mixed.LimitFor(new(2026, 9, 1)).By.Profile);
    }

    [Theory]
    [InlineData("P1M")]
    [InlineData("P180D")]
    [InlineData("P183D")]
    public void Site_ShorterWindow_IsAnErrorThatNamesTheLawAndChangesNothing(string window)
    {
        var reading = RetentionRulesReader.Combine(new() { Profiles = ["shandong-rules"], ExamWindow = window });
        Assert.Contains("山东省专项职业能力考核工作规则 五(二)", Assert.Single(reading.Findings).Problem.En, StringComparison.Ordinal);
        Assert.Equal(new DateOnly(2026, 9, 2), reading.Rules.LimitFor(new(2026, 3, 2)).LastKept);
    }

    [Fact]
    public void Site_LongerWindow_Wins() =>
        Assert.Equal(
            new DateOnly(2033, 3, 2),
            RetentionRulesReader
                .Combine(new() { Profiles = ["zaozhuang-2023"], ExamWindow = "P7Y" })
                .Rules.LimitFor(new(2026, 3, 2))
                .LastKept
        );

    [Theory]
    [InlineData("nonsense", "Asia/Shanghai")]
    [InlineData(null, "Mars/Olympus")]
    public void Site_UnreadableChoice_KeepsForEver(string? window, string zone)
    {
        var reading = RetentionRulesReader.Combine(new() { ExamWindow = window, TimeZone = zone });
        Assert.NotEmpty(reading.Findings);
        Assert.True(reading.Rules.KeepsForEver);
    }

    [Fact]
    public void Site_UnknownProfile_KeepsForEver() => Assert.True(Of("shandong-rules", "beijing").KeepsForEver);

    private static RetentionRules Of(params string[] profiles) => RetentionRulesReader.Combine(new() { Profiles = profiles }).Rules;
}
