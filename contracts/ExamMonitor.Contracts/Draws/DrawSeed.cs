using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Contracts.Draws;

/// <summary>Where chance comes from: what the agent fixed under a signed head before, and a number that the evaluator types
/// after.</summary>
/// <remarks>
/// The agent fixes population, plan and the hash of a secret, and publishes a head over them, before it learns the number. The evaluator
/// types the
/// number before the secret is known. So neither can choose what is drawn.
/// </remarks>
public static class DrawSeed
{
    /// <summary>First line of what is hashed.</summary>
    public const string FormatName = "exam-monitor/draw/1";

    /// <summary>Most digits of a number.</summary>
    public const int MostDigits = 40;

    /// <summary>Whether a text is a number as an evaluator types it: 1 to <see cref="MostDigits"/> decimal digits. Zeros in front
    /// count.</summary>
    public static bool IsNumber(string? text) => text is { Length: >= 1 and <= MostDigits } && text.All(char.IsAsciiDigit);

    /// <summary>What is hashed.</summary>
    /// <param name="head">Text of the head that was published before: four lines.</param>
    /// <param name="population">SHA-256 of the population, hex.</param>
    /// <param name="plan">SHA-256 of the plan, hex.</param>
    /// <param name="secret">Secret, hex.</param>
    /// <param name="number">The evaluator's number.</param>
    public static string Text(string head, string population, string plan, string secret, string number) =>
        $"{FormatName}\n{head}population {population}\nplan {plan}\nsecret {secret}\nnumber {number}\n";

    /// <summary>The seed: SHA-256 of <see cref="Text"/>.</summary>
    public static byte[] Of(string head, string population, string plan, string secret, string number) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(Text(head, population, plan, secret, number)));
}
