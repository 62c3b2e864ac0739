using System.Text.Json;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Contracts.Sessions;
using Xunit;

namespace ExamMonitor.Contracts.Tests.Schemas;

/// <summary>Names that other programs read stay when the word for the thing changes (docs/glossary.md).</summary>
public sealed class PublishedNameTests
{
    private static readonly DateTimeOffset At = DateTimeOffset.UnixEpoch;

    [Fact]
    public void Timeline_OfASegmentOnTheArchiveTier_KeepsItsPublishedName() =>
        AssertSays("\"onSecondTier\":true", new TimelineSegment(1, At, At, 0, "", false, OnArchiveTier: true), s => s.OnArchiveTier);

    [Fact]
    public void Completeness_OfACameraOnTheArchiveTier_KeepsItsPublishedName() =>
        AssertSays(
            "\"onSecondTier\":[",
            new CameraCompleteness(CameraId.Parse("C1", null), 0, 0, null, [new(At, At)]),
            c => c.OnArchiveTier is [_]
        );

    private static void AssertSays<T>(string name, T value, Func<T, bool> stays)
    {
        var text = JsonSerializer.Serialize(value, ContractJson.Options);
        Assert.Contains(name, text, StringComparison.Ordinal);
        Assert.DoesNotContain("archiveTier", text, StringComparison.OrdinalIgnoreCase);
        Assert.True(stays(JsonSerializer.Deserialize<T>(text, ContractJson.Options)!));
    }
}
