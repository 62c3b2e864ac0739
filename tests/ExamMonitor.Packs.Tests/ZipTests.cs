using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using ExamMonitor.Packs.Verification;
using ExamMonitor.Packs.Zip;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Packs.Tests;

public sealed class ZipTests(PackSite site) : IDisposable
{
    private readonly TempFolder _folder = new();

    public static TheoryData<string> Hostile => [.. Attacks.Keys];

    private static Dictionary<string, Action<string>> Attacks { get; } =
        new(StringComparer.Ordinal)
        {
            ["parent folder"] = f => Write(f, ("../../etc/cron.d/x", "x")),
            ["absolute path"] = f => Write(f, ("/etc/passwd", "x")),
            ["drive letter"] = f => Write(f, ("C:/x", "x")),
            ["backslash"] = f => Write(f, ("a\\..\\b", "x")),
            ["terminal"] = f => Write(f, ("a\u009b2Jb", "x")),
            ["direction"] = f => Write(f, ("gnp.\u202eexe", "x")),
            ["unseen tag"] = f => Write(f, ("a\U000E0041b", "x")),
            ["same name twice"] = f => Write(f, ("pack.json", "1"), ("pack.json", "2")),
            ["same name in another case"] = f => Write(f, ("pack.json", "1"), ("PACK.JSON", "2")),
            ["link"] = f => Write(f, entry => entry.ExternalAttributes = unchecked((int)0xA1FF0000), ("key.pem", "/etc/passwd")),
            ["device"] = f => Write(f, entry => entry.ExternalAttributes = unchecked((int)0x21FF0000), ("key.pem", "")),
            ["bomb"] = Bomb,
            ["absurd size"] = f => Patch(f, 24, 0xFFFFFFF0),
            ["absurd place"] = f => Patch(f, 42, 0x7FFFFFF0),
            ["encrypted"] = f => Patch(f, 8, 0x00000801),
            ["something behind"] = f => File.AppendAllText(f, "second archive"),
            ["something before"] = f => File.WriteAllBytes(f, [.. "#!/bin/sh\n"u8, .. File.ReadAllBytes(f)]),
            ["cut short"] = f => File.WriteAllBytes(f, File.ReadAllBytes(f)[..^30]),
            ["empty"] = f => File.WriteAllBytes(f, []),
            ["no archive"] = f => File.WriteAllText(f, new string('x', 4000)),
            ["many files in the count alone"] = f => PatchEnd(f, 10, 0xFFFE),
        };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Archive_Hostile_IsRefusedAndNothingIsWritten(string attack)
    {
        File.Copy(site.Zip, _folder["x.zip"]);
        Attacks[attack](_folder["x.zip"]);
        var report = PackVerifier.Run(_folder["x.zip"], new(), null, TestContext.Current.CancellationToken);
        Assert.Equal([PackFindingKind.ContainerHostile], report.Findings.Select(f => f.Kind));
        Assert.Equal(["x.zip"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public void Folder_WithALink_IsRefused()
    {
        Directory.CreateDirectory(_folder["pack"]);
        File.CreateSymbolicLink(Path.Combine(_folder["pack"], "SHA256SUMS"), "/etc/hostname");
        Assert.Equal(
            [PackFindingKind.ContainerHostile],
            PackVerifier.Run(_folder["pack"], new(), null, TestContext.Current.CancellationToken).Findings.Select(f => f.Kind)
        );
    }

    [Fact]
    public async Task Archive_IsReadByForeignPrograms()
    {
        using (var archive = await ZipFile.OpenReadAsync(site.Zip, TestContext.Current.CancellationToken))
            Assert.Equal(site.Layout.Items.Count, archive.Entries.Count);
        using var python = Process.Start(
            new ProcessStartInfo(
                "/usr/bin/python3",
                ["-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); print(z.testzip(), len(z.namelist()))", site.Zip]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
            }
        )!;
        Assert.Equal(
            $"None {site.Layout.Items.Count}\n",
            await python.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken)
        );
    }

    [Fact]
    public void Stream_FromAnyPlace_GivesTheSameBytes()
    {
        var whole = File.ReadAllBytes(site.Zip);
        Assert.Equal(whole.Length, site.Layout.Length);
        // A fresh layout knows no checksum: what comes behind must be computed, wherever reading begins.
        foreach (var from in new[] { 0, 1, 29, 5000, whole.Length / 2, whole.Length - 3000, whole.Length - 22, whole.Length - 1 })
        {
            var fresh = new ZipLayout([.. site.Layout.Items.Select(i => ZipItem.Of(i.Path, i.SizeBytes, i.Open))], PackSite.Start);
            using var all = new MemoryStream();
            using (var stream = new ZipStream(fresh))
                stream.CopyTo(all);
            using var part = new ZipStream(new([.. site.Layout.Items.Select(i => ZipItem.Of(i.Path, i.SizeBytes, i.Open))], PackSite.Start))
            {
                Position = Math.Min(from, all.Length),
            };
            using var rest = new MemoryStream();
            part.CopyTo(rest);
            Assert.Equal(all.ToArray()[Math.Min(from, (int)all.Length)..], rest.ToArray());
        }
    }

    /// <summary>Numbers beyond 4 GiB, with files that take no room: what is read is zeros.</summary>
    [Fact]
    public void Layout_BeyondFourGiB_IsZip64()
    {
        const long size = 3L << 30;
        var items = Enumerable.Range(0, 4).Select(i => ZipItem.Of($"footage/{i}.mp4", size, () => new Zeros(size))).ToList();
        foreach (var item in items)
            item.Remember(0);
        var layout = new ZipLayout(items, PackSite.Start);
        using var stream = new ZipStream(layout) { Position = layout.Items[^1].Offset };
        var header = new byte[30];
        stream.ReadExactly(header);
        Assert.Equal(0x04034b50u, BinaryPrimitives.ReadUInt32LittleEndian(header));
        stream.Position = layout.Length - 22 - 20 - 56;
        var end = new byte[98];
        stream.ReadExactly(end);
        Assert.Equal(0x06064b50u, BinaryPrimitives.ReadUInt32LittleEndian(end));
        Assert.Equal(4, BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(32)));
        Assert.Equal(layout.Items.Sum(i => i.SizeBytes + 16 + 30 + i.Path.Length), BinaryPrimitives.ReadInt64LittleEndian(end.AsSpan(48)));
        Assert.Equal(0, stream.Read(end));
    }

    private static void Write(string file, params (string Name, string Text)[] entries) => Write(file, _ => { }, entries);

    private static void Write(string file, Action<ZipArchiveEntry> change, params (string Name, string Text)[] entries)
    {
        File.Delete(file);
        using var archive = ZipFile.Open(file, ZipArchiveMode.Create);
        foreach (var (name, text) in entries)
        {
            var entry = archive.CreateEntry(name, CompressionLevel.NoCompression);
            change(entry);
            using var stream = entry.Open();
            stream.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private static void Bomb(string file)
    {
        File.Delete(file);
        using var archive = ZipFile.Open(file, ZipArchiveMode.Create);
        using var stream = archive.CreateEntry("SHA256SUMS", CompressionLevel.SmallestSize).Open();
        for (var i = 0; i < 64; i++)
            stream.Write(new byte[1 << 20]);
    }

    /// <summary>Writes a number into the first entry of the directory.</summary>
    private static void Patch(string file, int at, uint value)
    {
        var bytes = File.ReadAllBytes(file);
        var directory = (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(bytes.Length - 6));
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(directory + at), value);
        File.WriteAllBytes(file, bytes);
    }

    private static void PatchEnd(string file, int at, ushort value)
    {
        var bytes = File.ReadAllBytes(file);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes.AsSpan(bytes.Length - 22 + at), value);
        File.WriteAllBytes(file, bytes);
    }

    private sealed class Zeros(long length) : MemoryStream
    {
        public override long Length => length;
    }
}
