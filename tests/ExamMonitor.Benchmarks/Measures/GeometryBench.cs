using System.Globalization;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Coverage.Geometry;
using ExamMonitor.Coverage.Tests.Geometry;
using ExamMonitor.Coverage.Vision;

namespace ExamMonitor.Benchmarks.Measures;

/// <summary>Numbers of calibration and of plates.</summary>
internal static class GeometryBench
{
    /// <summary>Made-up rooms with a known camera: points clicked with 0.6 px of noise, errors at points that were held out.</summary>
    public static int Projection(int rooms)
    {
        Console.WriteLine("points  rooms  held out   error as share of the picture's width: median, 95 %, 99 %, worst   points within 1 %");
        foreach (var points in (ReadOnlySpan<int>)[6, 8, 10, 12, 16, 24])
        {
            var (errors, counted) = (new List<double>(), 0);
            for (var seed = 0; seed < rooms; seed++)
            {
                var room = new RandomRoom(seed, 0.6, points);
                if (!room.Markable || CameraSolver.Solve(room.Map) is not { Projection: { } solved })
                    continue;
                counted++;
                errors.AddRange(
                    room.HeldOut.Select(p =>
                        solved.Project(p) is { } q && room.Truth.Project(p) is { } t
                            ? double.Hypot(q.U - t.U, q.V - t.V) / room.Size.Width
                            : 1
                    )
                );
            }

            errors.Sort();
            double At(double share) => errors[(int)Math.Min(errors.Count - 1, share * errors.Count)];
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{points, 6} {counted, 6} {errors.Count, 9}   {At(0.5):P3}, {At(0.95):P3}, {At(0.99):P3}, {errors[^1]:P2}   {(double)errors.Count(e => e <= 0.01) / errors.Count:P2}"
                )
            );
        }

        return 0;
    }

    /// <summary>Pictures with a file of the same name and .txt beside each: <c>id, (x y), (x y), (x y), (x y)</c> a line.</summary>
    public static int Plates(string[] pictures)
    {
        var (large, largeFound, small, smallFound, wrong) = (0, 0, 0, 0, 0);
        using var detector = new TagDetector();
        foreach (var path in pictures)
        {
            var picture = Picture.Decode(File.ReadAllBytes(path));
            var found = detector.Detect(picture.ToGrey(), picture.Width, picture.Height).ToList();
            foreach (var (id, corners) in Truth(Path.ChangeExtension(path, ".txt")))
            {
                var side = Enumerable
                    .Range(0, 4)
                    .Min(i => double.Hypot(corners[i].U - corners[(i + 1) % 4].U, corners[i].V - corners[(i + 1) % 4].V));
                var (u, v) = (corners.Average(c => c.U), corners.Average(c => c.V));
                var hit = found.FindIndex(f => f.Id == id && double.Hypot(f.Center.U - u, f.Center.V - v) < 4);
                if (hit >= 0)
                    found.RemoveAt(hit);
                if (side >= 20)
                    (large, largeFound) = (large + 1, largeFound + (hit >= 0 ? 1 : 0));
                else
                    (small, smallFound) = (small + 1, smallFound + (hit >= 0 ? 1 : 0));
                if (side >= 20 && hit < 0)
                    Console.WriteLine(
                        FormattableString.Invariant($"missed: {Path.GetFileName(path)} tag {id} at {u:0},{v:0}, side {side:0.0} px")
                    );
            }

            foreach (var one in found)
                Console.WriteLine(
                    FormattableString.Invariant(
                        $"not in the list: {Path.GetFileName(path)} tag {one.Id} at {one.Center.U:0},{one.Center.V:0}"
                    )
                );
            wrong += found.Count;
        }

        Console.WriteLine(
            $"shortest side of 20 px and more: {largeFound} of {large}; smaller: {smallFound} of {small}; not in the list: {wrong}"
        );
        return 0;
    }

    private static IEnumerable<(int Id, PixelPoint[] Corners)> Truth(string path)
    {
        foreach (var line in File.ReadLines(path))
        {
            var numbers = line.Split([',', '(', ')', ' '], StringSplitOptions.RemoveEmptyEntries)
                .Select(n => double.Parse(n, CultureInfo.InvariantCulture))
                .ToArray();
            if (numbers.Length == 9)
                yield return (
                    (int)numbers[0],
                    [.. Enumerable.Range(0, 4).Select(i => new PixelPoint(numbers[1 + (2 * i)], numbers[2 + (2 * i)]))]
                );
        }
    }
}
