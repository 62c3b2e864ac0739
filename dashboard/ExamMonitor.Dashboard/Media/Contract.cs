using System.Net.Http.Headers;
using System.Text.Json;
using ExamMonitor.Contracts;

namespace ExamMonitor.Dashboard.Media;

/// <summary>Bodies in the form of the contract.</summary>
internal static class Contract
{
    /// <summary>A body of JSON.</summary>
    public static HttpContent Body<T>(T value)
    {
        var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(value, ContractJson.Options));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return content;
    }

    /// <summary>A file as it is.</summary>
    public static HttpContent File(byte[] bytes)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }
}
