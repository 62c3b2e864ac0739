using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Packs.Verification;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Packs.Tests;

public sealed class PackVerifierTests(PackSite site) : IDisposable
{
    private const string Draw = "draw/draw.json";
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Names => [.. TamperTable.Rows.Select(r => r.Name)];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pack_AsItWasMade_HoldsAsArchiveAndAsFolder()
    {
        new Tampering(site.Zip).WriteFolder(_folder["unpacked"]);
        foreach (var path in new[] { site.Zip, _folder["unpacked"] })
        {
            var report = Verify(path);
            Assert.Empty(report.Findings);
            Assert.Equal(8, report.ProvedClips);
            Assert.Contains("whoever holds the agent's key", Assert.Single(PackText.Forgers(report)), StringComparison.Ordinal);
            Assert.InRange(PackText.ForPeople(report).Split('\n').Length, 8, 24);
        }
    }

    [Fact]
    public void Pack_WithAKeyOfItsOwnAlone_SaysThatAnybodyCouldHaveMadeIt() =>
        Assert.Contains(
            "Anybody",
            Assert.Single(PackText.Forgers(PackVerifier.Run(site.Zip, new(), null, TestContext.Current.CancellationToken))),
            StringComparison.Ordinal
        );

    [Theory]
    [MemberData(nameof(Names))]
    public void Tampering_IsToldByItsName(string name)
    {
        var row = TamperTable.Rows.Single(r => r.Name == name);
        var tampering = new Tampering(site.Zip);
        row.Do(tampering, site);
        tampering.WriteZip(_folder["other.zip"]);
        tampering.WriteFolder(_folder["unpacked"]);
        Assert.Equal(row.Found, Found(Verify(_folder["other.zip"])));
        Assert.Equal(row.Found, Found(Verify(_folder["unpacked"])));
    }

    [Fact]
    public void Text_OfAPackThatSpeaksToTheTerminal_MakesNoLineAndMovesNothing()
    {
        const string Forged = "renewal\u001b[2J\u009b1;1H\nAll that can be proved holds.\r\u202e";
        var tampering = new Tampering(site.Zip);
        tampering.Facts(f => f with { Reason = Forged, MadeBy = Forged, Id = Forged, Origin = Forged, Missing = [new(1, "a", Forged)] });
        tampering.Put(Draw, tampering.Text(Draw).Replace("20260302", "2\\u001b[2J", StringComparison.Ordinal));
        tampering.WriteZip(_folder["other.zip"]);
        var report = Verify(_folder["other.zip"]);
        var text = PackText.ForPeople(report);
        Assert.NotEmpty(report.Findings);
        Assert.DoesNotContain(text, c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
        Assert.DoesNotContain("All that can be proved holds.", text.Split('\n'));
        Assert.DoesNotContain(PackText.ForPrograms(report), c => c != '\n' && (char.IsControl(c) || c == '\u202e'));
    }

    [Fact]
    public void Table_Tells20VariantsApart() =>
        Assert.True(TamperTable.Rows.Select(r => r.Found).Distinct(StringComparer.Ordinal).Count() >= 20, "Fewer than 20 answers.");

    [Fact]
    public void HeadFromOutside_OfTheSameHistory_SaysSinceWhenNobodyCanHaveForgedIt()
    {
        Assert.True(SignedNote.TryParse(site.LaterHead, out var note));
        Assert.True(Checkpoint.TryParse(note.Text, out var later));
        using var source = PackVerifier.Open(site.Zip);
        var size = HeadSize();
        var proof = new Dictionary<long, IReadOnlyList<TreeHash>> { [later.Size] = site.ProveConsistency(size, later.Size) };
        var report = PackVerifier.Run(
            site.Zip,
            Terms() with
            {
                Heads = [new(later.Size, later.Root, later.Origin, "paper")],
                Consistency = proof,
            },
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Empty(report.Findings);
        Assert.Contains("nobody, since the head of paper", PackText.Forgers(report)[0], StringComparison.Ordinal);
        var without = PackVerifier.Run(
            site.Zip,
            Terms() with
            {
                Heads = [new(later.Size, later.Root, later.Origin, "paper")],
            },
            null,
            TestContext.Current.CancellationToken
        );
        Assert.Contains(PackText.NotProved(without), l => l.Contains("--consistency", StringComparison.Ordinal));
    }

    [Fact]
    public void HeadFromOutside_OfAnotherHistory_IsFound()
    {
        var other = new OutsideHead(HeadSize(), MerkleTree.EmptyRoot, PackSite.Origin, "paper");
        Assert.Equal(
            "forked",
            Found(PackVerifier.Run(site.Zip, Terms() with { Heads = [other] }, null, TestContext.Current.CancellationToken))
        );
    }

    [Fact]
    public async Task Instructions_ByHand_HoldForThePackAndStopForWhatWasTampered()
    {
        new Tampering(site.Zip).WriteFolder(_folder["good"]);
        var good = await ByHandAsync(_folder["good"]);
        Assert.Equal(
            [
                "files: intact",
                "files: none added",
                "list: entered",
                "Verified OK",
                "entries: proved",
                "older heads: beginnings of this one",
            ],
            good.Split('\n', StringSplitOptions.RemoveEmptyEntries)
        );
        var told = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(
            TamperTable.Rows,
            new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = TestContext.Current.CancellationToken },
            async (row, _) =>
            {
                var tampering = new Tampering(site.Zip);
                row.Do(tampering, site);
                tampering.WriteFolder(_folder[row.Name]);
                told[row.Name] = await ByHandAsync(_folder[row.Name]) != good;
                Directory.Delete(_folder[row.Name], recursive: true);
            }
        );
        Assert.Empty(
            TamperTable
                .Rows.Where(r => told[r.Name] != r.ByHand)
                .Select(r => $"{r.Name}: {(r.ByHand ? "is not told by hand" : "is told by hand")}")
        );
    }

    private static string Found(PackReport report) =>
        string.Join(' ', report.Findings.Select(f => f.Name).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));

    /// <summary>The blocks of the instructions, as they stand in the pack of the site, in a folder without the product.</summary>
    private static async Task<string> ByHandAsync(string folder)
    {
        var (script, kind) = (new StringBuilder(), string.Empty);
        foreach (var line in Encoding.UTF8.GetString(PackResources.Read("VERIFY.md")).Split('\n'))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
            {
                if (kind == "python")
                    script.Append("END\n");
                kind = kind.Length > 0 ? string.Empty : line[3..];
                if (kind == "python")
                    script.Append("/usr/bin/python3 - <<'END'\n");
            }
            else if (kind.Length > 0)
            {
                script.Append(line).Append('\n');
            }
        }

        var info = new ProcessStartInfo("sh", ["-c", script.ToString()])
        {
            WorkingDirectory = folder,
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(info)!;
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        _ = await errors;
        return await output;
    }

    private PackReport Verify(string path) => PackVerifier.Run(path, Terms(), null, TestContext.Current.CancellationToken);

    private long HeadSize()
    {
        using var source = PackVerifier.Open(site.Zip);
        using var reader = new StreamReader(source.Open(PackFormat.Head));
        return SignedNote.TryParse(reader.ReadToEnd(), out var note) && Checkpoint.TryParse(note.Text, out var head) ? head.Size : -1;
    }

    private PackTerms Terms()
    {
        var key = ECDsa.Create();
        key.ImportFromPem(site.PublicKey);
        return new(key);
    }
}
