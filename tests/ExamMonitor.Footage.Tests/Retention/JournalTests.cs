using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Retention;
using Xunit;

namespace ExamMonitor.Footage.Tests.Retention;

/// <summary>
/// Holds, sessions and rules on a disk or an index that fails once: who was told that it did not work may try again, and nothing is broken
/// by it.
/// </summary>
public sealed class JournalTests
{
    private static HoldPlacement Request(string reason) =>
        new([new(RetentionWorld.Room, null, null, null, null, null)], reason, "Owner", null);

    [Theory]
    [InlineData("write")]
    [InlineData("flush")]
    [InlineData("index")]
    public void Hold_ThatFailedOnceAndIsPlacedAgain_StandsOnceAndCanBeLifted(string failing)
    {
        using var world = new RetentionWorld();
        var retention = world.Open();
        retention.PlaceHold(Request("first"));
        Fail(world, failing);
        Assert.ThrowsAny<IOException>(() => retention.PlaceHold(Request("second")));
        Mend(world);
        var placed = retention.PlaceHold(Request("second"));
        // Another process finds the same.
        world.Close();
        retention = world.Open();
        Assert.Empty(retention.Problems);
        Assert.Equal(["first", "second"], retention.ListHolds().Select(h => h.Reason));
        Assert.Equal(2, retention.ListHolds().Select(h => h.Id).Distinct().Count());
        retention.LiftHold(placed.Id, "Owner", "settled");
        Assert.Equal("first", Assert.Single(retention.ListHolds(), h => h.Lifted is null).Reason);
    }

    private static void Fail(RetentionWorld world, string failing)
    {
        if (failing == "index")
        {
            world.Archive!.Context.Index.BeforeWrite = () => throw new FootageException("write the index", "disk", "full");
            return;
        }

        world.Simulated.PartialWrite = 1;
        world.Simulated.Before = (_, operation, path) =>
        {
            if (operation == failing && path == RetentionFiles.Holds)
                throw new IOException("No space left on device");
        };
    }

    private static void Mend(RetentionWorld world)
    {
        world.Archive!.Context.Index.BeforeWrite = null;
        world.Simulated.Before = null;
    }
}
