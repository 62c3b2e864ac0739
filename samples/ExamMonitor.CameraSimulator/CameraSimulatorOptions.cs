namespace ExamMonitor.CameraSimulator;

/// <summary>What the simulator serves, and where.</summary>
/// <remarks>Read from JSON with <see cref="SimulatorConfiguration"/>, or built by a test.</remarks>
public sealed class CameraSimulatorOptions
{
    /// <summary>The cameras; at least one, ids unique.</summary>
    public required IReadOnlyList<SimulatedCamera> Cameras { get; init; }

    /// <summary>The IP address on which the cameras listen; an IP literal, loopback by default.</summary>
    public string ListenAddress { get; init; } = "127.0.0.1";

    /// <summary>Port of the control endpoint, always on loopback; 0 (the default) takes a free one.</summary>
    public int ControlPort { get; init; }

    /// <summary>Folder against which relative clip names are resolved; null stands for the current folder.</summary>
    public string? ClipFolder { get; init; }

    /// <summary>Seconds between two RTCP sender reports of a track; 0.1 to 60, 5 by default.</summary>
    public double SenderReportSeconds { get; init; } = 5;

    /// <summary>Seconds after which a UDP session that sent nothing (RTSP or RTCP) is ended; 1 to 3600, 60 by default.</summary>
    public int SessionTimeoutSeconds { get; init; } = 60;

    /// <summary>
    /// Seconds for which a nonce of digest authentication is good; 1 to 86400, 300 by default. An older one is answered with
    /// <c>stale=true</c>.
    /// </summary>
    public int NonceSeconds { get; init; } = 300;

    /// <summary>Checks the options.</summary>
    /// <exception cref="InvalidConfigurationException">Says which value is wrong and what it may be.</exception>
    internal void Validate()
    {
        Require(Cameras.Count > 0, "cameras", "name at least one camera");
        Require(System.Net.IPAddress.TryParse(ListenAddress, out _), "listenAddress", "an IP address, such as 127.0.0.1");
        Require(ControlPort is >= 0 and <= 65535, "controlPort", "0 to 65535");
        Require(SenderReportSeconds is >= 0.1 and <= 60, "senderReportSeconds", "0.1 to 60");
        Require(SessionTimeoutSeconds is >= 1 and <= 3600, "sessionTimeoutSeconds", "1 to 3600");
        Require(NonceSeconds is >= 1 and <= 86400, "nonceSeconds", "1 to 86400");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var camera in Cameras)
        {
            camera.Validate();
            Require(seen.Add(camera.Id), $"cameras.{camera.Id}", "an id that no other camera has");
        }
    }

    internal static void Require(bool ok, string where, string hint)
    {
        if (!ok)
        {
            throw new InvalidConfigurationException($"{where}: expected {hint}.");
        }
    }
}

/// <summary>One simulated camera.</summary>
public sealed class SimulatedCamera
{
    /// <summary>The camera's id: 1 to 64 of letters, digits, dot, underscore, hyphen.</summary>
    public required string Id { get; init; }

    /// <summary>Port of its RTSP listener; 0 (the default) takes a free one. Cameras that name the same port share one listener.</summary>
    public int Port { get; init; }

    /// <summary>Path of the main stream; null stands for <c>/{id}/main</c>.</summary>
    public string? Path { get; init; }

    /// <summary>Clips of the main stream, played one after the other; at least one. All need the codec of the first.</summary>
    public required IReadOnlyList<string> Clips { get; init; }

    /// <summary>Path of the sub-stream; null stands for <c>/{id}/sub</c>. Served only if <see cref="SubClips"/> names one.</summary>
    public string? SubPath { get; init; }

    /// <summary>Clips of the sub-stream; none by default.</summary>
    public IReadOnlyList<string> SubClips { get; init; } = [];

    /// <summary>User name; null (the default) lets everyone in.</summary>
    public string? UserName { get; init; }

    /// <summary>Password; needed with a user name.</summary>
    public string? Password { get; init; }

    /// <summary>Whether digest authentication offers SHA-256 before MD5; off by default, as in most cameras.</summary>
    public bool OfferSha256 { get; init; }

    /// <summary>Transports that SETUP accepts.</summary>
    public SimulatedTransport Transport { get; init; } = SimulatedTransport.Any;

    /// <summary>Where the sound comes from.</summary>
    public SimulatedAudio Audio { get; init; } = SimulatedAudio.Clip;

    /// <summary>In which order a clip's parts are played.</summary>
    public PlayOrder Order { get; init; } = PlayOrder.Loop;

    internal string MainPath => Path ?? $"/{Id}/main";

    internal string SecondPath => SubPath ?? $"/{Id}/sub";

    internal void Validate()
    {
        CameraSimulatorOptions.Require(
            Contracts.CameraId.TryParse(Id, null, out _),
            "cameras.id",
            "1 to 64 letters, digits, dots, underscores or hyphens"
        );
        CameraSimulatorOptions.Require(Port is >= 0 and <= 65535, $"cameras.{Id}.port", "0 to 65535");
        CameraSimulatorOptions.Require(Clips.Count is > 0 and <= 1000, $"cameras.{Id}.clips", "1 to 1000 clips");
        CameraSimulatorOptions.Require(SubClips.Count <= 1000, $"cameras.{Id}.subClips", "at most 1000 clips");
        CameraSimulatorOptions.Require(
            MainPath.StartsWith('/') && SecondPath.StartsWith('/'),
            $"cameras.{Id}.path",
            "a path that starts with /"
        );
        CameraSimulatorOptions.Require(
            UserName is null == Password is null,
            $"cameras.{Id}.userName",
            "a user name together with a password, or neither"
        );
        CameraSimulatorOptions.Require(
            UserName?.AsSpan().IndexOfAny(['"', ':', '\\']) is null or < 0,
            $"cameras.{Id}.userName",
            "a name without quotes, colons and backslashes"
        );
    }
}

/// <summary>Transports of a simulated camera.</summary>
public enum SimulatedTransport
{
    /// <summary>TCP and UDP.</summary>
    Any,

    /// <summary>Only RTP interleaved in the RTSP connection.</summary>
    Tcp,

    /// <summary>Only RTP over UDP, unicast.</summary>
    Udp,
}

/// <summary>Where a simulated camera's sound comes from.</summary>
public enum SimulatedAudio
{
    /// <summary>The clip's own track: AAC, or G.711 in a QuickTime file. Silent if it has none.</summary>
    Clip,

    /// <summary>No audio track.</summary>
    None,

    /// <summary>G.711 A-law at 8 kHz: a quiet 1 kHz tone, and a click of 5 ms on each whole second of the clip.</summary>
    Pcma,

    /// <summary>G.711 µ-law, likewise.</summary>
    Pcmu,
}

/// <summary>In which order a clip's parts are played.</summary>
public enum PlayOrder
{
    /// <summary>From start to end, again and again.</summary>
    Loop,

    /// <summary>
    /// In blocks of about 8 s that start at key frames, in random order and never the same twice running, so that the pictures do not
    /// repeat as a loop.
    /// </summary>
    Shuffle,
}

/// <summary>The configuration cannot be used; the message says where and how to mend it.</summary>
public sealed class InvalidConfigurationException : Exception
{
    /// <summary>With what is wrong.</summary>
    public InvalidConfigurationException(string message)
        : base(message) { }

    /// <summary>With what is wrong, and its cause.</summary>
    public InvalidConfigurationException(string message, Exception inner)
        : base(message, inner) { }
}
