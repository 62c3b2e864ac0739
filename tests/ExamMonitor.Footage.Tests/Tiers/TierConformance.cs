using System.Security.Cryptography;
using ExamMonitor.Recording.Copies;
using ExamMonitor.Retention.Tiers;
using Xunit;

namespace ExamMonitor.Footage.Tests.Tiers;

/// <summary>What every tier must do. Run against each of them.</summary>
public abstract class TierConformance : IAsyncLifetime
{
    private protected static readonly TierKey Key = TierKey.Of("2026/03-02/R7/C1/010000Z.mp4");
    private protected static readonly Guid Volume = Guid.Parse("11111111-2222-3333-4444-555555555555");

    private protected DateTimeOffset Now { get; } = TimeProvider.System.GetUtcNow();

    private protected IArchiveTier Tier { get; private set; } = null!;

    private protected DateTimeOffset Until => Now.AddDays(200);

    public async ValueTask InitializeAsync()
    {
        Tier = await MakeAsync();
        await Tier.OpenAsync(Expected(), CancellationToken.None);
    }

    public virtual ValueTask DisposeAsync()
    {
        Tier?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>A tier over the same place each time.</summary>
    private protected abstract Task<IArchiveTier> MakeAsync();

    private protected TierExpectation Expected(Guid? id = null, Guid? volume = null, bool create = true) =>
        new(id, volume ?? Volume, "S1", create, Now);

    private protected static TierContent Content(int bytes, int seed = 1, bool replace = false)
    {
        var data = new byte[bytes];
        new Random(seed).NextBytes(data);
        return new(bytes, SHA256.HashData(data), () => new MemoryStream(data), replace);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData((5 << 20) + 1)]
    [InlineData(12_345_678)]
    public async Task Put_AnySize_IsFoundProvedAndReadBack(int bytes)
    {
        var content = Content(bytes);
        var put = await Tier.PutAsync(Key, content, Until, CancellationToken.None);
        var found = await Tier.FindAsync(Key, put.Version, CancellationToken.None);
        Assert.NotNull(found);
        Assert.Equal((bytes, content.Sha256Hex), ((int)found.SizeBytes, found.Sha256));
        Assert.InRange(found.RetainUntil!.Value, Until.AddSeconds(-1), Until.AddSeconds(2));
        Assert.Equal(
            new TierVerdict(TierOutcome.Proved, TierProof.Reread, ""),
            (await Tier.ProveAsync(put with { RetainUntil = Until }, TierProof.Reread, CancellationToken.None)) with
            {
                Text = "",
            }
        );
        Assert.True((await Tier.ProveAsync(put with { RetainUntil = Until }, TierProof.Presence, CancellationToken.None)).IsProved);
        await using var stream = await Tier.OpenReadAsync(Key, put.Version, CancellationToken.None);
        Assert.Equal(content.Sha256.ToArray(), await SHA256.HashDataAsync(stream!));
    }

    [Fact]
    public async Task Put_ContentThatIsNotWhatWasCommitted_LeavesNothing()
    {
        var content = Content(6_000_000);
        await Assert.ThrowsAsync<TierMismatchException>(() =>
            Tier.PutAsync(Key, content with { Sha256 = new byte[32] }, Until, CancellationToken.None)
        );
        await Assert.ThrowsAsync<TierMismatchException>(() =>
            Tier.PutAsync(Key, content with { SizeBytes = 6_000_001 }, Until, CancellationToken.None)
        );
        await Assert.ThrowsAsync<TierMismatchException>(() =>
            Tier.PutAsync(Key, Content(1000) with { Sha256 = new byte[32] }, Until, CancellationToken.None)
        );
        Assert.Null(await Tier.FindAsync(Key, "", CancellationToken.None));
        Assert.Equal([TierIdentity.FileName], (await ListAsync("")).Select(o => o.Key.Text).DefaultIfEmpty(TierIdentity.FileName));
    }

    [Fact]
    public async Task Put_SameTwice_ChangesNothing_OtherContent_IsRefused()
    {
        var first = await Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None);
        var again = await Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None);
        Assert.Equal(first.Version, again.Version);
        await Assert.ThrowsAsync<TierMismatchException>(() => Tier.PutAsync(Key, Content(1000, seed: 2), Until, CancellationToken.None));
        Assert.True((await Tier.ProveAsync(first, TierProof.Reread, CancellationToken.None)).IsProved);
    }

    [Fact]
    public async Task Put_DocumentThatGrew_IsReplaced_AndTheOlderStateIsNotLost()
    {
        var key = TierKey.Of("2026/03-02/R7/C1/day.jsonl");
        await Tier.PutAsync(key, Content(1000, replace: true), Until, CancellationToken.None);
        var grown = Content(2000, replace: true);
        Assert.Equal(2000, (await Tier.PutAsync(key, grown, Until, CancellationToken.None)).SizeBytes);
        await Tier.PutAsync(key, Content(500, seed: 9, replace: true), Until, CancellationToken.None);
        Assert.Equal(500, (await Tier.FindAsync(key, "", CancellationToken.None))!.SizeBytes);
        Assert.Contains(grown.Sha256Hex, await OlderStatesAsync(key));
    }

    /// <summary>Hashes of the states of a document that were replaced.</summary>
    private protected abstract Task<IReadOnlyList<string>> OlderStatesAsync(TierKey key);

    [Fact]
    public async Task Retention_IsRaised_NeverLowered_AndKeepsFromDeletion()
    {
        var put = await Tier.PutAsync(Key, Content(1000), Until, CancellationToken.None);
        Assert.InRange(
            await Tier.ExtendAsync(Key, put.Version, Until.AddDays(100), CancellationToken.None),
            Until.AddDays(100).AddSeconds(-1),
            Until.AddDays(100).AddSeconds(2)
        );
        Assert.True(
            await Tier.ExtendAsync(Key, put.Version, Until.AddDays(-50), CancellationToken.None) >= Until.AddDays(100).AddSeconds(-1)
        );
        Assert.False(await Tier.DeleteAsync(Key, put.Version, Until.AddDays(99), CancellationToken.None));
        Assert.True(
            (await Tier.ProveAsync(put with { RetainUntil = Until.AddDays(100) }, TierProof.Reread, CancellationToken.None)).IsProved
        );
        Assert.Equal(
            TierOutcome.NotLocked,
            (await Tier.ProveAsync(put with { RetainUntil = Until.AddDays(101) }, TierProof.Presence, CancellationToken.None)).Outcome
        );
    }

    [Fact]
    public async Task Delete_AfterItsDate_IsGone_AndAgainIsNoError()
    {
        var put = await Tier.PutAsync(Key, Content(1000), TimeProvider.System.GetUtcNow().AddSeconds(1.5), CancellationToken.None);
        // The server's own clock decides; ours is only asked first.
        await TestKit.Eventually.TrueAsync(() => Tier.DeleteAsync(Key, put.Version, Now.AddYears(1), CancellationToken.None));
        Assert.Null(await Tier.FindAsync(Key, put.Version, CancellationToken.None));
        Assert.Equal(TierOutcome.Missing, (await Tier.ProveAsync(put, TierProof.Presence, CancellationToken.None)).Outcome);
        Assert.Null(await Tier.OpenReadAsync(Key, put.Version, CancellationToken.None));
        Assert.True(await Tier.DeleteAsync(Key, put.Version, Now.AddYears(1), CancellationToken.None));
    }

    [Fact]
    public async Task List_GivesEveryObjectOnce_AndAFolderOnlyItsOwn()
    {
        string[] names =
        [
            "2026/03-02/R7/C1/010000Z.mp4",
            "2026/03-02/R7/C1/010100Z.mp4",
            "2026/03-02/R7/C10/010000Z.mp4",
            "ledger/entries/000000000000.jsonl",
            "volume.json",
        ];
        foreach (var name in names)
            await Tier.PutAsync(TierKey.Of(name), Content(10, seed: name.Length, replace: true), Until, CancellationToken.None);
        await Tier.PutAsync(TierKey.Of(names[3]), Content(20, replace: true) with { KeepOlder = false }, Until, CancellationToken.None);
        Assert.Equal(names.Order(), (await ListAsync("")).Select(o => o.Key.Text).Where(n => n != TierIdentity.FileName).Order());
        Assert.Equal(names[..2], (await ListAsync("2026/03-02/R7/C1")).Select(o => o.Key.Text).Order());
        Assert.Equal(20, (await ListAsync("ledger")).Single().SizeBytes);
    }

    [Fact]
    public async Task Open_AnotherTierOrVolume_IsRefused_ItsOwn_IsKnownAgain()
    {
        using var again = await MakeAsync();
        var identity = await again.OpenAsync(Expected(create: false), CancellationToken.None);
        Assert.Equal(identity, await again.OpenAsync(Expected(identity.Id), CancellationToken.None));
        await Assert.ThrowsAsync<TierRefusedException>(() => again.OpenAsync(Expected(Guid.NewGuid()), CancellationToken.None));
        await Assert.ThrowsAsync<TierRefusedException>(() => again.OpenAsync(Expected(volume: Guid.NewGuid()), CancellationToken.None));
    }

    [Fact]
    public async Task Put_Stopped_LeavesNothingUnderTheKey_AndCanBeDoneAgain()
    {
        var content = Content(12_000_000);
        using var stop = new CancellationTokenSource();
        var slow = content with { Open = () => new StoppingStream(content.Open(), 6_000_000, stop) };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Tier.PutAsync(Key, slow, Until, stop.Token));
        using (var next = await MakeAsync())
        {
            await next.OpenAsync(Expected(), CancellationToken.None);
            Assert.Null(await next.FindAsync(Key, "", CancellationToken.None));
            Assert.True(
                (
                    await next.ProveAsync(
                        await next.PutAsync(Key, content, Until, CancellationToken.None),
                        TierProof.Reread,
                        CancellationToken.None
                    )
                ).IsProved
            );
        }
    }

    private protected async Task<List<TierObject>> ListAsync(string folder)
    {
        var found = new List<TierObject>();
        await foreach (var item in Tier.ListAsync(folder, CancellationToken.None))
            found.Add(item);
        return found;
    }

    private sealed class StoppingStream(Stream inner, long after, CancellationTokenSource stop) : Stream
    {
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position;
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read > after)
                await stop.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            var read = await inner.ReadAsync(buffer, cancellationToken);
            _read += read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
