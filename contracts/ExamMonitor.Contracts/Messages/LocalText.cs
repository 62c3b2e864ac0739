namespace ExamMonitor.Contracts;

/// <summary>One sentence for a person, in both languages of the product, made where the facts are known.</summary>
/// <param name="En">English.</param>
/// <param name="Zh">Simplified Chinese.</param>
public sealed record LocalText(string En, string Zh)
{
    /// <summary>The sentence in the language of <paramref name="culture"/>: Chinese for any <c>zh</c>, else English.</summary>
    public string For(System.Globalization.CultureInfo culture) =>
        string.Equals(culture.TwoLetterISOLanguageName, "zh", StringComparison.Ordinal) ? Zh : En;
}
