using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Contracts.Draws;

/// <summary>What a repetition of a draw finds.</summary>
public enum DrawFinding
{
    /// <summary>The population is not the one whose hash was fixed, or no population.</summary>
    PopulationChanged,

    /// <summary>The plan is none, or its strata are not those of the population.</summary>
    PlanChanged,

    /// <summary>The secret is not the one whose hash was fixed.</summary>
    SecretChanged,

    /// <summary>The head is none.</summary>
    HeadChanged,

    /// <summary>The seed is not the hash of what it must be made of, or the number is none.</summary>
    SeedChanged,

    /// <summary>The sample is not what the seed gives.</summary>
    SampleChanged,

    /// <summary>A replacement has no reason, or is not the next of its stratum.</summary>
    ReplacementChanged,
}

/// <summary>Draws, and repeats a draw from its record. Pure.</summary>
public static class DrawRepeat
{
    /// <summary>Draws.</summary>
    /// <param name="seed">Seed.</param>
    /// <param name="plan">Plan.</param>
    /// <param name="population">Units in the order of ids.</param>
    public static IReadOnlyList<DrawnUnit> Draw(ReadOnlySpan<byte> seed, DrawPlan plan, IEnumerable<DrawUnit> population)
    {
        var (result, strata) = (new List<DrawnUnit>(), ByStratum(population));
        foreach (var stratum in plan.Strata)
        {
            var sampler = new DrawSampler(seed, stratum.Name, strata[stratum.Name].Count);
            for (var place = 1; place <= stratum.Sample; place++)
                result.Add(new(strata[stratum.Name][sampler.Next()!.Value].Id, stratum.Name, place));
        }

        return result;
    }

    /// <summary>The unit that stands behind those of a stratum that were drawn so far; null when all were.</summary>
    public static DrawnUnit? Next(DrawRecord record, DrawPlan plan, IEnumerable<DrawUnit> population, string stratum)
    {
        if (record.Seed is null || plan.Strata.FirstOrDefault(s => s.Name == stratum) is not { } found)
            return null;
        var units = ByStratum(population)[stratum];
        var place = found.Sample + record.Replacements.Count(r => r.By.Stratum == stratum) + 1;
        if (place > units.Count)
            return null;
        var sampler = new DrawSampler(Convert.FromHexString(record.Seed), stratum, units.Count);
        int? drawn = null;
        for (var i = 0; i < place; i++)
            drawn = sampler.Next();
        return new(units[drawn!.Value].Id, stratum, place);
    }

    /// <summary>Repeats a draw that has a result; the first thing that does not fit, null when all does.</summary>
    /// <param name="record">Record.</param>
    /// <param name="populationLines">The population's lines.</param>
    public static DrawFinding? Check(DrawRecord record, ReadOnlySpan<byte> populationLines)
    {
        if (DrawText.HashOf(populationLines) != record.Population || !DrawPopulation.TryParse(populationLines, out var population))
            return DrawFinding.PopulationChanged;
        if (!DrawPlan.TryParse(record.Plan, out var plan) || DrawPlan.Of(plan.Request, population).Format() != record.Plan)
            return DrawFinding.PlanChanged;
        if (
            record.Secret is not { Length: 64 } secret
            || !IsHex(secret)
            || DrawText.HashOf(Convert.FromHexString(secret)) != record.SecretHash
        )
            return DrawFinding.SecretChanged;
        if (
            !SignedNote.TryParse(record.Head, out var note)
            || !Checkpoint.TryParse(note.Text, out var head)
            || head.Size <= record.OpenedEntry
        )
            return DrawFinding.HeadChanged;
        if (!DrawSeed.IsNumber(record.Number))
            return DrawFinding.SeedChanged;
        var seed = DrawSeed.Of(note.Text, record.Population, DrawText.HashOf(record.Plan), secret, record.Number!);
        if (record.Seed != Convert.ToHexStringLower(seed))
            return DrawFinding.SeedChanged;
        if (!Draw(seed, plan, population).SequenceEqual(record.Sample))
            return DrawFinding.SampleChanged;
        return CheckReplacements(record, plan, population);
    }

    /// <summary>One pass over the replacements, whatever their number: a record may come from anybody.</summary>
    private static DrawFinding? CheckReplacements(DrawRecord record, DrawPlan plan, IReadOnlyList<DrawUnit> population)
    {
        var (strata, samplers) = (ByStratum(population), new Dictionary<string, (DrawSampler Sampler, int Place)>(StringComparer.Ordinal));
        var current = record.Sample.ToDictionary(s => s.Unit, s => s.Stratum, StringComparer.Ordinal);
        foreach (var made in record.Replacements)
        {
            if (string.IsNullOrWhiteSpace(made.Reason) || !current.Remove(made.Unit, out var stratum))
                return DrawFinding.ReplacementChanged;
            if (!samplers.TryGetValue(stratum, out var at))
                at = Behind(record.Seed!, plan, stratum, strata[stratum].Count);
            if (at.Sampler.Next() is not { } drawn)
                return DrawFinding.ReplacementChanged;
            samplers[stratum] = at = (at.Sampler, at.Place + 1);
            var unit = strata[stratum][drawn].Id;
            if (made.By != new DrawnUnit(unit, stratum, at.Place))
                return DrawFinding.ReplacementChanged;
            current[unit] = stratum;
        }

        return null;
    }

    /// <summary>A stratum's order behind its sample.</summary>
    private static (DrawSampler Sampler, int Place) Behind(string seed, DrawPlan plan, string stratum, int units)
    {
        var (sampler, sample) = (
            new DrawSampler(Convert.FromHexString(seed), stratum, units),
            plan.Strata.First(s => s.Name == stratum).Sample
        );
        for (var i = 0; i < sample; i++)
            sampler.Next();
        return (sampler, sample);
    }

    private static bool IsHex(string text) => text.All(char.IsAsciiHexDigit);

    private static Dictionary<string, List<DrawUnit>> ByStratum(IEnumerable<DrawUnit> population) =>
        population.GroupBy(u => u.Stratum, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.ToList(), StringComparer.Ordinal);
}
