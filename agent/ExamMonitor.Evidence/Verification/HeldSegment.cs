using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>What a verification remembers of a segment's entry: little, since an archive has millions.</summary>
/// <param name="Sha256">Hash of the file.</param>
/// <param name="SizeBytes">File size.</param>
/// <param name="StartMs">UTC ms.</param>
/// <param name="EndMs">UTC ms, exclusive.</param>
/// <param name="Leaf">Number of its entry: its place in the order of everything that happened.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct HeldSegment(TreeHash Sha256, long SizeBytes, long StartMs, long EndMs, long Leaf)
{
    /// <summary>
    /// False when the entry lacks path, times, size or a hash of 64 hexadecimal digits, or its path is none of the archive.
    /// </summary>
    public static bool TryRead(ParsedEntry entry, long leaf, [NotNullWhen(true)] out string? path, out HeldSegment segment)
    {
        (path, segment) = (entry.Path, default);
        Span<byte> hash = stackalloc byte[TreeHash.Size];
        if (
            path is null
            || !ArchivePath.TryParse(path, out _)
            || entry is not { Start: { } start, End: { } end, Bytes: { } size }
            || entry.Sha256 is not { Length: 2 * TreeHash.Size } text
            || Convert.FromHexString(text, hash, out _, out _) != System.Buffers.OperationStatus.Done
        )
            return false;
        segment = new(new(hash), size, UnixMs.Of(start), UnixMs.Of(end), leaf);
        return true;
    }
}
