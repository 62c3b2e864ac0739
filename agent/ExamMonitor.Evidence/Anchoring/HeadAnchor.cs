using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Anchoring;

/// <summary>Has a signed head stamped, and keeps the stamp beside the ledger.</summary>
/// <param name="client">The way to the authority.</param>
/// <param name="address">Its address.</param>
/// <param name="authorities">Certificates that are trusted.</param>
/// <param name="time">Clock.</param>
public sealed class HeadAnchor(TimestampClient client, Uri address, X509Certificate2Collection authorities, TimeProvider time)
{
    /// <summary>Most that the authority's clock and this machine's may differ.</summary>
    public static TimeSpan LongestApart { get; } = TimeSpan.FromHours(1);

    /// <summary>One attempt.</summary>
    /// <param name="ledger">Ledger folder of the volume.</param>
    /// <param name="note">Signed head.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>Facts of the ledger entry that is to be appended.</returns>
    /// <exception cref="AnchorException">No stamp was got, or it is not believed; nothing was kept.</exception>
    /// <exception cref="IOException">The stamp could not be kept.</exception>
    public async Task<IReadOnlyDictionary<string, string>> StampAsync(string ledger, string note, CancellationToken cancellationToken)
    {
        if (!SignedNote.TryParse(note, out var signed) || !Checkpoint.TryParse(signed.Text, out var head))
            throw new ArgumentException("This is no signed head.", nameof(note));
        var data = Encoding.UTF8.GetBytes(note);
        var request = Timestamp.Request(data);
        var answer = await client.AskAsync(address, request.Encode(), cancellationToken).ConfigureAwait(false);
        var stamp = Timestamp.Accept(data, request, answer, authorities, time.GetUtcNow(), LongestApart);
        var file = AnchorFolder.Keep(ledger, note, head, answer);
        return new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["address"] = address.GetLeftPart(UriPartial.Path),
            ["authority"] = stamp.Authority,
            ["file"] = file,
            ["serial"] = stamp.Serial,
            ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(answer)),
            ["size"] = head.Size.ToString(CultureInfo.InvariantCulture),
            ["time"] = ExamMonitor.Contracts.UtcJsonConverter.ToText(stamp.Time),
        };
    }
}
