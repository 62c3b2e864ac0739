using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Recording.Volumes;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>
/// What every volume must do, the one that tests simulate and the real ones alike: what the archive believes of a disk is believed of all
/// of them.
/// </summary>
public abstract class VolumeConformance : IAsyncDisposable
{
    private const int Block = 4096;

    private protected abstract IVolume Volume { get; }

    private protected abstract void Fill(long leave);

    private protected abstract void MakeRoom();

    private protected abstract void MakeReadOnly();

    private protected abstract void Remove();

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    private protected static byte[] Noise(int bytes, int seed = 1)
    {
        var data = new byte[bytes];
        new Random(seed).NextBytes(data);
        return data;
    }

    [Fact]
    public void Append_OfSeveralParts_StandsInOrderAndLengthFollows()
    {
        using (var file = Volume.Create("a"))
        {
            Assert.Equal(0, file.Length);
            file.Append([Noise(10), Noise(5000, 2)]);
            Assert.Equal(5010, file.Length);
            file.Append([Noise(7, 3)]);
            file.Flush();
            Assert.Equal((5017, 5017L), (file.Length, Volume.Length("a")));
        }

        Assert.Equal([.. Noise(10), .. Noise(5000, 2), .. Noise(7, 3)], Read("a"));
        using var again = Volume.OpenAppend("a");
        Assert.Equal(5017, again.Length);
        again.Append([Noise(3, 4)]);
        Assert.Equal(Noise(3, 4), Read("a")[5017..]);
    }

    [Fact]
    public void Append_DiskFullInTheMiddle_SaysFullAndLengthIsWhatTheFileHas()
    {
        using var file = Begin(out var whole);
        Fill(5 * Block);
        var failure = Assert.Throws<IOException>(() => AppendUntilFull(file));
        Assert.True(DiskFull.Is(failure), $"{failure.HResult} {failure.Message}");
        Assert.Equal(Volume.Length("a"), file.Length);
        // The beginning of the write that failed stands there: that is what a file's owner must reckon with.
        Assert.True((file.Length - whole) % (16 * Block) != 0, $"{file.Length} bytes: no write was torn, this proves nothing");
    }

    [Fact]
    public void SetLength_AfterATornAppend_LeavesTheWholeAndTheFileGoesOnThere()
    {
        using (var file = Begin(out var whole))
        {
            Fill(5 * Block);
            Assert.Throws<IOException>(() => AppendUntilFull(file));
            file.SetLength(whole);
            Assert.Equal((whole, whole), (file.Length, Volume.Length("a")));
            file.Flush();
            MakeRoom();
            file.Append([Noise(9, 9)]);
            file.Flush();
        }

        Assert.Equal([.. Noise(6000), .. Noise(9, 9)], Read("a"));
    }

    [Fact]
    public void Append_AfterATornAppend_GoesBehindWhatTheFileHas()
    {
        using var file = Begin(out _);
        Fill(5 * Block);
        Assert.Throws<IOException>(() => AppendUntilFull(file));
        var torn = file.Length;
        MakeRoom();
        file.Append([Noise(9, 9)]);
        Assert.Equal((torn + 9, torn + 9), (file.Length, Volume.Length("a")));
        Assert.Equal(Noise(9, 9), Read("a")[(int)torn..]);
    }

    [Fact]
    public void DiskFull_DeletesRenamesAndFoldersStillWork()
    {
        Volume.CreateFolder("f");
        using (var file = Volume.Create("f/a"))
            file.Append([Noise(2 * Block)]);
        Fill(0);
        Volume.Rename("f/a", "f/b");
        Volume.FlushFolder("f");
        Assert.Equal((null, 2L * Block), (Volume.Length("f/a"), Volume.Length("f/b")));
        using (var file = Volume.OpenAppend("f/b"))
        {
            file.SetLength(10);
            file.Flush();
        }

        Assert.Equal(10, Volume.Length("f/b"));
        Volume.Delete("f/b");
        Assert.Null(Volume.Length("f/b"));
    }

    [Fact]
    public async Task Allocate_TakesRealRoomAndDeletingGivesItBack()
    {
        var free = Volume.FreeBytes()!.Value;
        using (var file = Volume.Create("r"))
        {
            file.Allocate(32 * Block);
            file.Flush();
            Assert.Equal(32 * Block, file.Length);
        }

        Assert.InRange(free - Volume.FreeBytes()!.Value, 32 * Block, 48 * Block);
        Assert.True(Volume.TotalBytes() >= free);
        Fill(0);
        using (var file = Volume.OpenAppend("b"))
            Assert.True(DiskFull.Is(Assert.Throws<IOException>(() => AppendUntilFull(file))));
        Volume.Delete("b");
        Volume.Delete("r");
        // A journal gives blocks back when it commits.
        await Eventually.TrueAsync(() => Volume.FreeBytes() >= 30 * Block);
        using (var file = Volume.Create("c"))
            file.Append([Noise(20 * Block)]);
        Assert.Equal(20 * Block, Volume.Length("c"));
    }

    [Fact]
    public void Allocate_WithoutRoom_SaysFull()
    {
        Fill(4 * Block);
        using var file = Volume.Create("r");
        Assert.True(DiskFull.Is(Assert.Throws<IOException>(() => file.Allocate(1000 * Block))));
    }

    [Fact]
    public void Names_AreFoundOrderedRenamedOverAndDeletedTwice()
    {
        Volume.CreateFolder("x/y");
        foreach (var name in new[] { "b", "a" })
        {
            using var file = Volume.Create($"x/{name}");
            file.Append([Noise(name[0])]);
        }

        Assert.Throws<IOException>(() => Volume.Create("x/a"));
        Assert.ThrowsAny<IOException>(() => Volume.Create("z/a"));
        Assert.Equal(["a", "b"], Volume.Files("x"));
        Assert.Equal(["y"], Volume.Folders("x"));
        Assert.Empty(Volume.Files("z"));
        Volume.Rename("x/a", "x/b");
        Volume.FlushFolder("x");
        Assert.Equal(Noise('a'), Read("x/b"));
        Assert.ThrowsAny<IOException>(() => Volume.Rename("x/a", "x/b"));
        Volume.Delete("x/b");
        Volume.Delete("x/b");
        Volume.Delete("z/b");
        Assert.Equal((null, null), (Volume.Length("x/b"), Volume.OpenRead("x/b")));
    }

    [Fact]
    public void Reader_StaysWithItsFileWhileItGrowsIsRenamedAndDeleted()
    {
        Assert.Null(Volume.OpenReader("a"));
        using var file = Volume.Create("a");
        using var reader = Volume.OpenReader("a")!;
        var read = new byte[100];
        Assert.False(reader.TryRead(0, read));
        file.Append([Noise(100)]);
        Assert.True(reader.TryRead(0, read));
        Assert.Equal(Noise(100), read);
        file.Append([Noise(100, 2)]);
        Assert.False(reader.TryRead(101, read));
        Volume.Rename("a", "b");
        using (var other = Volume.Create("a"))
            other.Append([Noise(300, 3)]);
        Assert.True(reader.TryRead(100, read));
        Assert.Equal(Noise(100, 2), read);
        Volume.Delete("b");
        Assert.True(reader.TryRead(100, read));
        Assert.Equal(Noise(100, 2), read);
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.TryRead(0, read));
    }

    [Fact]
    public void ReadOnly_EveryWriteFailsAndReadingGoesOn()
    {
        using (var file = Volume.Create("a"))
        {
            file.Append([Noise(5000)]);
            file.Flush();
        }

        Volume.FlushFolder("");
        MakeReadOnly();
        Refused(() => Volume.Create("b").Dispose());
        Refused(() => Volume.OpenAppend("a").Append([Noise(1)]));
        Refused(() => Volume.Rename("a", "b"));
        Refused(() => Volume.CreateFolder("f"));
        Refused(() => Volume.Delete("a"));
        Assert.Equal(Noise(5000), Read("a"));
    }

    [Fact]
    public void Removed_NamesAreGoneAndNothingIsWrittenByThem()
    {
        Volume.CreateFolder("f");
        using var file = Volume.Create("f/a");
        file.Append([Noise(5000)]);
        file.Flush();
        Remove();
        Assert.Equal((null, null), (Volume.Length("f/a"), Volume.OpenRead("f/a")));
        Assert.ThrowsAny<IOException>(() => Volume.Create("f/b"));
        Assert.Empty(Volume.Files(""));
        // A file that is open stays one of the disk that went.
        file.Append([Noise(10)]);
        Assert.Equal((5010, null), (file.Length, Volume.Length("f/a")));
    }

    private IVolumeFile Begin(out long whole)
    {
        var file = Volume.Create("a");
        file.Append([Noise(6000)]);
        file.Flush();
        whole = file.Length;
        return file;
    }

    // More than any file system keeps back for itself.
    private static void AppendUntilFull(IVolumeFile file)
    {
        for (var i = 0; i < 64; i++)
            file.Append([Noise(10 * Block, 7), Noise(6 * Block, 8)]);
    }

    private static void Refused(Action write)
    {
        var failure = Record.Exception(write);
        Assert.True(failure is IOException or UnauthorizedAccessException, $"{failure}");
        Assert.False(DiskFull.Is(failure));
    }

    private protected byte[] Read(string path)
    {
        using var stream = Volume.OpenRead(path)!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

/// <summary>The volume of the crash matrices.</summary>
public sealed class SimulatedVolumeConformance : VolumeConformance
{
    private readonly SimulatedVolume _volume = new() { Capacity = 4 << 20 };

    private protected override IVolume Volume => _volume;

    private protected override void Fill(long leave) => _volume.Ballast = _volume.FreeBytes()!.Value - leave;

    private protected override void MakeRoom() => _volume.Ballast = 0;

    private protected override void MakeReadOnly() => _volume.ReadOnly = true;

    private protected override void Remove() => _volume.Remove();
}

/// <summary>The volume of the product over real file systems.</summary>
public abstract class DiskVolumeConformance : VolumeConformance
{
    private readonly SmallDisk _disk;
    private readonly DiskVolume _volume;

    private protected DiskVolumeConformance(Func<SmallDisk> make)
    {
        Assert.SkipWhen(SmallDisk.WhyNot is not null, SmallDisk.WhyNot ?? "");
        _disk = make();
        if (Directory.Exists(Path.Combine(_disk.Path, "lost+found")))
            Directory.Delete(Path.Combine(_disk.Path, "lost+found"));
        _volume = new(_disk.Path);
    }

    private protected override IVolume Volume => _volume;

    private protected override void Fill(long leave) => _disk.Fill(leave);

    private protected override void MakeRoom() => _disk.MakeRoom();

    private protected override void MakeReadOnly() => _disk.MakeReadOnly();

    private protected override void Remove() => _disk.Remove();

    public override ValueTask DisposeAsync()
    {
        _disk?.Dispose();
        GC.SuppressFinalize(this);
        return base.DisposeAsync();
    }
}

/// <summary>A disk.</summary>
public sealed class Ext4Conformance() : DiskVolumeConformance(() => SmallDisk.Ext4(12));

/// <summary>A file system without blocks of its own.</summary>
public sealed class TmpfsConformance() : DiskVolumeConformance(() => SmallDisk.Tmpfs(4));
