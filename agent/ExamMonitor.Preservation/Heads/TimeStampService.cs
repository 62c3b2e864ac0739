using System.Text;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Evidence.Anchoring;
using ExamMonitor.Problems;

namespace ExamMonitor.Preservation.Heads;

/// <summary>Has the newest head stamped when it is due, and says when that fails. One call of <see cref="TryAsync"/> at a time.</summary>
/// <param name="anchor">The way to the authority.</param>
/// <param name="every">How often a head is stamped.</param>
/// <param name="ledgerFolder">Ledger folder of the volume.</param>
/// <param name="log">Log.</param>
internal sealed partial class TimeStampService(HeadAnchor anchor, TimeSpan every, string ledgerFolder, ILogger<TimeStampService> log)
    : IProblemSource
{
    private (AnchorFault Fault, DateTimeOffset Since)? _failing;

    /// <summary>Time of the newest stamped head, UTC; null before the first.</summary>
    public DateTimeOffset? Last { get; private set; } = NewestIn(ledgerFolder);

    /// <summary>One attempt when a stamp is due and there is a head that has none.</summary>
    /// <param name="note">Newest signed head; null before the first.</param>
    /// <param name="now">UTC.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>Facts for the ledger; null when nothing was stamped.</returns>
    public async Task<IReadOnlyDictionary<string, string>?> TryAsync(string? note, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (note is null || TimeOf(note) is not { } head || head == Last || (Last is { } last && now >= last && now - last < every))
            return null;
        try
        {
            var facts = await anchor.StampAsync(ledgerFolder, note, cancellationToken).ConfigureAwait(false);
            (Last, _failing) = (head, null);
            return facts;
        }
        catch (AnchorException e)
        {
            if (_failing?.Fault != e.Fault)
                LogFailed(log, e.Message);
            _failing = (e.Fault, _failing is { } failing && failing.Fault == e.Fault ? failing.Since : now);
            return null;
        }
    }

    /// <summary>What is wrong: a stamp that is not believed at once, an authority that is away after three hours.</summary>
    public IEnumerable<Observation> Observe(DateTimeOffset now)
    {
        if (_failing is not { } failing)
            yield break;
        var suspicious =
            failing.Fault
            is AnchorFault.OtherImprint
                or AnchorFault.OtherNonce
                or AnchorFault.BadSignature
                or AnchorFault.Untrusted
                or AnchorFault.Expired;
        if (suspicious || now - failing.Since > TimeSpan.FromHours(3))
            yield return new(
                suspicious ? "anchor-not-believed" : "anchor-failing",
                new(null, null, null),
                Severity.Warning,
                Text(failing.Fault)
            );
    }

    private static LocalText Text(AnchorFault fault) =>
        fault switch
        {
            AnchorFault.Unreachable => new(
                "The time stamp authority does not answer; the ledger's heads are signed and not stamped meanwhile. Check the network and ledger.anchor.address.",
                "时间戳服务无应答，账本签名暂无时间戳。请检查网络和 ledger.anchor.address。"
            ),
            AnchorFault.Refused => new(
                "The time stamp authority refuses the requests. Ask its operator.",
                "时间戳服务拒绝请求，请联系其运营方。"
            ),
            AnchorFault.Malformed => new(
                "What answers at ledger.anchor.address is no time stamp authority.",
                "ledger.anchor.address 的应答不是时间戳。"
            ),
            AnchorFault.ClocksApart => new(
                "The time stamp authority's clock and this machine's are more than an hour apart. Set the machine's clock.",
                "时间戳服务与本机时钟相差超过一小时，请校准本机时钟。"
            ),
            AnchorFault.Expired => new(
                "The time stamp authority's certificate has expired; its stamps are not taken. Ask its operator.",
                "时间戳服务的证书已过期，其时间戳不予采信，请联系其运营方。"
            ),
            AnchorFault.Untrusted => new(
                "The time stamps are signed by somebody who is not in ledger.anchor.caFile; they are not taken.",
                "时间戳签名者不在 ledger.anchor.caFile 的信任范围内，不予采信。"
            ),
            _ => new(
                "The answers of the time stamp authority do not fit the requests: somebody on the way changes or replays them. They are not taken.",
                "时间戳应答与请求不符，传输途中可能被篡改或重放，不予采信。"
            ),
        };

    private static DateTimeOffset? NewestIn(string folder) =>
        AnchorFolder.List(folder) is [.., var last] && File.Exists(Path.ChangeExtension(last, ".note"))
            ? TimeOf(File.ReadAllText(Path.ChangeExtension(last, ".note"), Encoding.UTF8))
            : null;

    private static DateTimeOffset? TimeOf(string note) =>
        SignedNote.TryParse(note, out var signed) && Checkpoint.TryParse(signed.Text, out var head) ? head.Time : null;

    [LoggerMessage(EventId = 240, Level = LogLevel.Warning, Message = "No time stamp for the ledger's head: {Why}")]
    private static partial void LogFailed(ILogger log, string why);
}
