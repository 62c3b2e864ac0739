using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Dashboard.Tests.Fixtures;
using ExamMonitor.Dashboard.Witnessing;
using ExamMonitor.TestKit;
using ExamMonitor.Transparency;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Tests.Witnessing;

/// <summary>Cosigning over a real database, without the way to it.</summary>
public sealed class CheckpointCosignerTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLedger _ledger = new();
    private readonly WitnessIdentity _identity;
    private Database _database = null!;

    public CheckpointCosignerTests()
    {
        Directory.CreateDirectory(_folder["data"]);
        _identity = new(Options.Create(new DashboardOptions { DataFolder = _folder["data"] }), NullLogger<WitnessIdentity>.Instance);
    }

    private KnownLog Log => new(Checkpoint.OriginOf(DemoFloor.Site, DemoFloor.Agent), _ledger.PublicKey, []);

    public async ValueTask InitializeAsync() => _database = await Database.OpenSqliteAsync(_folder["dashboard.db"], default);

    public async ValueTask DisposeAsync()
    {
        _identity.Dispose();
        _ledger.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Add_RecordThatFails_IsNotSigned()
    {
        using var cosigner = new CheckpointCosigner(new BrokenStore(), _identity, _time);
        await Assert.ThrowsAsync<IOException>(() => cosigner.AddAsync(Request(0, 5), Log, default));
    }

    [Fact]
    public async Task Add_TwoHistoriesInTwoProcesses_OneIsSigned()
    {
        for (var round = 0; round < 10; round++)
        {
            // Two cosigners share nothing but the database, as two processes would.
            using var first = new CheckpointCosigner(new SqlCosignStore(_database), _identity, _time);
            using var second = new CheckpointCosigner(new SqlCosignStore(_database), _identity, _time);
            var known = await first.FindAsync(Log.Origin, default);
            var (old, size) = ((int)(known?.Head.Size ?? 0), 5 * (round + 1));
            var (one, two) = (Request(old, size, salt: size - 1), Request(old, size, salt: size - 2));
            var answers = await Task.WhenAll(
                Task.Run(() => first.AddAsync(one, Log, default)),
                Task.Run(() => second.AddAsync(two, Log, default))
            );
            Assert.Equal(1, answers.Count(a => a.Line is not null));
            // The next round grows from the history that won.
            _branches.Add(answers[0].Line is not null ? size - 1 : size - 2);
        }
    }

    [Fact]
    public async Task Add_ClockThatRanBack_SignsNoEarlierTime()
    {
        using var cosigner = new CheckpointCosigner(new SqlCosignStore(_database), _identity, _time);
        var first = TimeOf(await cosigner.AddAsync(Request(0, 5), Log, default), 5);
        _time.StepWallClock(TimeSpan.FromDays(-1826));
        Assert.Equal(first, TimeOf(await cosigner.AddAsync(Request(5, 9), Log, default), 9));
    }

    [Fact]
    public async Task Add_LinesOfStrangers_AreNotKept()
    {
        using var cosigner = new CheckpointCosigner(new SqlCosignStore(_database), _identity, _time);
        var request = Request(0, 5);
        var stranger = new NoteSignature(Log.Origin, [1, 2, 3, 4], new byte[4000]);
        await cosigner.AddAsync(
            request with
            {
                Note = request.Note with { Signatures = [.. request.Note.Signatures, stranger] },
            },
            Log,
            default
        );
        Assert.True(SignedNote.TryParse((await cosigner.FindAsync(Log.Origin, default))!.Note, out var kept));
        Assert.Equal([Log.Origin, _identity.Key.Name], kept.Signatures.Select(s => s.Name));
    }

    [Fact]
    public void Key_ReadableByOthers_IsRefused()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(
            Path.Combine(_folder["data"], WitnessIdentity.FileName),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead
        );
        Assert.Contains(
            "chmod 600",
            Assert
                .Throws<InvalidOperationException>(() =>
                    new WitnessIdentity(
                        Options.Create(new DashboardOptions { DataFolder = _folder["data"] }),
                        NullLogger<WitnessIdentity>.Instance
                    ).Dispose()
                )
                .Message,
            StringComparison.Ordinal
        );
    }

    private readonly List<int> _branches = [];

    private DateTimeOffset TimeOf(CosignAnswer answer, int size)
    {
        Assert.NotNull(answer.Line);
        Assert.True(SignedNote.TryParse(_ledger.Hold(size).Head(At, 1).Note, out var note));
        Assert.Equal(SignatureStanding.Holds, _identity.Key.Check(new(note.Text, [answer.Line]), out var time));
        return time!.Value;
    }

    private static DateTimeOffset At => new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private AddCheckpointRequest Request(int old, int size, int salt = int.MaxValue)
    {
        _ledger.Hold(size, [.. _branches, .. salt == int.MaxValue ? (int[])[] : [salt]]);
        Assert.True(SignedNote.TryParse(_ledger.Head(At, 1).Note, out var note));
        return new(old, [.. _ledger.Prove(old, size)!.Hashes.Select(h => TreeHash.TryParseBase64(h, out var hash) ? hash : default)], note);
    }

    private sealed class BrokenStore : ICosignStore
    {
        public Task<CosignedHead?> FindAsync(string witness, string origin, CancellationToken ct) => Task.FromResult<CosignedHead?>(null);

        public Task<CosignedHead?> FindByHashAsync(string witness, string originHash, CancellationToken ct) =>
            Task.FromResult<CosignedHead?>(null);

        public Task<bool> TryAdvanceAsync(string witness, TreeHead? before, CosignedHead next, CancellationToken ct) =>
            throw new IOException("No space left on device");

        public Task SetNoteAsync(string witness, CosignedHead head, CancellationToken ct) =>
            throw new IOException("No space left on device");
    }
}
