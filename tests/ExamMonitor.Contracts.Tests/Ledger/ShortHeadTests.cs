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
        foreach (var typed in new[] { text, text.ToLowerInvariant(), text.Replace("-", " ", StringComparison.Ordinal),
            $"  2417 {text[5..].Replace('0', 'o').Replace('1', 'l')}\n" })
        {
            Assert.True(ShortHead.TryParse(typed, out var size, out var root), typed);
            Assert.Equal((2417, Root), (size, root));
        }
    }

    [Fact]
    public void TryParse_OfAnyOneWrongCharacter_IsRefused()
    {
        var text = ShortHead.Format(2417, Root);
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsAsciiLetterOrDigit(text[i])) continue;
            var other = text[i] == '7' ? '8' : '7';
            Assert.False(ShortHead.TryParse($"{text[..i]}{other}{text[(i + 1)..]}", out _, out _), $"{i}");
        }

        Assert.False(ShortHead.TryParse(text[..^1], out _, out _));
        Assert.False(ShortHead.TryParse("", out _, out _));
        Assert.False(ShortHead.TryParse(null, out _, out _));
    }
}
