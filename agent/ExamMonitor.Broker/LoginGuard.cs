using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace ExamMonitor.Broker;

/// <summary>Decides who logs in. A flood of wrong passwords costs a bounded number of hashes and keeps nobody out who knows his.</summary>
/// <remarks>
/// A password that was right once is known again by a keyed tag in memory: its owner passes without a hash, however busy the guessers keep
/// the rest.
/// </remarks>
/// <param name="users">Who there is.</param>
/// <param name="limits">Bounds.</param>
/// <param name="time">Clock.</param>
internal sealed class LoginGuard(IReadOnlyList<BrokerLogin> users, BrokerLimits limits, TimeProvider time)
{
    private const int MostClientId = 128;
    private static readonly PasswordHash Nobody = PasswordHash.Of(Convert.ToHexString(RandomNumberGenerator.GetBytes(32)));

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly ConcurrentDictionary<string, byte[]> _known = new(StringComparer.Ordinal);
    private readonly TokenBuckets _hashes = new(perSecond: 5, burst: 20, time);

    /// <summary>The user of that name; null when there is none.</summary>
    public BrokerLogin? Find(string? name) => users.FirstOrDefault(u => string.Equals(u.Name, name, StringComparison.Ordinal));

    /// <summary>The answer to a log-in.</summary>
    public MqttConnectReasonCode Judge(ValidatingConnectionEventArgs login, string? clientId)
    {
        if (login.AuthenticationMethod is { Length: > 0 })
            return MqttConnectReasonCode.BadAuthenticationMethod;
        var user = Find(login.UserName);
        var verdict = JudgePassword(user, login.RawPassword ?? [], login.RemoteEndPoint);
        if (verdict != MqttConnectReasonCode.Success)
            return verdict;
        return IsOwn(user!, clientId) ? MqttConnectReasonCode.Success : MqttConnectReasonCode.ClientIdentifierNotValid;
    }

    /// <summary>A client id that belongs to another user would throw that user's connection out and take its session over.</summary>
    private bool IsOwn(BrokerLogin user, string? id) =>
        id is { Length: > 0 and <= MostClientId }
        && id.StartsWith(user.ClientIds, StringComparison.Ordinal)
        && !users.Any(o => o != user && o.ClientIds.Length > user.ClientIds.Length && id.StartsWith(o.ClientIds, StringComparison.Ordinal));

    private MqttConnectReasonCode JudgePassword(BrokerLogin? user, byte[] password, EndPoint? from)
    {
        if (password.Length > limits.TopicLength)
            return MqttConnectReasonCode.BadUserNameOrPassword;
        var tag = HMACSHA256.HashData(_key, password);
        if (user is not null && _known.TryGetValue(user.Name, out var known) && CryptographicOperations.FixedTimeEquals(known, tag))
            return MqttConnectReasonCode.Success;
        if (!_hashes.TryTake(AddressOf(from)))
            return MqttConnectReasonCode.ConnectionRateExceeded;

        // An unknown name costs what a known one does, so that the time tells nobody which names there are.
        if (!(user?.Password ?? Nobody).Accepts(password) || user is null)
            return MqttConnectReasonCode.BadUserNameOrPassword;
        _known[user.Name] = tag;
        return MqttConnectReasonCode.Success;
    }

    /// <summary>Whom the bounds are counted for.</summary>
    public static string AddressOf(EndPoint? endPoint) => endPoint is IPEndPoint ip ? ip.Address.ToString() : string.Empty;
}
