using System.Globalization;
using System.Text;
using ExamMonitor.Contracts.Files;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Evidence.Anchoring;

/// <summary>
/// Stamped heads beside the ledger: <c>ledger/anchors/SIZE-TIME.note</c> is the signed head, byte for byte what was stamped, <c>.tsr</c>
/// the authority's answer.
/// </summary>
public static class AnchorFolder
{
    /// <summary>Name of the folder inside the ledger's.</summary>
    public const string Name = "anchors";

    /// <summary>Keeps a pair; the answer comes last, so that no answer stands without its head.</summary>
    /// <param name="ledger">Ledger folder of the volume.</param>
    /// <param name="note">Signed head.</param>
    /// <param name="head">The same, read.</param>
    /// <param name="answer">TimeStampResp, DER.</param>
    /// <returns>Name of the answer's file, without its folder.</returns>
    /// <exception cref="IOException">The disk failed or became read-only.</exception>
    public static string Keep(string ledger, string note, Checkpoint head, ReadOnlySpan<byte> answer)
    {
        var folder = Directory.CreateDirectory(Path.Combine(ledger, Name)).FullName;
        var stem = string.Create(CultureInfo.InvariantCulture, $"{head.Size:D12}-{head.Time.UtcDateTime:yyyyMMdd'T'HHmmss'Z'}");
        WholeFile.Replace(Path.Combine(folder, stem + ".note"), Encoding.UTF8.GetBytes(note));
        WholeFile.Replace(Path.Combine(folder, stem + ".tsr"), answer);
        return stem + ".tsr";
    }

    /// <summary>Answers that are kept, in order of size and time; none when the folder is not there.</summary>
    public static IReadOnlyList<string> List(string ledger)
    {
        var folder = Path.Combine(ledger, Name);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder, "*.tsr").Order(StringComparer.Ordinal)] : [];
    }
}
