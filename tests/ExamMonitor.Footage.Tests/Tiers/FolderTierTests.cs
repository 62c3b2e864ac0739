using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Footage.Tests.Survival;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention.Tiers;
using ExamMonitor.TestKit;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>The second disk.</summary>
public sealed class FolderTierTests : TierConformance
{
    private readonly TempFolder _folder = new();

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Open_UnmountedDisk_FillsNothing()
    {
        var identity = await Tier.OpenAsync(Expected(), CancellationToken.None);
        using var empty = new TempFolder();
        using var unmounted = Over(new DiskVolume(empty.Path));
        var refusal = await Assert.ThrowsAsync<TierRefusedException>(() =>
            unmounted.OpenAsync(Expected(identity.Id), CancellationToken.None)
        );
        Assert.Contains("Mount the disk", refusal.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<TierRefusedException>(() => unmounted.OpenAsync(Expected(create: false), CancellationToken.None));
        Assert.Empty(Directory.EnumerateFileSystemEntries(empty.Path));
        using var missing = Over(new DiskVolume(empty["nowhere"]));
        await Assert.ThrowsAsync<TierRefusedException>(() => missing.OpenAsync(Expected(), CancellationToken.None));
        Assert.False(Directory.Exists(empty["nowhere"]));
    }

    [Fact]
    public async Task Put_DiskUnmountedMeanwhile_WritesNothing()
    {
        File.Delete(_folder[TierIdentity.FileName]);
        await Assert.ThrowsAsync<TierRefusedException>(() => Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Prove_SpoiledContent_IsSeenByReread_NotByPresence()
    {
        var put = await Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None);
        var bytes = await File.ReadAllBytesAsync(_folder[Key.Text]);
        bytes[500] ^= 1;
        await File.WriteAllBytesAsync(_folder[Key.Text], bytes);
        Assert.True((await Tier.ProveAsync(put, TierProof.Presence, CancellationToken.None)).IsProved);
        Assert.Equal(TierOutcome.WrongHash, (await Tier.ProveAsync(put, TierProof.Reread, CancellationToken.None)).Outcome);
    }

    [Fact]
    public async Task Open_FolderWithOtherThings_IsRefused()
    {
        using var strange = new TempFolder();
        await File.WriteAllTextAsync(strange["letter.txt"], "");
        using var tier = Over(new DiskVolume(strange.Path));
        await Assert.ThrowsAsync<TierRefusedException>(() => tier.OpenAsync(Expected(), CancellationToken.None));
    }

    [Fact]
    public async Task Put_PowerCutOrFailureAtEachStep_NothingHalfIsSeen_AndTheNextPutProves()
    {
        var steps = await StepsOfAPutAsync();
        for (var step = 0; step < steps; step++)
        {
            foreach (var (power, after) in new[] { (true, true), (true, false), (false, true), (false, false) })
            {
                var disk = new SimulatedVolume();
                using var tier = Over(disk);
                await tier.OpenAsync(Expected(), CancellationToken.None);
                var from = disk.Operations;
                void Die(int number, string operation, string path)
                {
                    if (number - from != step)
                        return;
                    disk.Dead = power;
                    if (power)
                        throw new ProcessDeathException();
                    throw new IOException("planted") { HResult = 28 };
                }

                if (after)
                    disk.After = Die;
                else
                    disk.Before = Die;
                var failure = await Record.ExceptionAsync(() => tier.PutAsync(Key, Content(3000), Until, CancellationToken.None));
                Assert.True(power ? failure is ProcessDeathException : failure is TierUnavailableException, $"step {step}: {failure}");
                (disk.Before, disk.After) = (null, null);
                for (var seed = 0; seed < (power ? 4 : 1); seed++)
                {
                    var next = power ? disk.AfterPowerCut(seed) : disk;
                    using var again = Over(next);
                    await again.OpenAsync(Expected(), CancellationToken.None);
                    // Whatever is said to be there is there whole.
                    if (await again.FindAsync(Key, "", CancellationToken.None) is { } found)
                        Assert.True((await again.ProveAsync(found, TierProof.Reread, CancellationToken.None)).IsProved, $"step {step}");
                    var put = await again.PutAsync(Key, Content(3000), Until, CancellationToken.None);
                    Assert.True((await again.ProveAsync(put, TierProof.Reread, CancellationToken.None)).IsProved, $"step {step}");
                    Assert.DoesNotContain(next.AllFiles(), f => f.EndsWith(TierKey.PartEnding, StringComparison.Ordinal));
                }
            }
        }
    }

    /// <summary>
    /// Bytes are hashed once, as the disk gives them back: a disk that gives back others is told from a local file that is wrong.
    /// </summary>
    [Fact]
    public async Task Put_DiskGivesBackOtherBytes_NamesTheDisk_AndNothingGetsTheName()
    {
        var disk = new SimulatedVolume();
        using var tier = Over(disk);
        await tier.OpenAsync(Expected(), CancellationToken.None);
        disk.After = (_, operation, path) =>
        {
            if (operation == "flush" && path.EndsWith(TierKey.PartEnding, StringComparison.Ordinal))
                disk.Spoil(path, b => [.. b[..^1], (byte)~b[^1]]);
        };
        var failure = await Assert.ThrowsAsync<TierMismatchException>(() =>
            tier.PutAsync(Key, Content(3000), Until, CancellationToken.None)
        );
        Assert.Contains("replace the disk", failure.Hint, StringComparison.Ordinal);
        Assert.Equal([TierIdentity.FileName], disk.AllFiles());
        disk.After = null;
        Assert.Equal(TierProof.Reread, (await tier.PutAsync(Key, Content(3000), Until, CancellationToken.None)).Proof);
    }

    [Fact]
    public async Task Put_DiskFull_SaysSo_AndLeavesNoPart()
    {
        var disk = new SimulatedVolume();
        using var tier = Over(disk);
        await tier.OpenAsync(Expected(), CancellationToken.None);
        disk.Before = (_, operation, path) =>
        {
            if (operation == "write" && path.EndsWith(TierKey.PartEnding, StringComparison.Ordinal))
                throw new IOException("No space left on device") { HResult = 28 };
        };
        var failure = await Assert.ThrowsAsync<TierUnavailableException>(() =>
            tier.PutAsync(Key, Content(3000), Until, CancellationToken.None)
        );
        Assert.Contains("full", failure.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain(disk.AllFiles(), f => f.EndsWith(TierKey.PartEnding, StringComparison.Ordinal));
    }

    private protected override Task<IArchiveTier> MakeAsync() => Task.FromResult<IArchiveTier>(Over(new DiskVolume(_folder.Path)));

    private protected override async Task<IReadOnlyList<string>> OlderStatesAsync(TierKey key)
    {
        var hashes = new List<string>();
        foreach (var file in Directory.GetFiles(_folder[key.Folder], key.Name + ".*"))
            hashes.Add(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(file))));
        return hashes;
    }

    private static FolderTier Over(IVolume volume) => new(volume, TimeProvider.System, new(null, TimeProvider.System));

    private async Task<int> StepsOfAPutAsync()
    {
        var disk = new SimulatedVolume();
        using var tier = Over(disk);
        await tier.OpenAsync(Expected(), CancellationToken.None);
        var from = disk.Operations;
        await tier.PutAsync(Key, Content(3000), Until, CancellationToken.None);
        return disk.Operations - from;
    }
}
