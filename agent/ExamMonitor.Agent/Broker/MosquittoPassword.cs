using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace ExamMonitor.Agent.Broker;

/// <summary>Lines of a Mosquitto password file: <c>user:$7$iterations$salt$hash</c>, PBKDF2 with SHA-512 (mosquitto_passwd of 2.0).</summary>
/// <remarks>Made here instead of by mosquitto_passwd, which takes a password from a terminal or from its command line only.</remarks>
internal static class MosquittoPassword
{
    /// <summary>mosquitto_passwd's own default; the passwords are random words of 256 bits, which no number of guesses reaches.</summary>
    private const int Iterations = 101;
    private const int SaltBytes = 12;
    private const int HashBytes = 64;

    /// <summary>One line for <paramref name="user"/>, without its end.</summary>
    public static string Line(string user, string password) => Line(user, password, RandomNumberGenerator.GetBytes(SaltBytes));

    internal static string Line(string user, string password, byte[] salt)
    {
        var hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, Iterations, HashAlgorithmName.SHA512, HashBytes);
        return string.Create(CultureInfo.InvariantCulture, $"{user}:$7${Iterations}${Convert.ToBase64String(salt)}${Convert.ToBase64String(hash)}");
    }
}
