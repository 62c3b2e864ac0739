using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;

namespace ExamMonitor.SetUp.Onvif;

/// <summary>WS-Security UsernameToken Profile 1.0 with a digest: the password itself is never sent.</summary>
internal static class OnvifSecurity
{
    private static readonly XNamespace Wsse = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
    private static readonly XNamespace Wsu = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
    private const string Digest = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest";
    private const string Base64 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-soap-message-security-1.0#Base64Binary";

    /// <summary>The header.</summary>
    /// <param name="user">User.</param>
    /// <param name="password">Password.</param>
    /// <param name="created">Time by the device's own clock: devices refuse tokens of another hour.</param>
    /// <param name="nonce">16 bytes that were never used.</param>
    public static XElement Header(string user, string password, DateTimeOffset created, byte[] nonce)
    {
        var at = created.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        return new(
            Wsse + "Security",
            new XAttribute(XNamespace.Get("http://www.w3.org/2003/05/soap-envelope") + "mustUnderstand", "1"),
            new XElement(
                Wsse + "UsernameToken",
                new XElement(Wsse + "Username", user),
                new XElement(Wsse + "Password", new XAttribute("Type", Digest), DigestOf(nonce, at, password)),
                new XElement(Wsse + "Nonce", new XAttribute("EncodingType", Base64), Convert.ToBase64String(nonce)),
                new XElement(Wsu + "Created", at)
            )
        );
    }

    /// <summary>Base64(SHA-1(nonce + created + password)): the profile's own formula.</summary>
#pragma warning disable CA5350 // The profile fixes SHA-1; it hides the password in a network of cameras, and guards nothing else.
    public static string DigestOf(byte[] nonce, string created, string password) =>
        Convert.ToBase64String(SHA1.HashData([.. nonce, .. Encoding.UTF8.GetBytes(created), .. Encoding.UTF8.GetBytes(password)]));
#pragma warning restore CA5350
}
