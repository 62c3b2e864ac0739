using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace ExamMonitor.Mqtt.Native;

/// <summary>The functions of libmosquitto 2.0 that are used. Source: mosquitto.h and mqtt_protocol.h of Eclipse Mosquitto 2.0.</summary>
internal static unsafe partial class LibMosquitto
{
    public const int Success = 0;
    public const int NoConnection = 4;
    public const int ConnectionLost = 7;
    public const int Tls = 8;
    public const int PayloadSize = 9;
    public const int Errno = 14;
    public const int MalformedUtf8 = 18;
    public const int OversizePacket = 25;
    public const int OptionProtocolVersion = 1;
    public const int OptionTlsUseOsCertificates = 13;
    public const int ProtocolV5 = 5;
    public const int PropertyPayloadFormat = 1;
    public const int PropertyContentType = 3;
    public const int PropertySessionExpiry = 17;
    public const int PropertyMaximumPacketSize = 39;
    public const int LogError = 8;
    private const string Name = "mosquitto";

    static LibMosquitto()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibMosquitto).Assembly, Resolve);
        _ = Initialise();
    }

    [LibraryImport(Name, EntryPoint = "mosquitto_new", StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint New(string id, [MarshalAs(UnmanagedType.I1)] bool cleanStart, nint userData);

    [LibraryImport(Name, EntryPoint = "mosquitto_destroy")]
    public static partial void Destroy(nint client);

    [LibraryImport(Name, EntryPoint = "mosquitto_int_option")]
    public static partial int IntOption(nint client, int option, int value);

    [LibraryImport(Name, EntryPoint = "mosquitto_username_pw_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetUser(nint client, string? user, string? password);

    [LibraryImport(Name, EntryPoint = "mosquitto_tls_set", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetTls(nint client, string? caFile, string? caPath, string? certFile, string? keyFile, nint passwordCallback);

    [LibraryImport(Name, EntryPoint = "mosquitto_tls_insecure_set")]
    public static partial int SetTlsInsecure(nint client, [MarshalAs(UnmanagedType.I1)] bool value);

    [LibraryImport(Name, EntryPoint = "mosquitto_will_set_v5", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SetWill(nint client, string topic, int payloadLength, byte* payload, int qos, [MarshalAs(UnmanagedType.I1)] bool retain, nint properties);

    [LibraryImport(Name, EntryPoint = "mosquitto_connect_bind_v5", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    public static partial int Connect(nint client, string host, int port, int keepAliveSeconds, string? bindAddress, nint properties);

    [LibraryImport(Name, EntryPoint = "mosquitto_disconnect_v5")]
    public static partial int Disconnect(nint client, int reasonCode, nint properties);

    [LibraryImport(Name, EntryPoint = "mosquitto_publish_v5", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Publish(nint client, out int messageId, string topic, int payloadLength, byte* payload, int qos, [MarshalAs(UnmanagedType.I1)] bool retain, nint properties);

    [LibraryImport(Name, EntryPoint = "mosquitto_subscribe_v5", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Subscribe(nint client, out int messageId, string filter, int qos, int options, nint properties);

    [LibraryImport(Name, EntryPoint = "mosquitto_socket")]
    public static partial int Socket(nint client);

    [LibraryImport(Name, EntryPoint = "mosquitto_want_write")]
    [return: MarshalAs(UnmanagedType.I1)]
    public static partial bool WantWrite(nint client);

    [LibraryImport(Name, EntryPoint = "mosquitto_loop_read", SetLastError = true)]
    public static partial int LoopRead(nint client, int maxPackets);

    [LibraryImport(Name, EntryPoint = "mosquitto_loop_write", SetLastError = true)]
    public static partial int LoopWrite(nint client, int maxPackets);

    [LibraryImport(Name, EntryPoint = "mosquitto_loop_misc")]
    public static partial int LoopMisc(nint client);

    [LibraryImport(Name, EntryPoint = "mosquitto_property_add_string", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int AddString(ref nint properties, int identifier, string value);

    [LibraryImport(Name, EntryPoint = "mosquitto_property_add_byte")]
    public static partial int AddByte(ref nint properties, int identifier, byte value);

    [LibraryImport(Name, EntryPoint = "mosquitto_property_add_int32")]
    public static partial int AddInt32(ref nint properties, int identifier, uint value);

    [LibraryImport(Name, EntryPoint = "mosquitto_property_free_all")]
    public static partial void FreeProperties(ref nint properties);

    [LibraryImport(Name, EntryPoint = "mosquitto_connect_v5_callback_set")]
    public static partial void OnConnect(nint client, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Name, EntryPoint = "mosquitto_disconnect_v5_callback_set")]
    public static partial void OnDisconnect(nint client, delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> callback);

    [LibraryImport(Name, EntryPoint = "mosquitto_publish_v5_callback_set")]
    public static partial void OnPublish(nint client, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> callback);

    [LibraryImport(Name, EntryPoint = "mosquitto_subscribe_v5_callback_set")]
    public static partial void OnSubscribe(nint client, delegate* unmanaged[Cdecl]<nint, nint, int, int, int*, nint, void> callback);

    [LibraryImport(Name, EntryPoint = "mosquitto_message_v5_callback_set")]
    public static partial void OnMessage(nint client, delegate* unmanaged[Cdecl]<nint, nint, NativeMessage*, nint, void> callback);

    [LibraryImport(Name, EntryPoint = "mosquitto_log_callback_set")]
    public static partial void OnLog(nint client, delegate* unmanaged[Cdecl]<nint, nint, int, byte*, void> callback);

    [LibraryImport(Name, EntryPoint = "mosquitto_lib_init")]
    private static partial int Initialise();

    [LibraryImport(Name, EntryPoint = "mosquitto_lib_version")]
    private static partial int LibVersion(out int major, out int minor, out int revision);

    /// <summary>Loads the library, so that a missing one is told as a sentence and not as a failed type initialiser.</summary>
    /// <exception cref="MqttException">It is missing or too old.</exception>
    public static void Load()
    {
        try
        {
            RuntimeHelpers.RunClassConstructor(typeof(LibMosquitto).TypeHandle);
            _ = LibVersion(out var major, out var minor, out _);
            if (major < 2) throw new MqttException("Loading libmosquitto", $"version {major}.{minor}", "Version 2.0 or later is needed.");
        }
        catch (TypeInitializationException e) when (e.InnerException is MqttException inner)
        {
            throw new MqttException(inner.Operation, inner.Subject, inner.Hint, e);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? paths)
    {
        if (name != Name) return 0;
        foreach (var candidate in Candidates())
        {
            if (NativeLibrary.TryLoad(candidate, assembly, paths, out var handle)) return handle;
        }

        throw new MqttException("Loading libmosquitto", string.Join(", ", Candidates()),
            "Install it: package libmosquitto1 on Debian and Ubuntu, Mosquitto for Windows (with its mosquitto.dll) on Windows.");
    }

    private static string[] Candidates()
    {
        if (!OperatingSystem.IsWindows()) return ["libmosquitto.so.1", "libmosquitto.so", "libmosquitto.1.dylib"];
        var programs = Environment.GetFolderPath(Environment.SpecialFolder.ProgramFiles);
        return ["mosquitto.dll", Path.Combine(programs, "mosquitto", "mosquitto.dll")];
    }

    /// <summary><c>struct mosquitto_message</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct NativeMessage
    {
        public int MessageId;
        public byte* Topic;
        public byte* Payload;
        public int PayloadLength;
        public int Qos;
        public byte Retain;
    }
}
