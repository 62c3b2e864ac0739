using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Contracts.Law;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.Hosting.Configuration;

/// <summary>What one key alone cannot tell: keys that need or exclude each other, addresses, files, secrets.</summary>
internal static class ConfigurationRules
{
    /// <summary>Checks the whole of <paramref name="options"/>; nothing but the presence and mode of files is looked up outside.</summary>
    /// <param name="options">Options as bound.</param>
    /// <param name="file">Name for the findings.</param>
    /// <param name="full">Absolute path of the file; relative paths start at its folder.</param>
    /// <param name="lines">Line of each key.</param>
    public static IEnumerable<Finding> Check(AgentOptions options, string file, string full, IReadOnlyDictionary<string, int> lines)
    {
        Finding Error(string key, string text, string? mend = null) => new(FindingLevel.Error, file, LineOf(lines, key), key, text, mend);
        var folder = Path.GetDirectoryName(full)!;
        if (!SiteZone.TryOf(options.TimeZone, out _))
            yield return Error(
                "timeZone",
                $"\"{options.TimeZone}\" is not a time zone of this system.",
                "Write an IANA name such as Asia/Shanghai."
            );
        for (var r = 0; r < options.Rooms.Count; r++)
        {
            var room = string.Create(CultureInfo.InvariantCulture, $"rooms[{r}]");
            var map = options.Rooms[r].Map;
            if (map.Length > 0 && !File.Exists(Path.Combine(folder, map)))
                yield return Error($"{room}.map", $"there is no file \"{map}\".", $"Relative paths start at {folder}.");
            foreach (var finding in CheckCameras(options.Rooms[r], room, folder, Error))
                yield return finding;
        }

        foreach (var finding in CheckSchedule(options.Schedule, folder, Error))
            yield return finding;
        foreach (var law in RetentionRulesReader.Combine(SiteRetentionSetup.Of(options)).Findings.Where(f => f.Path is not "timeZone"))
            yield return new(
                law.Level,
                file,
                LineOf(lines, $"retention.{(law.Path == "examWindow" ? law.Path : "profiles")}"),
                law.Path == "examWindow" ? "retention.examWindow" : "retention.profiles",
                law.Problem.En,
                law.Mend.En
            );
        foreach (var finding in CheckBroker(options.Broker, folder, Error))
            yield return finding;
        foreach (var finding in CheckApi(options.Api, folder, Error))
            yield return finding;
        foreach (var finding in CheckAnchor(options.Ledger.Anchor, folder, Error))
            yield return finding;
        foreach (var finding in WitnessRules.Check(options.Ledger.Witnesses, folder, Error))
            yield return finding;
        foreach (var finding in TierRules.Check(options, folder, Error))
            yield return finding;
        if (options.Metrics.OtlpEndpoint is { } otlp && !IsAddress(otlp, "http", "https"))
            yield return Error("metrics.otlpEndpoint", $"\"{otlp}\" is not an http or https address.");
    }

    /// <summary>What is wrong with the cameras of a room.</summary>
    internal static IEnumerable<Finding> CheckCameras(
        RoomSection section,
        string room,
        string folder,
        Func<string, string, string?, Finding> error
    )
    {
        var seen = new Dictionary<CameraId, int>();
        for (var c = 0; c < section.Cameras.Count; c++)
        {
            var camera = section.Cameras[c];
            var at = string.Create(CultureInfo.InvariantCulture, $"{room}.cameras[{c}]");
            if (!seen.TryAdd(camera.Id, c) && camera.Id.Text.Length > 0)
                yield return error(
                    $"{at}.id",
                    $"\"{camera.Id}\" is already the id of cameras[{seen[camera.Id]}].",
                    "Give each camera of a room its own id."
                );
            foreach (var finding in CheckRtsp(camera.Address, $"{at}.address", error))
                yield return finding;
            if (camera.AnalysisAddress is { } analysis)
            {
                foreach (var finding in CheckRtsp(analysis, $"{at}.analysisAddress", error))
                    yield return finding;
            }

            if (camera.User is null && (camera.PasswordFile ?? camera.PasswordEnvironment) is not null)
                yield return error($"{at}", "has a password and no user.", "Add 'user'.");
            foreach (var finding in CheckSecret(camera.PasswordFile, camera.PasswordEnvironment, at, folder, error))
                yield return finding;
        }
    }

    private static IEnumerable<Finding> CheckSchedule(ScheduleSection schedule, string folder, Func<string, string, string?, Finding> error)
    {
        if (schedule.File is { } file && !File.Exists(Path.Combine(folder, file)))
            yield return error("schedule.file", $"there is no file \"{file}\".", $"Relative paths start at {folder}.");
        for (var i = 0; i < schedule.InformOnly.Count; i++)
        {
            if (!CheckNames.All.Contains(schedule.InformOnly[i], StringComparer.Ordinal))
                yield return error(
                    string.Create(CultureInfo.InvariantCulture, $"schedule.informOnly[{i}]"),
                    $"\"{schedule.InformOnly[i]}\" is not a readiness check.",
                    $"Known: {string.Join(", ", CheckNames.All)}."
                );
        }
    }

    private static IEnumerable<Finding> CheckRtsp(string address, string key, Func<string, string, string?, Finding> error)
    {
        if (address.Length == 0)
            yield break;
        if (!IsAddress(address, "rtsp", "rtsps"))
            yield return error(key, $"\"{Secrets.WithoutCredentials(address)}\" is not an RTSP address.", "Write rtsp://host[:port]/path.");
        else if (new Uri(address).UserInfo.Length > 0)
            yield return error(
                key,
                "holds a user or password.",
                "Move them to 'user' and 'passwordFile': addresses appear in logs and process lists."
            );
    }

    private static IEnumerable<Finding> CheckSecret(
        string? path,
        string? variable,
        string at,
        string folder,
        Func<string, string, string?, Finding> error
    )
    {
        if (path is not null && variable is not null)
            yield return error($"{at}.passwordEnvironment", "stands beside 'passwordFile'.", "Keep one of them.");
        else if (path is not null && Secrets.FindFault(Path.Combine(folder, path)) is { } fault)
            yield return error($"{at}.passwordFile", fault.Text, fault.Mend);
        else if (variable is not null && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            yield return error(
                $"{at}.passwordEnvironment",
                $"the environment variable {variable} is not set.",
                "Set it in the service's environment file."
            );
    }

    private static IEnumerable<Finding> CheckBroker(BrokerSection broker, string folder, Func<string, string, string?, Finding> error)
    {
        var child = string.Equals(broker.Mode, "child", StringComparison.Ordinal);
        if (child && (broker.Address ?? broker.User ?? broker.CertificateAuthority) is not null)
            yield return error(
                "broker.mode",
                "is child, but an address, user or authority of another broker is given.",
                "Write 'mode: address' to use that broker, or remove them."
            );
        foreach (var finding in CheckBrokerListen(broker, child, folder, error))
            yield return finding;
        if (!child && broker.Address is null)
            yield return error("broker.address", "is missing.", "Write mqtt://host:port or mqtts://host:port.");
        if (broker.Address is { } address)
        {
            if (!IsAddress(address, "mqtt", "mqtts"))
                yield return error(
                    "broker.address",
                    $"\"{Secrets.WithoutCredentials(address)}\" is not an MQTT address.",
                    "Write mqtt://host:port or mqtts://host:port."
                );
            else if (new Uri(address).UserInfo.Length > 0)
                yield return error("broker.address", "holds a user or password.", "Move them to 'user' and 'passwordFile'.");
            else if (new Uri(address) is { Scheme: "mqtt", IsLoopback: false } && broker.User is not null)
                yield return error("broker.address", "would send the password unencrypted over the network.", "Use mqtts://.");
        }

        foreach (var finding in CheckSecret(broker.PasswordFile, broker.PasswordEnvironment, "broker", folder, error))
            yield return finding;
        if (broker.ReaderPasswordFile is { } reader && Secrets.FindFault(Path.Combine(folder, reader)) is { } fault)
            yield return error("broker.readerPasswordFile", fault.Text, fault.Mend);
        if (broker.CertificateAuthority is { } authority && !File.Exists(Path.Combine(folder, authority)))
            yield return error("broker.certificateAuthority", $"there is no file \"{authority}\".", null);
    }

    private static IEnumerable<Finding> CheckBrokerListen(
        BrokerSection broker,
        bool child,
        string folder,
        Func<string, string, string?, Finding> error
    )
    {
        if (broker.Listen is { } listen)
        {
            if (!child)
                yield return error(
                    "broker.listen",
                    "is for the agent's own broker, and another one is used.",
                    "Remove it, or write 'mode: child'."
                );
            if (!ListenAddress.TryParse(listen, out var address) || address.Port == 0)
                yield return error("broker.listen", $"\"{listen}\" is not an address and port.", "Write 0.0.0.0:8883.");
            if (broker.Certificate is null || broker.CertificateKey is null)
                yield return error(
                    "broker.listen",
                    "reaches beyond this machine without a certificate: passwords would travel in the clear.",
                    "Set 'certificate' and 'certificateKey'."
                );
        }
        else if ((broker.Certificate ?? broker.CertificateKey) is not null)
        {
            yield return error("broker.certificate", "is there without 'listen'.", "Set 'listen', or remove it.");
        }

        if (broker.Certificate is { } certificate && !File.Exists(Path.Combine(folder, certificate)))
            yield return error("broker.certificate", $"there is no file \"{certificate}\".", null);
        if (broker.CertificateKey is { } key && Secrets.FindFault(Path.Combine(folder, key)) is { } fault)
            yield return error("broker.certificateKey", fault.Text, fault.Mend);
    }

    private static IEnumerable<Finding> CheckApi(ApiSection api, string folder, Func<string, string, string?, Finding> error)
    {
        if (ListenAddress.TryParse(api.Listen, out var listen))
        {
            if (!IPAddress.IsLoopback(listen.Address) && api.Certificate is null)
                yield return error(
                    "api.listen",
                    "reaches beyond this machine without a certificate: the token would travel in the clear.",
                    "Set 'certificate' and 'certificateKey', or listen on 127.0.0.1."
                );
        }
        else
        {
            yield return error("api.listen", $"\"{api.Listen}\" is not an address and port.", "Write 127.0.0.1:8430.");
        }

        if ((api.Certificate is null) != (api.CertificateKey is null))
            yield return error("api.certificate", "needs 'certificateKey', and the other way round.", null);
        if (api.Certificate is { } certificate && !File.Exists(Path.Combine(folder, certificate)))
            yield return error("api.certificate", $"there is no file \"{certificate}\".", null);
        if (api.CertificateKey is { } key && Secrets.FindFault(Path.Combine(folder, key)) is { } keyFault)
            yield return error("api.certificateKey", keyFault.Text, keyFault.Mend);
        if (
            api.TokenFile is { } token
            && File.Exists(Path.Combine(folder, token))
            && Secrets.FindFault(Path.Combine(folder, token)) is { } tokenFault
        )
            yield return error("api.tokenFile", tokenFault.Text, tokenFault.Mend);
        if (api.PublicAddress is { } address && !IsAddress(address, "http", "https"))
            yield return error("api.publicAddress", $"\"{address}\" is not an http or https address.", null);
    }

    private static IEnumerable<Finding> CheckAnchor(AnchorSection anchor, string folder, Func<string, string, string?, Finding> error)
    {
        if ((anchor.Address is null) != (anchor.CaFile is null))
            yield return error("ledger.anchor.address", "needs 'caFile', and the other way round.", null);
        if (anchor.Address is { } address && !IsAddress(address, "http", "https"))
            yield return error(
                "ledger.anchor.address",
                $"\"{Secrets.WithoutCredentials(address)}\" is not an http or https address.",
                null
            );
        else if (anchor.Address is { } plain && new Uri(plain).UserInfo.Length > 0)
            yield return error(
                "ledger.anchor.address",
                "holds a user or password.",
                "Time stamps need none; ask the authority's operator for another address."
            );
        if (anchor.CaFile is not { } file)
            yield break;
        if (!File.Exists(Path.Combine(folder, file)))
            yield return error("ledger.anchor.caFile", $"there is no file \"{file}\".", null);
        else if (FindCertificateFault(Path.Combine(folder, file)) is { } fault)
            yield return error("ledger.anchor.caFile", fault, "Write the authority's root certificate into it, in PEM.");
    }

    /// <summary>Why a PEM file holds no certificates; null when it does.</summary>
    internal static string? FindCertificateFault(string path)
    {
        try
        {
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(path);
            foreach (var certificate in authorities)
                certificate.Dispose();
            return authorities.Count > 0 ? null : "holds no certificate.";
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return "holds no certificate.";
        }
    }

    internal static bool IsAddress(string text, params ReadOnlySpan<string> schemes) =>
        text.Length <= 2048 && Uri.TryCreate(text, UriKind.Absolute, out var uri) && schemes.Contains(uri.Scheme) && uri.Host.Length > 0;

    /// <summary>The key's own line, else that of the nearest section around it that the file has.</summary>
    private static int? LineOf(IReadOnlyDictionary<string, int> lines, string key)
    {
        for (var at = key; at.Length > 0; )
        {
            if (lines.TryGetValue(at, out var line))
                return line;
            var cut = Math.Max(at.LastIndexOf('.'), at.LastIndexOf('['));
            at = cut < 0 ? string.Empty : at[..cut];
        }

        return null;
    }
}
