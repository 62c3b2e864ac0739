using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// A small site whose sweep is killed somewhere, with or without the power, whose clock is set to anything, and which then goes on.
/// </summary>
internal static class KillCase
{
    /// <summary>What is wrong; null when all is well.</summary>
    public static string? Check(int seed)
    {
        var random = new Random(seed);
        using var world = new RetentionWorld();
        world.Open();
        var real = Fill(world, random);
        var steps = random.Next(0, 80);
        if (random.Next(2) == 0)
            Jump(world, random);
        world.DieAt(steps, after: random.Next(2) == 0);
        var power = random.Next(2) == 0;
        world.Volume = power ? world.Simulated.AfterPowerCut(seed) : world.Simulated.AfterKill();
        if (power)
            world.Ledger.LosePower();
        if (random.Next(2) == 0)
            Jump(world, random);
        world.Open();
        if (Missing(world, real) is { } problem)
            return $"seed {seed}: after the kill {problem}";
        world.Sweep();
        return Missing(world, real) is { } later ? $"seed {seed}: after the next sweep {later}" : null;
    }

    /// <returns>The time that it really is.</returns>
    private static DateTimeOffset Fill(RetentionWorld world, Random random)
    {
        for (var i = random.Next(1, 4); i > 0; i--)
            world.Retention!.RememberSessions(
                [
                    RetentionWorld.Session(
                        $"S{i}",
                        RetentionWorld.Start.AddDays(random.Next(0, 6)).AddHours(random.Next(0, 22)),
                        random.Next(1, 5)
                    ),
                ],
                "test"
            );
        foreach (var camera in new[] { "C1", "C2" })
            world.Record(
                CameraId.Of(camera),
                Enumerable
                    .Range(0, 6)
                    .Select(d => (RetentionWorld.Start.AddDays(d).AddMinutes(random.Next(0, 1400)), TimeSpan.FromMinutes(1)))
            );
        if (random.Next(2) == 0)
            world.Retention!.PlaceHold(
                new(
                    [
                        new(
                            null,
                            null,
                            null,
                            null,
                            RetentionWorld.Start.AddDays(random.Next(0, 3)),
                            RetentionWorld.Start.AddDays(random.Next(3, 6))
                        ),
                    ],
                    "why",
                    "who",
                    null
                )
            );
        world.Pass(TimeSpan.FromDays(random.Next(0, 2) == 0 ? random.Next(25, 45) : random.Next(183, 192)));
        return world.Time.GetUtcNow();
    }

    private static void Jump(RetentionWorld world, Random random) =>
        world.Time.StepWallClock(TimeSpan.FromDays((random.NextDouble() - 0.2) * Math.Pow(10, random.Next(-1, 4))));

    private static string? Missing(RetentionWorld world, DateTimeOffset real)
    {
        var facts = world.Retention!.Facts;
        var entries = world.Ledger.Entries.Select((e, i) => (Entry: LedgerEntry.Parse(e)!, Number: i)).ToList();
        var let = entries
            .Select(e => DestructionRecord.Of(e.Entry, e.Number))
            .OfType<DestructionRecord>()
            .GroupBy(r => r.Path)
            .ToDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal);
        foreach (var (entry, _) in entries.Where(e => e.Entry.Kind == LedgerEntry.Segment))
        {
            var footage = new FootageCandidate(
                0,
                RoomId.Of(entry.Room!),
                CameraId.Of(entry.Camera!),
                entry.Start!.Value,
                entry.End!.Value,
                1
            );
            var there = world.Volume.Length(entry.Path!) is not null;
            if (!there && NaiveLaw.MustKeep(footage, facts, real))
                return $"{entry.Path} is gone, and must be kept at {real:O}";
            if (!there && !let.ContainsKey(entry.Path!))
                return $"{entry.Path} is gone, and nothing explains it";
            if (let.GetValueOrDefault(entry.Path!) > 1)
                return $"{entry.Path} was entered twice";
        }

        return null;
    }
}
