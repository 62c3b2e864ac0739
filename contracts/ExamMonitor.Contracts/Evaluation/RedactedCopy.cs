using System.Buffers.Binary;
using System.Text;

namespace ExamMonitor.Contracts.Evaluation;

/// <summary>A part of the picture that is made unrecognisable for a time.</summary>
/// <param name="From">UTC.</param>
/// <param name="To">UTC, exclusive.</param>
/// <param name="X">Left edge, share of the picture's width, [0, 1].</param>
/// <param name="Y">Upper edge, share of its height.</param>
/// <param name="Width">Share of its width, at least 0.01.</param>
/// <param name="Height">Share of its height, at least 0.01.</param>
public sealed record RedactedRegion(DateTimeOffset From, DateTimeOffset To, double X, double Y, double Width, double Height);

/// <summary>A copy with blurred regions that is asked for. Sound is left out: a voice tells who somebody is.</summary>
/// <param name="Session">Session; the copy lies in it.</param>
/// <param name="Camera">Camera.</param>
/// <param name="From">UTC.</param>
/// <param name="To">UTC, exclusive; at most <see cref="Longest"/> later.</param>
/// <param name="Regions">What is blurred; at least 1, at most <see cref="Most"/>.</param>
public sealed record RedactedCopyRequest(
    ExamSessionId Session,
    CameraId Camera,
    DateTimeOffset From,
    DateTimeOffset To,
    IReadOnlyList<RedactedRegion> Regions
)
{
    /// <summary>Most regions of a copy.</summary>
    public const int Most = 60;

    /// <summary>Longest copy: every picture of it is decoded and encoded again beside the recording.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(15);

    /// <summary>What is wrong with it; null for nothing.</summary>
    public string? Fault() =>
        this switch
        {
            _ when To <= From || To - From > Longest => $"A copy is at most {Longest.TotalMinutes} minutes long.",
            _ when Regions.Count is 0 or > Most => $"'regions' are 1 to {Most}.",
            _ when Regions.Any(r =>
                    !(r.X >= 0 && r.Y >= 0 && r.Width >= 0.01 && r.Height >= 0.01 && r.X + r.Width <= 1.0001 && r.Y + r.Height <= 1.0001)
                ) => "A region lies in the picture: its edges are shares from 0 to 1, and it is at least 0.01 wide and high.",
            _ when Regions.Any(r => r.To <= r.From || r.From < From || r.To > To) => "A region begins before it ends, within the copy.",
            _ => null,
        };
}

/// <summary>A copy that was asked for.</summary>
/// <param name="Id">Id.</param>
/// <param name="MadeAt">UTC.</param>
/// <param name="MadeBy">Who.</param>
/// <param name="Reason">Why.</param>
/// <param name="State">How far it is.</param>
/// <param name="FileName">Name, which begins with <c>COPY_</c>.</param>
/// <param name="SizeBytes">Size; 0 while it is made.</param>
/// <param name="Sha256">Hash of the copy, which the ledger holds as that of a copy; null while it is made.</param>
/// <param name="Entry">Its entry; null while it is made.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="Fault">Why it could not be made; null for none.</param>
public sealed record RedactedCopySummary(
    string Id,
    DateTimeOffset MadeAt,
    string MadeBy,
    string Reason,
    PackState State,
    string FileName,
    long SizeBytes,
    string? Sha256,
    long? Entry,
    RedactedCopyRequest Request,
    LocalText? Fault
);

/// <summary>How a redacted copy is known: by a word in its metadata that no recording has.</summary>
public static class RedactedCopyMark
{
    /// <summary>The word. What follows it in the comment names the segments that it was made of.</summary>
    public const string Word = "exam-monitor/redacted-copy/1";

    /// <summary>
    /// Ledger kind of a copy: facts <c>sha256</c>, <c>from</c>, <c>to</c>, <c>segments</c> (entries), <c>regions</c>, <c>person</c>,
    /// <c>reason</c>.
    /// </summary>
    public const string LedgerKind = "redacted-copy";

    private const int LargestMetadata = 64 << 20;

    /// <summary>
    /// Whether a file is one: looks into the metadata of an MP4 (<c>moov</c>), wherever it stands. A file that cannot be read is none.
    /// </summary>
    public static bool IsOn(Stream file)
    {
        var header = new byte[16];
        for (long at = 0; at + 8 <= file.Length; )
        {
            file.Position = at;
            if (file.ReadAtLeast(header, 8, throwOnEndOfStream: false) < 8)
                return false;
            long size = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (size == 1)
                size = BinaryPrimitives.ReadInt64BigEndian(header.AsSpan(8));
            else if (size == 0)
                size = file.Length - at;
            if (size < 8 || size > file.Length - at)
                return false;
            if (header.AsSpan(4, 4).SequenceEqual("moov"u8) && size <= LargestMetadata)
                return Holds(file, at, (int)size);
            at += size;
        }

        return false;
    }

    private static bool Holds(Stream file, long at, int size)
    {
        var moov = new byte[size];
        file.Position = at;
        file.ReadExactly(moov);
        return moov.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Word)) >= 0;
    }
}
