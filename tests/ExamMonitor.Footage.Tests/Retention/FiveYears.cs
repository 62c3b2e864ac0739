using ExamMonitor.Contracts;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// Years of a site in minutes: exams, changes of the schedule, holds, sweeps, restarts; at the end exactly the footage is there that a
/// plain recomputation keeps.
/// </summary>
internal static class FiveYears
{
    public sealed record Outcome(int Recorded, int Held, int Destroyed, int Sweeps, string? Problem);

    /// <param name="world">Empty world, opened.</param>
    /// <param name="cameras">Cameras in two rooms.</param>
    /// <param name="days">Days.</param>
    /// <param name="perDay">Segments a day and camera.</param>
    /// <param name="seed">Makes the schedule.</param>
    /// <param name="dayIsOver">Told the number of each day that is over; null for nobody.</param>
    public static Outcome Run(RetentionWorld world, int cameras, int days, int perDay, int seed, Action<int>? dayIsOver = null)
    {
        var random = new Random(seed);
        RoomId[] rooms = [RoomId.Of("R1"), RoomId.Of("R2")];
        var holds = new List<Hold>();
        var sweeps = 0;
        var problem = (string?)null;
        for (var day = 0; day < days && problem is null; day++)
        {
            var midnight = RetentionWorld.Start.AddDays(day);
            Schedule(world, random, rooms, day, midnight);
            for (var c = 0; c < cameras; c++)
            {
                var camera = CameraId.Of($"C{c}");
                var room = rooms[c % 2];
                world.Record(
                    camera,
                    Enumerable.Range(0, perDay).Select(i => (midnight.AddHours(24.0 * i / perDay).AddSeconds(c), TimeSpan.FromMinutes(1))),
                    room
                );
            }

            world.Time.Advance(TimeSpan.FromDays(1));
            if (random.Next(60) == 0)
                holds.Add(PlaceHold(world, random, rooms, midnight));
            if (random.Next(90) == 0 && holds.FirstOrDefault(h => h.Lifted is null) is { } old)
            {
                holds.Remove(old);
                world.Retention!.LiftHold(old.Id, "Wang", "settled");
            }

            if (random.Next(50) == 0)
            {
                // It ran to the last minute, and signed a head then.
                world.Retention!.Now();
                world.Ledger.Commit();
                world.Close();
                world.Open();
            }

            world.Retention!.Now();
            world.Sweep();
            sweeps++;
            dayIsOver?.Invoke(day + 1);
        }

        var now = world.Retention!.Now().AgesTo!.Value;
        var facts = world.Retention.Facts;
        var all = world.Ledger.Entries.Select(e => LedgerEntry.Parse(e)!).Where(e => e.Kind == LedgerEntry.Segment).ToList();
        var held = world.Held().ToDictionary(s => s.Path, StringComparer.Ordinal);
        var register = world.Retention.ExportDestructions(null, null).ToDictionary(r => r.Path, StringComparer.Ordinal);
        foreach (var entry in all)
        {
            var footage = new FootageCandidate(
                0,
                RoomId.Of(entry.Room!),
                CameraId.Of(entry.Camera!),
                entry.Start!.Value,
                entry.End!.Value,
                1
            );
            var keep =
                NaiveLaw.MustKeep(footage, facts, now)
                || (
                    !NaiveLaw.IsExam(footage, facts)
                    && footage.End.UtcDateTime.Date.AddDays(world.Site.IdleDays!.Value) >= now.UtcDateTime.Date
                );
            problem ??= (keep, held.TryGetValue(entry.Path!, out var row), register.TryGetValue(entry.Path!, out var record)) switch
            {
                (true, false, _) => $"{entry.Path} is gone and must be kept",
                (false, true, _) => $"{entry.Path} is held without a reason",
                (_, true, true) => $"{entry.Path} is held and stands in the register",
                (_, false, false) => $"{entry.Path} is gone and nothing explains it",
                (_, false, true) when record!.Sha256 != entry.Sha256 => $"the register has another hash of {entry.Path}",
                // It went when it was lawful by the facts of that day; a hold that came later cannot bring it back.
                (_, false, true) when NaiveLaw.HasDuty(footage, facts, record!.At) =>
                    $"{entry.Path} went on {record.At:O} within its window",
                (_, true, _) when world.Volume.Length(entry.Path!) is null => $"{entry.Path} has a row and no file",
                _ => null,
            };
        }

        return new(all.Count, held.Count, register.Count, sweeps, problem);
    }

    private static void Schedule(RetentionWorld world, Random random, RoomId[] rooms, int day, DateTimeOffset midnight)
    {
        // Next week's exams; some are moved or called off, before or after their day.
        if (random.Next(3) == 0)
            world.Retention!.RememberSessions(
                [
                    RetentionWorld.Session(
                        $"S{day}",
                        midnight.AddDays(7).AddHours(8 + random.Next(4)),
                        2 + random.Next(3),
                        $"B{day / 20}",
                        room: rooms[random.Next(2)]
                    ),
                ],
                "schedule"
            );
        if (random.Next(10) == 0)
        {
            var sessions = world.Retention!.ListSessions().Where(s => s.Start > midnight.AddDays(-20)).ToList();
            if (sessions.Count == 0)
                return;
            var session = sessions[random.Next(sessions.Count)];
            world.Retention.RememberSessions(
                [
                    random.Next(2) == 0
                        ? session with
                        {
                            Cancelled = true,
                        }
                        : session with
                        {
                            Start = session.Start.AddHours(1),
                            End = session.End.AddHours(1),
                        },
                ],
                "schedule"
            );
        }
    }

    private static Hold PlaceHold(RetentionWorld world, Random random, RoomId[] rooms, DateTimeOffset midnight)
    {
        var from = midnight.AddDays(-random.Next(1, 25));
        return world.Retention!.PlaceHold(
            new(
                [new FootageScope(rooms[random.Next(2)], null, null, null, from, from.AddDays(random.Next(1, 4)))],
                "complaint",
                "Zhao",
                null
            )
        );
    }
}
