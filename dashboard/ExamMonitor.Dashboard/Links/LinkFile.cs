using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Dashboard.Links;

/// <summary>Reads a link file.</summary>
internal static class LinkFile
{
    private const int LimitBytes = 64 << 10;

    /// <summary>The link, or the sentence that says why there is none; both null while the file does not exist.</summary>
    public static async Task<(DashboardLink? Link, LocalText? Problem)> ReadAsync(string path, CancellationToken ct)
    {
        try
        {
            var info = new FileInfo(path);
            if (!info.Exists)
                return (null, null);
            if (info.Length > LimitBytes)
                return (
                    null,
                    new($"{path} is {info.Length} bytes; a link file is far smaller.", $"{path} 有 {info.Length} 字节，不是链接文件。")
                );
            var link = JsonSerializer.Deserialize<DashboardLink>(
                await File.ReadAllBytesAsync(path, ct).ConfigureAwait(false),
                ContractJson.Options
            );
            return link is null ? (null, new($"{path} is empty.", $"{path} 为空。")) : Check(path, link);
        }
        catch (JsonException e)
        {
            return (
                null,
                new(
                    $"{path} is not a link file (line {e.LineNumber + 1}). Restart the agent: it writes the file anew.",
                    $"{path} 不是有效的链接文件（第 {e.LineNumber + 1} 行）。请重新启动采集服务，它会重写该文件。"
                )
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (
                null,
                new(
                    $"{path} cannot be read. Let the dashboard run as the same user as the agent, or give that user the right to read it.",
                    $"无法读取 {path}。请以与采集服务相同的用户运行本服务，或授予读取权限。"
                )
            );
        }
    }

    /// <summary>What is said of a file that others may read as well: its token opens every camera; null when only its owner may.</summary>
    public static LocalText? Exposure(string path)
    {
        if (OperatingSystem.IsWindows())
            return null;
        try
        {
            const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
            if ((File.GetUnixFileMode(path) & Others) == UnixFileMode.None)
                return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        return new(
            $"Other users of this computer can read {path}, and with it every camera of the agent. Run: chmod 600 {path}",
            $"本机其他用户可以读取 {path}，从而查看该采集服务的全部摄像头。请执行：chmod 600 {path}"
        );
    }

    private static (DashboardLink? Link, LocalText? Problem) Check(string path, DashboardLink link)
    {
        if (
            !Uri.TryCreate(link.ApiAddress, UriKind.Absolute, out var api)
            || api.Scheme is not ("http" or "https")
            || api.UserInfo.Length > 0
        )
            return (null, new($"{path}: apiAddress is not an http or https address.", $"{path}：apiAddress 不是 http 或 https 地址。"));
        if (link.ApiToken.Length is < 16 or > 4096 || link.ApiToken.AsSpan().ContainsAnyExceptInRange('!', '~'))
            return (
                null,
                new(
                    $"{path}: apiToken is not a token of 16 or more visible characters.",
                    $"{path}：apiToken 不是 16 个以上可见字符的令牌。"
                )
            );
        return BrokerAddress.TryParse(link.Broker, out _, out var problem)
            ? (link, null)
            : (null, new($"{path}: {problem}", $"{path}：broker 地址无效，应写作 mqtt://主机:端口 或 mqtts://主机:端口。"));
    }
}
