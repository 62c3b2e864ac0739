using ExamMonitor.Agent.Api;
using Xunit;

namespace ExamMonitor.Agent.Tests.Api;

public sealed class PictureWidthTests
{
    [Theory]
    [InlineData(null, true)]
    [InlineData(16, true)]
    [InlineData(8192, true)]
    [InlineData(15, false)]
    [InlineData(641, false)]
    [InlineData(8194, false)]
    [InlineData(-2, false)]
    public void Width_OfAPicture_MayBeLeftOut(int? width, bool taken) => Assert.Equal(taken, PictureEndpoints.IsWidth(width));
}
