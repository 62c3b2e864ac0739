using System.Text;

namespace ExamMonitor.Dashboard.Media;

/// <summary>
/// Makes every address of an HLS playlist relative to the playlist, so that the browser asks the dashboard and nobody else.
/// </summary>
internal static class PlaylistRewriter
{
    /// <summary>Rewrites a playlist.</summary>
    /// <param name="playlist">As the agent sent it.</param>
    /// <param name="cameraPath">Path of the camera at the agent, without a slash at the end.</param>
    /// <param name="folder">Folder of the playlist below that path: empty, or <c>live/</c>.</param>
    /// <param name="mark">Adds to an address what opens it to whoever asked; null to leave it as it is.</param>
    /// <returns>Null when an address leads elsewhere: such a playlist is not passed on.</returns>
    public static string? Rewrite(string playlist, string cameraPath, string folder, Func<string, string>? mark = null)
    {
        var written = new StringBuilder(playlist.Length);
        foreach (var line in playlist.Split('\n'))
        {
            var rewritten = Line(
                line.TrimEnd('\r'),
                a =>
                    Address(a, cameraPath, folder) is { } address
                        ? mark is null
                            ? address
                            : mark(address)
                        : null
            );
            if (rewritten is null)
                return null;
            written.Append(rewritten).Append('\n');
        }

        return written.ToString().TrimEnd('\n') + "\n";
    }

    private static string? Line(string line, Func<string, string?> rewrite)
    {
        if (line.Length == 0)
            return line;
        if (line[0] != '#')
            return rewrite(line);
        const string Mark = "URI=\"";
        var start = line.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
            return line;
        start += Mark.Length;
        var end = line.IndexOf('"', start);
        if (end < 0)
            return null;
        return rewrite(line[start..end]) is { } address ? line[..start] + address + line[end..] : null;
    }

    private static string? Address(string address, string cameraPath, string folder)
    {
        // Split off authority, so that an absolute address is judged by its path alone: the proxy asks the agent of the link anyway.
        if (Uri.TryCreate(address, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https")
            address = absolute!.PathAndQuery;
        if (address.StartsWith(cameraPath + "/", StringComparison.Ordinal))
        {
            var below = address[(cameraPath.Length + 1)..];
            address =
                folder.Length == 0 ? below
                : below.StartsWith(folder, StringComparison.Ordinal) ? below[folder.Length..]
                : "../" + below;
        }

        var plain = address.StartsWith("../", StringComparison.Ordinal) && folder.Length > 0 ? address[3..] : address;
        return
            plain.Length == 0
            || plain[0] is '/' or '\\'
            || plain.Contains("..", StringComparison.Ordinal)
            || plain.Contains(':', StringComparison.Ordinal)
            ? null
            : address;
    }
}
