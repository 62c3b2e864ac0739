using System.Text.RegularExpressions;
using ExamMonitor.Contracts;

namespace ExamMonitor.Capture;

/// <summary>How RTP travels.</summary>
public enum RtspTransport
{
    /// <summary>Inside the RTSP connection; survives firewalls and loses nothing.</summary>
    Tcp,

    /// <summary>Over UDP ports; lost packets are lost pictures.</summary>
    Udp,
}

/// <summary>User and password of a camera. Its text form never shows the password.</summary>
/// <param name="User">May be empty.</param>
/// <param name="Password">Any characters; may be empty.</param>
public sealed record CameraCredentials(string User, string Password)
{
    /// <summary>The user alone.</summary>
    public override string ToString() => $"{User}:***";
}

/// <summary>A size in pixels.</summary>
/// <param name="Width">≥ 2, even.</param>
/// <param name="Height">≥ 2, even.</param>
public sealed record PictureSize(int Width, int Height)
{
    /// <summary>640×360.</summary>
    public static PictureSize Analysis { get; } = new(640, 360);
}

/// <summary>One camera as configured. Immutable; a change of configuration is a new source and a new supervisor.</summary>
/// <param name="Room">Room.</param>
/// <param name="Camera">Camera.</param>
/// <param name="Address">Absolute <c>rtsp://</c> or <c>rtsps://</c> address of the recorded stream, without user information.</param>
public sealed partial record CameraSource(RoomId Room, CameraId Camera, Uri Address)
{
    /// <summary>Null when the camera asks for none.</summary>
    public CameraCredentials? Credentials { get; init; }

    /// <summary>Whether a camera that knows no digest may have the password in clear over an unencrypted connection. Default: no.</summary>
    public bool AllowPasswordInClear { get; init; }

    /// <summary>Default: TCP.</summary>
    public RtspTransport Transport { get; init; } = RtspTransport.Tcp;

    /// <summary>Sub-stream to take the pictures from; null takes the key frames of the recorded stream.</summary>
    public Uri? AnalysisAddress { get; init; }

    /// <summary>Box that an analysis picture fits in, aspect kept. Default: 640×360.</summary>
    public PictureSize AnalysisSize { get; init; } = PictureSize.Analysis;

    /// <summary>Checks what the types cannot say.</summary>
    /// <returns>The first mistake as a sentence, without secrets; null when there is none.</returns>
    public string? FirstMistake() =>
        AddressMistake(Address, "address")
        ?? (AnalysisAddress is null ? null : AddressMistake(AnalysisAddress, "analysis address"))
        ?? SizeMistake();

    /// <summary>An address as it may be shown: what looks like a password in its path is left out.</summary>
    internal static string Shown(string path) => PasswordInPath().Replace(path, "${name}***");

    // Some makes take user and password as part of the path: they go over the network in clear, and stand in every message that names it.
    [GeneratedRegex(
        "(?<name>(password|passwd|pwd)=)[^&_/?;]*",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex PasswordInPath();

    private string? AddressMistake(Uri address, string what) =>
        !address.IsAbsoluteUri || address.Scheme is not ("rtsp" or "rtsps") ? $"The {what} must begin with rtsp:// or rtsps://."
        : address.Host.Length == 0 ? $"The {what} names no host."
        : !AllowPasswordInClear && PasswordInPath().IsMatch(address.PathAndQuery)
            ? $"The {what} carries a password in clear. Give it as credentials, or allow a password in clear for this camera."
        : address.UserInfo.Length > 0 ? $"The {what} must not carry user and password; give them as credentials."
        : null;

    private string? SizeMistake() =>
        AnalysisSize.Width is < 64 or > 1920 || AnalysisSize.Height is < 64 or > 1920 || (AnalysisSize.Width | AnalysisSize.Height) % 2 != 0
            ? "The analysis size must be even and between 64 and 1920 pixels a side."
            : null;
}
