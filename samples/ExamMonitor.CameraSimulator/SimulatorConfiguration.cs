using System.Text.Json;
using System.Text.Json.Serialization;
using ExamMonitor.Contracts;

namespace ExamMonitor.CameraSimulator;

/// <summary>Reads the simulator's configuration file.</summary>
public static class SimulatorConfiguration
{
    private const int MaxFileBytes = 1024 * 1024;

    /// <summary>As the contracts write JSON, but a member that nobody knows is an error, and comments are allowed.</summary>
    internal static JsonSerializerOptions Json { get; } =
        new(ContractJson.Options)
        {
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            ReadCommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
            WriteIndented = true,
        };

    /// <summary>Reads a file. Clip names in it are relative to its <c>clipFolder</c>, and that to the file's own folder.</summary>
    /// <exception cref="InvalidConfigurationException">The file is missing or wrong; the message names the line.</exception>
    public static CameraSimulatorOptions Read(string path)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes })
            {
                throw new InvalidConfigurationException($"{path}: larger than {MaxFileBytes} bytes; is it the configuration?");
            }

            var options =
                JsonSerializer.Deserialize<CameraSimulatorOptions>(File.ReadAllBytes(path), Json)
                ?? throw new InvalidConfigurationException($"{path}: is empty; see --help for an example.");
            options.Validate();
            var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
            return new CameraSimulatorOptions
            {
                Cameras = options.Cameras,
                ListenAddress = options.ListenAddress,
                ControlPort = options.ControlPort,
                ClipFolder = Path.GetFullPath(options.ClipFolder ?? ".", folder),
                SenderReportSeconds = options.SenderReportSeconds,
                SessionTimeoutSeconds = options.SessionTimeoutSeconds,
                NonceSeconds = options.NonceSeconds,
            };
        }
        catch (JsonException e)
        {
            throw new InvalidConfigurationException($"{path}, line {e.LineNumber + 1}: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InvalidConfigurationException($"{path}: cannot be read. {e.Message}", e);
        }
    }
}
