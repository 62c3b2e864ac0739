using ExamMonitor.Capture;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.Floor.Rooms;

namespace ExamMonitor.SetUp.Rooms;

/// <summary>Rules of RTSP addresses that people type. Pure.</summary>
internal static class CameraAddress
{
    private const int Longest = 2000;

    /// <summary>What is wrong with an address; null for nothing. It is never repeated: it may hold a password.</summary>
    public static (LocalText Problem, LocalText Mend)? Fault(string address)
    {
        if (
            address.Length > Longest
            || !Uri.TryCreate(address, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("rtsp" or "rtsps")
            || uri.Host.Length == 0
        )
            return (
                new("This is not an RTSP address.", "不是 RTSP 地址。"),
                new("Write rtsp://host[:port]/path, as the camera's manual gives it.", "请按摄像机说明书填写 rtsp://主机[:端口]/路径。")
            );
        if (uri.UserInfo.Length > 0)
            return (
                new("The address holds a user or password.", "地址中含有用户名或密码。"),
                new("Move them to user and password: addresses appear in logs.", "请填入用户名和密码栏：地址会出现在日志中。")
            );
        return null;
    }

    /// <summary>Whether two accounts are on one host and of one user, so that one password belongs to both.</summary>
    public static bool SameAccount(string address, string? user, string otherAddress, string? otherUser) =>
        Uri.TryCreate(address, UriKind.Absolute, out var a)
        && Uri.TryCreate(otherAddress, UriKind.Absolute, out var b)
        && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase)
        && a.Scheme == b.Scheme
        && a.Port == b.Port
        && string.Equals(user ?? string.Empty, otherUser ?? string.Empty, StringComparison.Ordinal);

    /// <summary>Whether a change of a camera of the configuration file is one.</summary>
    public static bool Differs(ConfiguredCamera described, CameraSetUpChange change)
    {
        var source = described.Source;
        return !Uri.TryCreate(change.Address, UriKind.Absolute, out var address)
            || address != source.Address
            || change.AnalysisAddress != source.AnalysisAddress?.OriginalString
            || (change.User ?? string.Empty) != (source.Credentials?.User ?? string.Empty)
            || change.Password is not null
            || !change.Enabled
            || change.AllowPasswordInClear != source.AllowPasswordInClear
            || (change.Transport == "udp") != (source.Transport == RtspTransport.Udp);
    }
}
