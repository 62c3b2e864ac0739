using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Verification;
using Xunit;

namespace ExamMonitor.Footage.Tests.Verification;

/// <summary>The imports of the schedule stand in the file once each, in the order in which they were made.</summary>
public sealed class ScheduleOrderTests
{
    private static readonly string[] Sets = ["[1]", "[2]", "[3]"];

    [Theory]
    [InlineData("1 n1 2 n2 3 n3", true)]
    [InlineData("1 2 n1 n2 3", true)]
    [InlineData("2 1 3", false)]
    [InlineData("1 3 2", false)]
    [InlineData("1 2 3 1", false)]
    [InlineData("1 2 3 3", false)]
    [InlineData("1 3", false)]
    [InlineData("n1 1 2 3", false)]
    [InlineData("1 n1 n1 2 3", false)]
    public void Imports_InAnOrder_HoldOnlyAsTheyWereMade(string order, bool holds)
    {
        using var volume = new EvidenceVolume();
        var entries = new long[Sets.Length];
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
        {
            for (var i = 0; i < Sets.Length; i++)
                entries[i] = log.Append(Entry(i + 1, Sets[i]));
            log.Sign(EvidenceVolume.Start.AddDays(203));
        }

        var (previous, text) = (ChainedFile.Zeros, new StringBuilder());
        foreach (var word in order.Split(' '))
        {
            var number = word[^1] - '0';
            var content =
                word[0] == 'n'
                    ? $"\"entered\":{{\"set\":{number},\"entry\":{entries[number - 1]}}}"
                    : $"\"set\":{{\"number\":{number},\"person\":\"Hal\",\"items\":{Sets[number - 1]}}}";
            var line = $"{{\"previous\":\"{previous}\",{content}}}";
            previous = ChainedFile.HashOf(Encoding.UTF8.GetBytes(line));
            text.Append(line).Append('\n');
        }

        Directory.CreateDirectory(volume.At("schedule"));
        File.WriteAllText(volume.At("schedule/sessions.jsonl"), text.ToString());
        Assert.Equal(holds ? [] : [FindingKind.ScheduleChanged], volume.Verify().Findings.Select(f => f.Kind));
    }

    /// <summary>
    /// A person had the file written again: it begins with the newest import, and the ones before are not asked for any more.
    /// </summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Imports_AfterAPersonHadTheFileRestored_BeginAnew(bool isEntered)
    {
        using var volume = new EvidenceVolume();
        using (var log = LedgerLog.Open(volume.Ledger, volume.KeyPath, EvidenceVolume.Origin))
        {
            // The newest import before is the one that the file written anew begins with.
            foreach (var (number, items) in new[] { (1, Sets[0]), (2, Sets[1]), (1, Sets[2]) })
                log.Append(Entry(number, items));
            if (isEntered)
                log.Append(
                    LedgerEntry.Format(
                        LedgerEntry.FilesRestored,
                        EvidenceVolume.Start.AddDays(203),
                        null,
                        null,
                        new Dictionary<string, string>
                        {
                            ["by"] = "Ivy",
                            ["reason"] = "the disk was changed",
                            ["restored"] = "retention/rules.jsonl schedule/sessions.jsonl",
                            ["lost"] = "",
                        }
                    )
                );
            log.Sign(EvidenceVolume.Start.AddDays(203));
        }

        Directory.CreateDirectory(volume.At("schedule"));
        File.WriteAllText(
            volume.At("schedule/sessions.jsonl"),
            $"{{\"previous\":\"{ChainedFile.Zeros}\",\"set\":{{\"number\":1,\"person\":\"Hal\",\"items\":{Sets[2]}}}}}\n"
        );
        Assert.Equal(isEntered ? [] : [FindingKind.ScheduleChanged], volume.Verify().Findings.Select(f => f.Kind));
    }

    private static byte[] Entry(int number, string items) =>
        LedgerEntry.Format(
            "schedule",
            EvidenceVolume.Start.AddDays(203),
            null,
            null,
            new Dictionary<string, string>
            {
                ["set"] = $"{number}",
                ["person"] = "Hal",
                ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(items))),
            }
        );
}
