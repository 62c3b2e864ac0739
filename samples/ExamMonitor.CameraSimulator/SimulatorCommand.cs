using System.CommandLine;
using System.CommandLine.Invocation;
using System.Net.Sockets;
using ExamMonitor.CameraSimulator.Clips;

namespace ExamMonitor.CameraSimulator;

/// <summary>The command line.</summary>
internal static class SimulatorCommand
{
    private const string Help = """
        Simulated IP cameras: serves MP4 clips as live RTSP streams (TCP and UDP, digest authentication), and goes wrong on request.

        Configuration, a JSON file (clip names relative to clipFolder, that relative to the file):
          {
            "controlPort": 8555, "clipFolder": "../video",
            "cameras": [
              { "id": "C1", "port": 8554, "clips": ["C1_normal.mp4"], "userName": "viewer", "password": "secret", "order": "shuffle" },
              { "id": "C2", "port": 8556, "clips": ["C2_normal.mp4"], "subClips": ["C2_normal.mp4"], "transport": "tcp", "audio": "pcma" }
            ]
          }
        or, without a file:  exam-monitor-camera-simulator --camera C1=samples/video/C1_normal.mp4 --port 8554

        A camera's address is rtsp://HOST:PORT/ID/main, its sub-stream's rtsp://HOST:PORT/ID/sub.

        Faults are posted to the control endpoint, which listens on loopback only:
          curl -s localhost:8555/cameras                                              state, clients, bytes
          curl -s localhost:8555/cameras/C1/fault -d '{"kind":"play","clip":"C1_covered.mp4"}'
          curl -s localhost:8555/cameras/C1/fault -d '{"kind":"stall"}'               no data, connections stay
          … {"kind":"hang"}                            accepts, answers nothing
          … {"kind":"drop","reset":true}               ends all connections once
          … {"kind":"refuse","status":453}             400 to 599, 503 unless given
          … {"kind":"unreachable"}                     the port is closed
          … {"kind":"lag","milliseconds":2000}         everything arrives late
          … {"kind":"jitter","milliseconds":80}        UDP packets overtake one another
          … {"kind":"loss","percent":5}                UDP packets are lost
          … {"kind":"clock","milliseconds":-90000}     the camera's clock is off
          … {"kind":"no-sender-reports"}
          … {"kind":"wrong-password"}                  401 to all
          … {"kind":"corrupt","percent":2}             bytes change on the way
          … {"kind":"declare","framesPerSecond":50,"kilobitsPerSecond":64}   a wrong session description
          … {"kind":"mid-group"}                       a client's first picture is no key frame
          … {"kind":"restart","seconds":10}            each client is cut off after 10 s, every time
          … {"kind":"ok"}                              all of the above end
        Faults of different kinds add up. For a camera with rare key frames, serve a clip that has them so.
        """;

    public static async Task<int> RunAsync(string[] args)
    {
        var config = new Option<string?>("--config") { Description = "The configuration file." };
        var cameras = new Option<string[]>("--camera")
        {
            Description = "ID=CLIP[,CLIP…]; may be given several times. All such cameras share --port.",
            AllowMultipleArgumentsPerToken = false,
        };
        var port = new Option<int>("--port")
        {
            Description = "RTSP port for --camera; 0 takes a free one.",
            DefaultValueFactory = _ => 8554,
        };
        var listen = new Option<string>("--listen") { Description = "Address for --camera.", DefaultValueFactory = _ => "127.0.0.1" };
        var control = new Option<int?>("--control-port")
        {
            Description = "Port of the control endpoint on loopback; 0 takes a free one. Default: the file's, else a free one.",
        };
        var root = new RootCommand(Help) { config, cameras, port, listen, control };
        root.SetAction(
            async (parsed, cancel) =>
            {
                try
                {
                    var options = Options(
                        parsed.GetValue(config),
                        parsed.GetValue(cameras) ?? [],
                        parsed.GetValue(port),
                        parsed.GetValue(listen)!,
                        parsed.GetValue(control)
                    );
                    await ServeAsync(options, cancel).ConfigureAwait(false);
                    return 0;
                }
                catch (Exception e)
                    when (e
                            is InvalidConfigurationException
                                or InvalidClipException
                                or SocketException
                                or IOException
                                or UnauthorizedAccessException
                    )
                {
                    await Console
                        .Error.WriteLineAsync(
                            e is SocketException ? $"A port cannot be opened: {e.Message}. Choose another, or 0 for a free one." : e.Message
                        )
                        .ConfigureAwait(false);
                    return 2;
                }
            }
        );
        var result = root.Parse(args);
        var code = await result.InvokeAsync().ConfigureAwait(false);
        return result.Action is ParseErrorAction ? 2 : code;
    }

    private static CameraSimulatorOptions Options(string? config, string[] cameras, int port, string listen, int? controlPort)
    {
        if (config is null == (cameras.Length == 0))
        {
            throw new InvalidConfigurationException("Give either --config FILE or --camera ID=CLIP; see --help.");
        }

        var read = config is null ? null : SimulatorConfiguration.Read(config);
        return new CameraSimulatorOptions
        {
            Cameras = read?.Cameras ?? [.. cameras.Select(text => Camera(text, port))],
            ListenAddress = read?.ListenAddress ?? listen,
            ControlPort = controlPort ?? read?.ControlPort ?? 0,
            ClipFolder = read?.ClipFolder,
            SenderReportSeconds = read?.SenderReportSeconds ?? 5,
            SessionTimeoutSeconds = read?.SessionTimeoutSeconds ?? 60,
            NonceSeconds = read?.NonceSeconds ?? 300,
        };
    }

    private static SimulatedCamera Camera(string text, int port)
    {
        var parts = text.Split('=', 2);
        return parts.Length == 2
            ? new SimulatedCamera
            {
                Id = parts[0],
                Port = port,
                Clips = parts[1].Split(','),
            }
            : throw new InvalidConfigurationException($"--camera {text}: expected ID=CLIP, such as C1=samples/video/C1_normal.mp4.");
    }

    private static async Task ServeAsync(CameraSimulatorOptions options, CancellationToken cancel)
    {
        var server = await CameraSimulatorServer.StartAsync(options, TimeProvider.System, cancel).ConfigureAwait(false);
        await using (server.ConfigureAwait(false))
        {
            foreach (var camera in server.Cameras())
            {
                Console.WriteLine(
                    camera.SubAddress is null ? $"{camera.Id}  {camera.Address}" : $"{camera.Id}  {camera.Address}  {camera.SubAddress}"
                );
            }

            Console.WriteLine($"control  {server.ControlAddress}cameras");
            try
            {
                await server.Completion.WaitAsync(cancel).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                return;
            }
        }
    }
}
