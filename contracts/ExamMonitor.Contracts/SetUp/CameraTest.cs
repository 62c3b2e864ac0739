using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Contracts.SetUp;

/// <summary>A camera to try.</summary>
/// <param name="Address">RTSP address of the stream that is to be recorded, without user and password.</param>
/// <param name="AnalysisAddress">RTSP address of the sub-stream; null for none.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="Password">Password; null takes the one that is kept for <paramref name="Camera"/>, as long as host and user are the
/// same.</param>
/// <param name="Transport"><c>tcp</c> or <c>udp</c>.</param>
/// <param name="AllowPasswordInClear">Whether a camera without digest may have it in clear.</param>
/// <param name="Room">Room whose camera it is; null for a new one.</param>
/// <param name="Camera">Camera; null for a new one.</param>
public sealed record CameraAccess(
    string Address,
    string? AnalysisAddress = null,
    string? User = null,
    string? Password = null,
    string Transport = "tcp",
    bool AllowPasswordInClear = false,
    RoomId? Room = null,
    CameraId? Camera = null
)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => Address;
}

/// <summary>What a camera answered.</summary>
/// <param name="Test">Id of the test, for its picture.</param>
/// <param name="Works">Whether it can be recorded as it is.</param>
/// <param name="HasPicture">Whether <see cref="SetUpApi.TestPicture"/> has one.</param>
/// <param name="Recorded">The recorded stream; null when it did not answer.</param>
/// <param name="Analysis">The sub-stream; null without one, or when it did not answer.</param>
/// <param name="Findings">What is wrong and how to set it right on the camera: codes such as <c>unreachable</c>, <c>authentication</c>,
/// <c>codec</c>, <c>key-frames</c>, <c>no-audio</c>, <c>clock</c>, <c>bit-rate</c>, <c>sub-stream-shape</c>, <c>stream-order</c>; paths
/// <c>$.address</c>, <c>$.analysisAddress</c>, <c>$.password</c>.</param>
/// <param name="ElapsedMs">Time that it took.</param>
public sealed record CameraTest(
    string Test,
    bool Works,
    bool HasPicture,
    StreamMeasures? Recorded,
    StreamMeasures? Analysis,
    IReadOnlyList<SetUpFinding> Findings,
    double ElapsedMs
);

/// <summary>A stream as it arrived for some seconds.</summary>
/// <param name="Codec"><c>h264</c>, <c>hevc</c> or another.</param>
/// <param name="Size">Size of the picture.</param>
/// <param name="FramesPerSecond">Pictures a second; null when it could not be measured.</param>
/// <param name="BitRateKbps">kbit/s; null as above.</param>
/// <param name="KeyFrameSeconds">Distance of key frames, seconds; null when fewer than two arrived.</param>
/// <param name="AudioCodec">Codec of the sound; null without sound.</param>
/// <param name="ClockOffsetMs">Camera's clock less the agent's, milliseconds; null when the camera tells no time.</param>
public sealed record StreamMeasures(
    string Codec,
    PixelSize Size,
    double? FramesPerSecond,
    double? BitRateKbps,
    double? KeyFrameSeconds,
    string? AudioCodec,
    double? ClockOffsetMs
);

/// <summary>Devices that answered.</summary>
/// <param name="Devices">At most 256, by address.</param>
/// <param name="Findings">What is to be said, such as that no answer came, or that answers were thrown away.</param>
public sealed record CameraDiscovery(IReadOnlyList<DiscoveredDevice> Devices, IReadOnlyList<SetUpFinding> Findings);

/// <summary>An ONVIF device on the network.</summary>
/// <param name="DeviceAddress">Address of its device service, http or https.</param>
/// <param name="Name">As it says; null when it says none.</param>
/// <param name="Hardware">Model as it says; null when it says none.</param>
/// <param name="Place">Location as it says; null when it says none.</param>
/// <param name="Configured">Camera of this agent that already has this host; null for none.</param>
public sealed record DiscoveredDevice(string DeviceAddress, string? Name, string? Hardware, string? Place, CameraId? Configured);

/// <summary>An ONVIF device to ask.</summary>
/// <param name="DeviceAddress">Address of its device service, or host alone.</param>
/// <param name="User">User name; null for none.</param>
/// <param name="Password">Password; null for none.</param>
public sealed record OnvifAccess(string DeviceAddress, string? User = null, string? Password = null)
{
    /// <summary>Without the password.</summary>
    public override string ToString() => DeviceAddress;
}

/// <summary>What an ONVIF device said.</summary>
/// <param name="DeviceAddress">Address that answered.</param>
/// <param name="Manufacturer">Null when it does not say.</param>
/// <param name="Model">Null when it does not say.</param>
/// <param name="Firmware">Null when it does not say.</param>
/// <param name="ClockOffsetMs">Its clock less the agent's; null when it does not say.</param>
/// <param name="Profiles">Its streams, largest first.</param>
/// <param name="Address">Address to record; null when there is none.</param>
/// <param name="AnalysisAddress">Address of the sub-stream; null when there is none that fits.</param>
/// <param name="Findings">What is wrong and how to mend it.</param>
public sealed record OnvifCamera(
    string DeviceAddress,
    string? Manufacturer,
    string? Model,
    string? Firmware,
    double? ClockOffsetMs,
    IReadOnlyList<OnvifProfile> Profiles,
    string? Address,
    string? AnalysisAddress,
    IReadOnlyList<SetUpFinding> Findings
);

/// <summary>A stream of an ONVIF device.</summary>
/// <param name="Name">As it says.</param>
/// <param name="Codec"><c>h264</c>, <c>hevc</c>, <c>jpeg</c> or another; null when it does not say.</param>
/// <param name="Size">Null when it does not say.</param>
/// <param name="FramesPerSecond">Null when it does not say.</param>
/// <param name="BitRateKbps">Null when it does not say.</param>
/// <param name="KeyFrameSeconds">Null when it does not say.</param>
/// <param name="Address">RTSP address; null when it gave none that can be used.</param>
/// <param name="SnapshotAddress">Address of a still picture; null when it gave none.</param>
public sealed record OnvifProfile(
    string Name,
    string? Codec,
    PixelSize? Size,
    double? FramesPerSecond,
    double? BitRateKbps,
    double? KeyFrameSeconds,
    string? Address,
    string? SnapshotAddress
);
