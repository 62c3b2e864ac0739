using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Ledger;

public sealed class ShortHeadTests
{
    private static readonly TreeHash Root = new(SHA256.HashData("root"u8));

    [Fact]
    public void Format_OfAHead_IsReadBackHoweverItIsTyped()
    {
        var text = ShortHead.Format(2417, Root);
        Assert.Equal(14, text.Split(' ')[1].Split('-').Length);
        foreach (
            var typed in new[]
            {
                text,
                text.ToLowerInvariant(),
                text.Replace("-", " ", StringComparison.Ordinal),
                $"  2417 {text[5..].Replace('0', 'o').Replace('1', 'l')}\n",
            }
        )
        {
            Assert.True(ShortHead.TryParse(typed, out var size, out var root), typed);
            Assert.Equal((2417, Root), (size, root));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4)]
    [InlineData(13)]
    public void Explain_OfOneWrongCharacter_NamesItsGroup(int group)
    {
        var groups = ShortHead.Format(2417, Root)[5..].Split('-');
        string With(string other) => "2417 " + string.Join('-', groups.Select((g, i) => i == group ? other : g));
        var (mine, first) = (groups[group], groups[group][0] == '7' ? '8' : '7');
        Assert.StartsWith(
            $"Group {group + 1} ({first}{mine[1..]}) is wrong",
            ShortHead.Explain(With(first + mine[1..]))!.En,
            StringComparison.Ordinal
        );
        Assert.Contains($"第 {group + 1} 组", ShortHead.Explain(With(first + mine[1..]).Replace('-', ' '))!.Zh, StringComparison.Ordinal);
        Assert.Contains(
            $"Group {group + 1} (U{mine[1..]}) holds 'U'",
            ShortHead.Explain(With("U" + mine[1..]))!.En,
            StringComparison.Ordinal
        );
        Assert.Contains(
            $"Group {group + 1} ({mine[1..]}) has 3 characters",
            ShortHead.Explain(With(mine[1..]))!.En,
            StringComparison.Ordinal
        );
        if (mine[1] != mine[2])
            Assert.StartsWith(
                $"Group {group + 1}",
                ShortHead.Explain(With($"{mine[0]}{mine[2]}{mine[1]}{mine[3]}"))!.En,
                StringComparison.Ordinal
            );
        Assert.Contains(
            "13 groups",
            ShortHead.Explain("2417 " + string.Join('-', groups.Where((_, i) => i != group)))!.En,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Explain_OfOtherErrors_SaysWhatIsKnown()
    {
        var text = ShortHead.Format(2417, Root);
        Assert.Contains("number of entries", ShortHead.Explain("2411" + text[4..])!.En, StringComparison.Ordinal);
        var two = string.Join('-', text[5..].Split('-').Select((g, i) => i < 2 ? (g[0] == '7' ? '8' : '7') + g[1..] : g));
        Assert.Contains("More than one group", ShortHead.Explain("2417 " + two)!.En, StringComparison.Ordinal);
        Assert.Null(ShortHead.Explain("no head at all"));
        Assert.Null(ShortHead.Explain(null));
    }

    [Fact]
    public void TryParse_OfAnyOneWrongCharacter_IsRefused()
    {
        var text = ShortHead.Format(2417, Root);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i]))
                continue;
            var other = text[i] == '7' ? '8' : '7';
            Assert.False(ShortHead.TryParse($"{text[..i]}{other}{text[(i + 1)..]}", out _, out _), $"{i}");
        }

        Assert.False(ShortHead.TryParse(text[..^1], out _, out _));
        Assert.False(ShortHead.TryParse("", out _, out _));
        Assert.False(ShortHead.TryParse(null, out _, out _));
    }

    [Theory]
    [InlineData("2417")]
    [InlineData("24x7 ABCD")]
    [InlineData("x ABCD-ABCD")]
    [InlineData("99999999999999999999 ABCD-ABCD")]
    public void TextWithoutANumberOrWithoutGroups_IsNoHead(string text)
    {
        Assert.False(ShortHead.TryParse(text, out _, out _));
        Assert.Null(ShortHead.Explain(text));
    }

    /// <summary>
    /// Neighbours exchanged across two groups are told as the first of them; the last character has no neighbour behind it.
    /// </summary>
    [Fact]
    public void Explain_ExchangedAcrossGroups_NamesTheFirst()
    {
        // A root whose fourth and fifth characters differ.
        var text = ShortHead.Format(2417, Root);
        var groups = text[5..].Split('-');
        Assert.NotEqual(groups[0][3], groups[1][0]);
        var exchanged = text.Replace(
            $"{groups[0]}-{groups[1]}",
            $"{groups[0][..3]}{groups[1][0]}-{groups[0][3]}{groups[1][1..]}",
            StringComparison.Ordinal
        );
        Assert.StartsWith("Group 1 ", ShortHead.Explain(exchanged)!.En, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2417, "2419")]
    [InlineData(2409, "2407")]
    [InlineData(9417, "8417")]
    public void Explain_AnyDigitOfTheNumber_IsTold(long size, string typed) =>
        Assert.Contains($"({typed}) is wrong", ShortHead.Explain(typed + ShortHead.Format(size, Root)[4..])!.En, StringComparison.Ordinal);

    /// <summary>One run of characters without groups has no group to look at: only the whole is judged.</summary>
    [Fact]
    public void Explain_WithoutGroups_JudgesTheWhole()
    {
        var run = ShortHead.Format(2417, Root)[5..].Replace("-", "", StringComparison.Ordinal);
        Assert.True(ShortHead.TryParse("2417 " + run, out _, out _));
        Assert.Contains("55 characters", ShortHead.Explain("2417 " + run[1..])!.En, StringComparison.Ordinal);
        Assert.Null(ShortHead.Explain("2417 U" + run[1..]));
        Assert.Null(ShortHead.Explain("2417 " + new string('A', 400)));
        Assert.False(ShortHead.TryParse("2417 " + run + new string(' ', 400), out _, out _));
    }
}
