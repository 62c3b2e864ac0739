using ExamMonitor.Recording.Index;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ExamMonitor.Footage.Tests.Index;

public sealed class IndexFaultsTests
{
    /// <summary>
    /// Codes of https://sqlite.org/rescode.html: an index whose bytes are wrong or cannot be read is made again, one whose disk is full or
    /// busy is not.
    /// </summary>
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(11, 11, true)]
    [InlineData(11, 11 | (1 << 8), true)]
    [InlineData(19, 19 | (8 << 8), true)]
    [InlineData(20, 20, true)]
    [InlineData(26, 26, true)]
    [InlineData(10, 10 | (1 << 8), true)]
    [InlineData(10, 10 | (2 << 8), true)]
    [InlineData(10, 10 | (32 << 8), true)]
    [InlineData(10, 10 | (33 << 8), true)]
    [InlineData(10, 10 | (3 << 8), false)]
    [InlineData(10, 10 | (4 << 8), false)]
    [InlineData(5, 5, false)]
    [InlineData(13, 13, false)]
    [InlineData(14, 14, false)]
    public void IsDamage_ByCode_IsWhatOnlyMakingItAgainHelps(int code, int extended, bool isDamage) =>
        Assert.Equal(isDamage, IndexFaults.IsDamage(new SqliteException("x", code, extended)));
}
