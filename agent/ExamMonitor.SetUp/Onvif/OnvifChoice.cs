using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;
using ExamMonitor.SetUp.Pictures;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>Which of a device's streams is recorded and which is measured, and which of its addresses are believed. Pure.</summary>
internal static class OnvifChoice
{
    private const int LeastWidth = 320,
        MostWidth = 1280;

    /// <summary>The largest stream that can be kept, and the smallest of its shape that can be measured.</summary>
    /// <param name="profiles">Largest first.</param>
    public static (OnvifProfile? Main, OnvifProfile? Sub) Of(IReadOnlyList<OnvifProfile> profiles)
    {
        OnvifProfile[] kept = [.. profiles.Where(p => p is { Address: not null, Codec: null or "h264" or "hevc" })];
        var main = kept.FirstOrDefault();
        var sub = kept.Where(p =>
                p != main
                && p.Address != main?.Address
                && p.Size is { Width: >= LeastWidth and <= MostWidth } s
                && main?.Size is { } m
                && s.Width < m.Width
                && PictureFile.SameShape(s, m)
            )
            .OrderBy(p => p.Size!.Value.Width)
            .FirstOrDefault();
        return (main, sub);
    }

    /// <summary>Address of a stream, on the device's own host, without user and password; null for none.</summary>
    public static string? Stream(Uri? given, Uri device, List<SetUpFinding> findings)
    {
        if (given is null || given.Scheme is not ("rtsp" or "rtsps") || given.Host.Length == 0)
            return null;
        var own = new UriBuilder(given) { UserName = string.Empty, Password = string.Empty };
        if (!string.Equals(given.IdnHost, device.IdnHost, StringComparison.OrdinalIgnoreCase))
        {
            own.Host = device.Host;
            if (findings.TrueForAll(f => f.Code != "onvif-other-host"))
                findings.Add(
                    new(
                        FindingLevel.Warning,
                        "onvif-other-host",
                        "$.deviceAddress",
                        new(
                            $"The device names another host, {given.Host}, for its streams. Its own, {device.Host}, was put in its place: no password goes to another host.",
                            $"设备给出的码流主机是 {given.Host}，已改为设备自身的 {device.Host}：密码不会发送到其他主机。"
                        ),
                        new("If the streams really come from there, enter the address by hand.", "如码流确实来自该主机，请手工输入地址。")
                    )
                );
        }

        if (own.Port == 554 || own.Port <= 0)
            own.Port = given.IsDefaultPort ? -1 : given.Port;
        return own.Uri.AbsoluteUri;
    }

    /// <summary>Address of a still picture, on the device's own host; null for none.</summary>
    public static string? Still(Uri? given, Uri device) =>
        given is { Scheme: "http" or "https" } && string.Equals(given.IdnHost, device.IdnHost, StringComparison.OrdinalIgnoreCase)
            ? new UriBuilder(given) { UserName = string.Empty, Password = string.Empty }
                .Uri
                .AbsoluteUri
            : null;
}
