namespace ExamMonitor.Footage.Tests.Survival;

/// <summary>What befalls a life of the writer of <see cref="SurvivalLoop"/>.</summary>
internal enum FaultKind
{
    /// <summary>Something else fills the disk while it is recorded, and is taken away again.</summary>
    DiskFull,

    /// <summary>The same before the start.</summary>
    DiskFullAtStart,

    /// <summary>Writes fail with EIO for a while.</summary>
    WritesFail,

    /// <summary>Writes fail with EIO from the start on, for a while.</summary>
    WritesFailAtStart,

    /// <summary>The file system fails and becomes read-only; what was not flushed is gone when it is mounted again.</summary>
    DiskFails,

    /// <summary>The file system is read-only at the start, and writable afterwards.</summary>
    ReadOnlyAtStart,

    /// <summary>A byte of a cache is flipped, or the file is cut, while no process runs.</summary>
    CacheBroken,

    /// <summary>A file that was being written ends in half a write.</summary>
    TornTail,

    /// <summary>The clock is wrong from the start.</summary>
    ClockAtStart,

    /// <summary>The clock is set wrong while it is recorded.</summary>
    ClockInLife,

    /// <summary>The clock is set wrong right before a sweep.</summary>
    ClockBeforeSweep,
}

/// <summary>A fault with its details, drawn from the seed.</summary>
/// <param name="Kind">What.</param>
/// <param name="At">Fragment of the life at which it begins.</param>
/// <param name="Length">Fragments for which it lasts.</param>
/// <param name="Step">What the clock is set by.</param>
internal sealed record SurvivalFault(FaultKind Kind, int At, int Length, TimeSpan Step)
{
    private static readonly string[][] Failing =
    [
        [],
        [".part"],
        ["/ledger/"],
        ["day.jsonl", "/retention/"],
        ["/ledger/entries"],
        ["/hashes.bin"],
        ["/ledger/checkpoint"],
    ];

    /// <summary>Parts of the paths of files whose writes fail; none for all.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    private static readonly TimeSpan[] Steps = [TimeSpan.FromSeconds(3), TimeSpan.FromHours(1), TimeSpan.FromDays(1826)];
    private static readonly FaultKind[] Kinds = Enum.GetValues<FaultKind>();

    /// <summary>Whether footage of the life may be lost without a kill: the disk took no writes.</summary>
    public bool HurtsDisk =>
        Kind
            is FaultKind.DiskFull
                or FaultKind.DiskFullAtStart
                or FaultKind.WritesFail
                or FaultKind.WritesFailAtStart
                or FaultKind.DiskFails
                or FaultKind.ReadOnlyAtStart
                or FaultKind.TornTail;

    /// <summary>Whether it is about the clock.</summary>
    public bool IsOfClock => Kind is FaultKind.ClockAtStart or FaultKind.ClockInLife or FaultKind.ClockBeforeSweep;

    /// <summary>Whether it befalls files at rest, so that nothing may have mended them before.</summary>
    public bool IsAtRest => Kind is FaultKind.CacheBroken or FaultKind.TornTail;

    /// <summary>One of each kind in turn, with random details.</summary>
    public static SurvivalFault Draw(int number, Random random)
    {
        var step = Steps[random.Next(Steps.Length)] * (random.Next(2) * 2 - 1);
        return new(Kinds[number % Kinds.Length], random.Next(1, 12), random.Next(2, 12), step)
        {
            Parts = Failing[random.Next(Failing.Length)],
        };
    }

    /// <summary>Which lives have a fault: spread over all, none in the first two.</summary>
    public static Dictionary<int, SurvivalFault> Plan(int lives, int faults, Random random)
    {
        var plan = new Dictionary<int, SurvivalFault>();
        var places = Enumerable.Range(2, Math.Max(faults, lives - 2)).ToArray();
        random.Shuffle(places);
        foreach (var (place, number) in places.Take(faults).Select((p, i) => (p, i)))
            plan[place] = Draw(number, random);
        return plan;
    }

    public override string ToString() => IsOfClock ? $"{Kind} {Step}" : $"{Kind}";
}
