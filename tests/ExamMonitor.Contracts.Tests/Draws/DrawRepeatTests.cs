using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts.Draws;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Sessions;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Draws;

public sealed class DrawRepeatTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 3, 2, 1, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Batch")]
    [InlineData("Project,Room,Phase")]
    [InlineData("Station,Phase")]
    public async Task Check_OfADraw_AgreesWithAnIndependentProgram(string by)
    {
        var (record, lines) = Draw(by, replacements: 2);
        Assert.Null(DrawRepeat.Check(record, lines));
        await File.WriteAllTextAsync(
            _folder["draw.json"],
            JsonSerializer.Serialize(record, ContractJson.Options),
            TestContext.Current.CancellationToken
        );
        await File.WriteAllBytesAsync(_folder["population.jsonl"], lines, TestContext.Current.CancellationToken);
        var said = await PythonAsync(_folder["draw.json"], _folder["population.jsonl"]);
        Assert.Equal(
            record.Current().Select(u => u.Unit).Order(StringComparer.Ordinal),
            said.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)
        );
    }

    public static TheoryData<DrawFinding> Changes => [.. Enum.GetValues<DrawFinding>()];

    [Theory]
    [MemberData(nameof(Changes))]
    public void Check_OfAChangedRecord_NamesWhatWasChanged(DrawFinding change)
    {
        var (record, lines) = Draw("Batch", replacements: 1);
        var other = change switch
        {
            DrawFinding.PopulationChanged => record,
            DrawFinding.PlanChanged => record with { Plan = record.Plan.Replace("stratum 2 ", "stratum 3 ", StringComparison.Ordinal) },
            DrawFinding.SecretChanged => record with { Secret = new string('0', 64) },
            DrawFinding.HeadChanged => record with { OpenedEntry = 700 },
            DrawFinding.SeedChanged => record with { Number = "123457" },
            DrawFinding.SampleChanged => record with { Sample = [.. record.Sample.Reverse()] },
            _ => record with { Replacements = [record.Replacements[0] with { Reason = " " }] },
        };
        if (change == DrawFinding.PopulationChanged)
            lines = [.. lines.AsSpan(0, lines.Length - 1), (byte)' ', (byte)'\n'];
        Assert.Equal(change, DrawRepeat.Check(other, lines));
    }

    [Fact]
    public void Check_OfAnotherReplacement_IsFound()
    {
        var (record, lines) = Draw("Batch", replacements: 1);
        var unused = Encoding
            .UTF8.GetString(lines)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(l => JsonSerializer.Deserialize<DrawUnit>(l, ContractJson.Options)!)
            .First(u =>
                u.Stratum == record.Replacements[0].By.Stratum
                && u.Id != record.Replacements[0].By.Unit
                && record.Sample.All(s => s.Unit != u.Id)
            );
        var chosen = record.Replacements[0] with { By = record.Replacements[0].By with { Unit = unused.Id } };
        Assert.Equal(DrawFinding.ReplacementChanged, DrawRepeat.Check(record with { Replacements = [chosen] }, lines));
    }

    [Fact]
    public void Seed_AnyPartChanged_IsAnother()
    {
        string[][] parts =
        [
            ["h\n", "p", "l", "s", "1"],
            ["i\n", "p", "l", "s", "1"],
            ["h\n", "q", "l", "s", "1"],
            ["h\n", "p", "m", "s", "1"],
            ["h\n", "p", "l", "t", "1"],
            ["h\n", "p", "l", "s", "01"],
        ];
        Assert.Equal(parts.Length, parts.Select(p => Convert.ToHexString(DrawSeed.Of(p[0], p[1], p[2], p[3], p[4]))).Distinct().Count());
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0000000000000000000000000000000000000000", true)]
    [InlineData("", false)]
    [InlineData("-1", false)]
    [InlineData("1 ", false)]
    [InlineData("１２", false)]
    [InlineData("00000000000000000000000000000000000000000", false)]
    public void Number_OfText_IsDigitsAlone(string text, bool number) => Assert.Equal(number, DrawSeed.IsNumber(text));

    [Fact]
    public async Task Allocation_AndConfidence_AgreeWithAnIndependentProgram()
    {
        int[][] cases =
        [
            [10, 50, 3, 1, 46],
            [3, 1, 1, 1, 1],
            [5, 5, 5, 5],
            [7, 1, 1, 1, 97],
            [2, 9, 9, 9],
            [40, 7, 7, 7],
            [13, 100, 99, 98, 1, 1, 1, 1],
        ];
        foreach (var row in cases)
        {
            var shares = DrawAllocation.Of(row[1..], row[0]);
            Assert.Equal(Math.Min(row[0], row[1..].Sum()), shares.Sum());
            Assert.Equal(
                await PythonAsync(["--share", .. row.Select(r => r.ToString(CultureInfo.InvariantCulture))]),
                string.Join(' ', shares)
            );
        }

        (int Units, int Sample)[][] strata =
        [
            [(80, 12), (20, 3)],
            [(312, 51)],
            [(10, 10), (5, 1)],
            [(4, 1), (4, 1), (4, 1)],
        ];
        foreach (var row in strata)
        {
            var said = double.Parse(
                await PythonAsync(["--confidence", "5", .. row.Select(s => $"{s.Units}/{s.Sample}")]),
                CultureInfo.InvariantCulture
            );
            Assert.Equal(said, DrawConfidence.Of(row, 5), 1e-9);
        }
    }

    [Fact]
    public void SampleFor_AConfidence_IsTheSmallestThatReachesIt()
    {
        // 312 units, 5 % of them (16): the textbook's discovery sample by the hypergeometric distribution.
        var sample = DrawConfidence.SampleFor([312], 5, 95);
        Assert.True(DrawConfidence.Of([(312, sample)], 16) >= 0.95);
        Assert.True(DrawConfidence.Of([(312, sample - 1)], 16) < 0.95);
        Assert.Equal(0, DrawConfidence.SampleFor([], 5, 95));
        Assert.Equal(1, DrawConfidence.SampleFor([1], 5, 99.99));
    }

    [Fact]
    public void Plan_OfAPopulation_SaysWhatItBuysAndReadsBack()
    {
        var (record, lines) = Draw("Project,Room,Phase", replacements: 0);
        Assert.True(DrawPlan.TryParse(record.Plan, out var plan));
        Assert.Equal(record.Plan, plan.Format());
        Assert.True(DrawPopulation.TryParse(lines, out var units));
        Assert.Equal(plan.Units, units.Count);
        Assert.Contains($"{plan.Sample} of {plan.Units} are drawn", plan.Sentence().En, StringComparison.Ordinal);
        Assert.Contains("置信度", plan.Sentence().Zh, StringComparison.Ordinal);
        Assert.False(DrawPlan.TryParse(record.Plan.Replace("phases 3", "phases 03", StringComparison.Ordinal), out _));
    }

    [Fact]
    public void Draw_OverFiveYears_TakesLessThanASecond()
    {
        var sessions = Enumerable.Range(0, 5 * 366 * 12).Select(i => Session($"S{i:000000}", i)).ToList();
        var request = new DrawRequest(Start.AddDays(-1), Start.AddYears(5), [DrawDimension.Batch, DrawDimension.Room, DrawDimension.Phase]);
        // The machine may be busy with other tests: what counts is the best of several, measured by what the same machine hashes meanwhile.
        var (took, hashing) = (Timed(), TimeSpan.MaxValue);
        for (var i = 0; i < 4 && took >= TimeSpan.FromSeconds(1); i++)
            (took, hashing) = (Least(took, Timed()), Least(hashing, Hashed()));
        Assert.True(took < TimeSpan.FromSeconds(1) || took < 5 * hashing, $"{took}; 200,000 hashes: {hashing}");

        static TimeSpan Least(TimeSpan a, TimeSpan b) => a < b ? a : b;

        static TimeSpan Hashed()
        {
            var began = TimeProvider.System.GetTimestamp();
            Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
            for (var i = 0; i < 200_000; i++)
                SHA256.HashData(hash, hash);
            return TimeProvider.System.GetElapsedTime(began);
        }

        TimeSpan Timed()
        {
            var began = TimeProvider.System.GetTimestamp();
            var units = DrawPopulation.Of(sessions, request.By, request.Phases, _ => []);
            var lines = DrawPopulation.Format(units);
            var plan = DrawPlan.Of(request, units);
            var drawn = DrawRepeat.Draw(SHA256.HashData(lines), plan, units);
            Assert.Equal(5 * 366 * 12 * 3, units.Count);
            Assert.Equal(plan.Sample, drawn.Count);
            return TimeProvider.System.GetElapsedTime(began);
        }
    }

    private (DrawRecord Record, byte[] Lines) Draw(string by, int replacements)
    {
        DrawDimension[] dimensions = [.. by.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<DrawDimension>)];
        var sessions = Enumerable.Range(0, 12).Select(i => Session($"S{i}", i));
        var units = DrawPopulation.Of(sessions, dimensions, 3, room => [StationId.Of("1"), StationId.Of("2")]);
        var (lines, secret) = (DrawPopulation.Format(units), SHA256.HashData("secret"u8));
        var plan = DrawPlan.Of(new(Start.AddDays(-1), Start.AddDays(40), dimensions, 20, 60), units);
        var note = SignedNote.Sign(new Checkpoint("exam-monitor/zz/a", 6, MerkleTree.EmptyRoot, Start).Format(), "exam-monitor/zz/a", _key);
        var (population, text) = (DrawText.HashOf(lines), plan.Format());
        var seed = DrawSeed.Of(note.Text, population, DrawText.HashOf(text), Convert.ToHexStringLower(secret), "123456");
        var record = new DrawRecord(
            DrawRecord.SchemaName,
            "D1",
            text,
            population,
            DrawText.HashOf(secret),
            Start,
            "Li",
            5,
            note.Format(),
            "123456",
            Convert.ToHexStringLower(secret),
            Convert.ToHexStringLower(seed),
            Start,
            "Li",
            7,
            DrawRepeat.Draw(seed, plan, units),
            [],
            0
        );
        for (var i = 0; i < replacements; i++)
        {
            var gone = record.Current()[0];
            record = record with
            {
                Replacements =
                [
                    .. record.Replacements,
                    new(gone.Unit, DrawRepeat.Next(record, plan, units, gone.Stratum)!, "Li", "The room had no power.", Start, 8 + i),
                ],
            };
        }

        return (record, lines);
    }

    private static ExamSession Session(string id, int i) =>
        new(
            ExamSessionId.Of(id),
            BatchId.Of($"B{i / 6 % 40}"),
            RoomId.Of($"R{i % 2}"),
            Start.AddHours(2 * i),
            Start.AddHours((2 * i) + 1),
            i % 3 == 0 ? "焊工" : "Baking/100 %",
            10,
            false
        );

    private static async Task<string> PythonAsync(params string[] arguments)
    {
        var info = new ProcessStartInfo(
            "/usr/bin/python3",
            [Repository.PathOf("tests", "ExamMonitor.Contracts.Tests", "Draws", "draw.py"), .. arguments]
        )
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await errors);
        return (await output).TrimEnd('\n');
    }
}
