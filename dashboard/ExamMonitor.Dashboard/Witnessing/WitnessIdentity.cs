using System.Security.Cryptography;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Storage;
using ExamMonitor.Transparency;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.Witnessing;

/// <summary>The dashboard's own key as a witness: made at the first start, readable by this user alone, never leaves the machine.</summary>
/// <remarks>A lost key is not replaced in silence: the new one has another name, so that no policy takes it for the old one.</remarks>
internal sealed partial class WitnessIdentity : IDisposable
{
    /// <summary>Name of the key's file in the data folder.</summary>
    public const string FileName = "witness-key.pem";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public WitnessIdentity(IOptions<DashboardOptions> options, ILogger<WitnessIdentity> log)
    {
        var path = Path.Combine(options.Value.DataFolder, FileName);
        var made = !File.Exists(path);
        if (made)
            PrivateFiles.Write(path, NoteSigner.CreatePem());
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            throw new InvalidOperationException(
                $"Others can read or change {path}. Run: chmod 600 on it, and consider the key known to whoever could read it."
            );
        var pem = File.ReadAllText(path);
        Signer = options.Value.WitnessName is { Length: > 0 } name ? NoteSigner.Import(name, pem) : NoteSigner.Import(pem, NameOf);
        if (made)
            LogMade(log, Signer.WitnessKey.ToString());
    }

    /// <summary>Signs as the witness.</summary>
    public NoteSigner Signer { get; }

    /// <summary>What others verify with.</summary>
    public VerifierKey Key => Signer.WitnessKey;

    /// <inheritdoc/>
    public void Dispose() => Signer.Dispose();

    private static string NameOf(byte[] key) => "exam-monitor/dashboard/" + Convert.ToHexStringLower(SHA256.HashData(key).AsSpan(0, 8));

    [LoggerMessage(1060, LogLevel.Information, "The witness key of this dashboard was made: {Key}")]
    private static partial void LogMade(ILogger logger, string key);
}
