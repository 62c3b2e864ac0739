using System.Text.RegularExpressions;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Acts;
using ExamMonitor.Dashboard.Components;
using ExamMonitor.Dashboard.Features.Retention;
using ExamMonitor.Dashboard.Links;
using ExamMonitor.Dashboard.Media;
using ExamMonitor.Dashboard.State;

namespace ExamMonitor.Dashboard.Tests.Resources;

public sealed partial class StringsTests
{
    [Fact]
    public void Strings_BothLanguages_HaveTheSameKeysAndPlaceholders() => ResourceFile.AssertBothLanguages("Strings");

    [Fact]
    public void Strings_EveryKeyThatPagesName_Exists()
    {
        var known = ResourceFile.Load("Strings.resx").Keys.ToHashSet(StringComparer.Ordinal);
        var named = Directory
            .EnumerateFiles(ResourceFile.Dashboard, "*.*", SearchOption.AllDirectories)
            .Where(f =>
                f.EndsWith(".razor", StringComparison.Ordinal)
                || (f.EndsWith(".cs", StringComparison.Ordinal) && !f.Contains("node_modules", StringComparison.Ordinal))
            )
            .SelectMany(f => WholeKey().Matches(File.ReadAllText(f)).Concat(ChosenKeys(f)).Select(m => m.Groups["key"].Value))
            .Concat(Composed())
            .Distinct(StringComparer.Ordinal);
        Assert.Empty(named.Where(k => !known.Contains(k)));
    }

    private static IEnumerable<string> Composed() =>
        [
            .. Of<Mark>("Room"),
            .. Of<Mark>("Camera"),
            .. Of<Mark>("Recording"),
            .. Of<Mark>("Answer"),
            .. Of<Mark>("Covered"),
            .. Of<Mark>("Lit"),
            .. Of<Mark>("Recorded"),
            .. Of<ClaimKind>(""),
            .. Of<Silence>("Silence").Where(k => k != "SilenceNone"),
            .. Of<Severity>("Severity"),
            .. Of<CameraHealth>("Health"),
            .. Of<GapCause>("Cause"),
            .. Of<AudioState>("Audio"),
            .. Of<AgentFailure>("Agent"),
            .. Of<AgentConnection>("Agent"),
            .. Of<LinkCondition>("Link"),
            .. Of<Role>("Role"),
            .. Of<Role>("RoleMay"),
            .. Of<ActResult>("Act"),
            .. Of<AgentFailure>("Ask"),
            .. Of<ReadinessDoubt>("Doubt").Where(k => k != "DoubtNone"),
            .. Of<Mark>("Ready"),
            .. Of<Mark>("Plates"),
            .. Of<PlateVerdict>("Plate"),
            .. Of<SessionState>("SessionState"),
            .. Of<SessionChangeKind>("Change"),
            .. Of<FindingLevel>("Finding"),
            .. Enum.GetValues<ActKind>().Select(k => "Act-" + Act.WordOf(k)),
            .. Of<FootageClass>("Class-").Select(k => k.ToLowerInvariant().Replace("class", "Class", StringComparison.Ordinal)),
            "Tier-folder",
            "Tier-s3",
            "ActOutcome-asked",
            "ActOutcome-done",
            "ActOutcome-refused",
            "ActOutcome-unanswered",
            "DraftRoom",
            "DraftIds",
            "DraftTitle",
            "DraftCandidates",
            "DraftNoSuchTime",
            "DraftTimes",
            "FileKind",
            "FileTooLarge",
            "FileEmpty",
            "FileUnreadable",
            "HoldSessionId",
            "HoldBatch",
            "HoldNothing",
            "HoldNotFound",
            ApprovalService.SamePerson,
            ApprovalService.PlanChanged,
            .. Of<RoomRank>("Rank"),
            .. Of<UserProblem>("User"),
            .. Of<LoginOutcome>("Login").Where(k => k != "LoginDone"),
        ];

    // L[yes ? "This" : "That"]: every word in the brackets that nothing is added to.
    private static IEnumerable<Match> ChosenKeys(string file) =>
        Brackets().Matches(File.ReadAllText(file)).SelectMany(b => ChosenKey().Matches(b.Value));

    private static IEnumerable<string> Of<T>(string prefix)
        where T : struct, Enum => Enum.GetNames<T>().Select(n => prefix + n);

    // Keys that are put together ("Room" + mark) end in an operator and are listed in Composed.
    [GeneratedRegex("""\bL\["(?<key>[A-Za-z0-9-]+)"(\]|,)""", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex WholeKey();

    [GeneratedRegex("""\bL\[[^\]"]+\?[^\]]*\]""", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Brackets();

    [GeneratedRegex(
        """(\?|:|=>) "(?<key>[A-Z][A-Za-z0-9-]+)"(?! \+)""",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex ChosenKey();
}
