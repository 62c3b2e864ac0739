using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>
/// Lets commands on the agent's own machine believe the very certificate that its configuration names, whoever signed it.
/// </summary>
internal static class OwnCertificate
{
    /// <summary>
    /// A handler for the agent of a configuration; without <c>api.certificate</c> the machine's authorities alone are believed.
    /// </summary>
    public static HttpMessageHandler Handler(ConfigurationReading reading)
    {
        var own = reading.Options.Api.Certificate is { } file ? Read(AgentFolder.Of(reading).Resolve(file)) : null;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false };
        if (own is not null)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                errors == SslPolicyErrors.None || (certificate is not null && certificate.GetRawCertData().AsSpan().SequenceEqual(own));
        }

        return handler;
    }

    private static byte[]? Read(string path)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificate(
                System.Text.Encoding.ASCII.GetBytes(FirstOf(File.ReadAllText(path)))
            );
            return certificate.RawData;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
        {
            // The certificate is public, but whoever may not read it still has the machine's authorities.
            return null;
        }
    }

    private static string FirstOf(string pem)
    {
        const string last = "-----END CERTIFICATE-----";
        return pem.IndexOf(last, StringComparison.Ordinal) is var end and >= 0 ? pem[..(end + last.Length)] : pem;
    }
}
