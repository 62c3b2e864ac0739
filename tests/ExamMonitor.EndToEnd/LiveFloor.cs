using ExamMonitor.EndToEnd.Site;
using Xunit;

namespace ExamMonitor.EndToEnd;

/// <summary>One site that several test classes share, one test after another.</summary>
[CollectionDefinition(Name)]
public sealed class LiveFloor : IAsyncLifetime, ICollectionFixture<LiveFloor>
{
    public const string Name = "live floor";

    internal ExamSite Site { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Site = await ExamSite.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (Site is not null)
            await Site.DisposeAsync();
    }
}
