using System.Net;
using System.Text.RegularExpressions;
using ExamMonitor.Dashboard.Tests.Fixtures;

namespace ExamMonitor.Dashboard.Tests.Pages;

/// <summary>What a browser fetches once it does not fetch again, and nothing travels larger than it must.</summary>
public sealed partial class StaticFileTests(BareDashboard dashboard) : IClassFixture<BareDashboard>
{
    [Fact]
    public async Task Files_OfAPage_AreDeflatedOnceAndKept()
    {
        using var client = dashboard.Visitor();
        var page = await client.GetStringAsync("/login");
        var files = FileOf().Matches(page).Select(m => m.Groups["file"].Value).ToList();
        Assert.True(files.Count >= 7, string.Join(' ', files));
        foreach (var file in files)
        {
            var (plain, _) = await GetAsync(client, file, null, null);
            var (zipped, answer) = await GetAsync(client, file, "gzip", null);
            Assert.Equal(
                (file, HttpStatusCode.OK, "max-age=31536000, immutable"),
                (
                    file,
                    answer.StatusCode,
                    string.Join(", ", answer.Headers.GetValues("Cache-Control"))
                        .Replace("immutable, max-age=31536000", "max-age=31536000, immutable", StringComparison.Ordinal)
                )
            );
            if (plain > 4000)
                Assert.True(zipped < plain / 2, $"{file}: {zipped} of {plain} bytes");
            var (again, kept) = await GetAsync(client, file, "gzip", answer.Headers.ETag!.ToString());
            Assert.Equal((file, HttpStatusCode.NotModified, 0), (file, kept.StatusCode, again));
        }
    }

    [Theory]
    [InlineData("/js/player.js")]
    [InlineData("/lib/hls.light.min.mjs")]
    public async Task File_AskedForWithTheTagOfItsDeflatedForm_IsNotSentAgain(string file)
    {
        using var client = dashboard.Visitor();
        var (_, answer) = await GetAsync(client, file, "gzip", null);
        Assert.Equal("gzip", Assert.Single(answer.Content.Headers.ContentEncoding));
        var (bytes, kept) = await GetAsync(client, file, "gzip", answer.Headers.ETag!.ToString());
        Assert.Equal((HttpStatusCode.NotModified, 0), (kept.StatusCode, bytes));
    }

    private static async Task<(int Bytes, HttpResponseMessage Answer)> GetAsync(
        HttpClient client,
        string file,
        string? encoding,
        string? tag
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, file.StartsWith('/') ? file : "/" + file);
        if (encoding is not null)
            request.Headers.Add("Accept-Encoding", encoding);
        if (tag is not null)
            request.Headers.Add("If-None-Match", tag);
        var answer = await client.SendAsync(request);
        return ((await answer.Content.ReadAsByteArrayAsync()).Length, answer);
    }

    [GeneratedRegex("(href|src)=\"(?<file>[^\"]+\\.(css|js|mjs))\"", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FileOf();
}
