using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Dashboard.Media;

/// <summary>
/// Marks on the addresses of segments that an account of one evaluation was given with a playlist: the number of a segment alone says
/// nothing of its time, and a guessed one opens nothing. Thread-safe.
/// </summary>
/// <remarks>The key lives as long as the process: after a restart a page asks for its playlist anew.</remarks>
internal sealed class SegmentGrants
{
    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);

    /// <summary>Mark for an account and a path at the agent.</summary>
    public string Of(long account, string path) =>
        Convert.ToHexStringLower(
            HMACSHA256
                .HashData(_key, Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{account}\n{path}")))
                .AsSpan(0, 16)
        );

    /// <summary>Whether a mark was given.</summary>
    public bool Holds(string? mark, long account, string path) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(mark ?? ""), Encoding.UTF8.GetBytes(Of(account, path)));
}
