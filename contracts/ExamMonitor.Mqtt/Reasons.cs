using System.Globalization;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using ExamMonitor.Contracts;

namespace ExamMonitor.Mqtt;

/// <summary>Why there is no connection, in words: what, where, how to mend. Never holds a password.</summary>
internal static class Reasons
{
    public static LocalText Unreachable(MqttOptions o, SocketError error) =>
        error switch
        {
            SocketError.ConnectionRefused => new(
                $"Nothing listens at {At(o)}. Start the broker, or correct its address and port.",
                $"{At(o)} 没有程序在监听。请启动消息代理，或更正其地址和端口。"
            ),
            SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => new(
                $"The name {o.Host} is not known to the network. Correct the broker's name, or give its IP address.",
                $"网络中找不到名称 {o.Host}。请更正消息代理的名称，或改用 IP 地址。"
            ),
            SocketError.TimedOut => NoAnswer(o),
            SocketError.NetworkUnreachable or SocketError.HostUnreachable => new(
                $"There is no network route to {At(o)}. Check the cable, the network settings and the address.",
                $"没有到达 {At(o)} 的网络路由。请检查网线、网络设置和地址。"
            ),
            _ => new(
                $"The broker at {At(o)} cannot be reached ({error}). Check the network and the address.",
                $"无法连接 {At(o)} 的消息代理（{error}）。请检查网络和地址。"
            ),
        };

    public static LocalText NoAnswer(MqttOptions o) =>
        new(
            $"The broker at {At(o)} did not answer within {Seconds(o.ConnectTimeout)} s. Check that it runs, that a firewall lets it through, and whether that port expects TLS.",
            $"{At(o)} 的消息代理在 {Seconds(o.ConnectTimeout)} 秒内没有应答。请确认它在运行、防火墙已放行，以及该端口是否要求 TLS。"
        );

    /// <summary>Reason codes of CONNACK and DISCONNECT (MQTT 5, table 2.6); below 0x80 the return codes of MQTT 3.1.1.</summary>
    public static LocalText Refused(MqttOptions o, int reason) =>
        reason switch
        {
            0x84 or 1 => new(
                $"The broker at {At(o)} does not speak MQTT 5. Use a broker that does.",
                $"{At(o)} 的消息代理不支持 MQTT 5。请使用支持 MQTT 5 的消息代理。"
            ),
            0x85 or 2 => new(
                $"The broker at {At(o)} refuses the client id {o.ClientId}. Choose another, or allow it at the broker.",
                $"{At(o)} 的消息代理拒绝客户端标识 {o.ClientId}。请更换标识，或在消息代理中允许它。"
            ),
            0x86 or 0x87 or 0x8C or 4 or 5 => new(
                $"The broker at {At(o)} refuses {User(o, "the user ", "a log-in without a user")}. Check user name and password, and the user's rights at the broker.",
                $"{At(o)} 的消息代理拒绝{User(o, "用户 ", "匿名登录")}。请检查用户名、密码以及该用户在消息代理中的权限。"
            ),
            0x8E => new(
                $"Another connection with the client id {o.ClientId} took over at {At(o)}. Give every agent and dashboard its own id.",
                $"另一个使用客户端标识 {o.ClientId} 的连接占用了 {At(o)}。请为每个监测主机和看板设置各自的标识。"
            ),
            0x95 => new(
                $"The broker at {At(o)} dropped the connection: a message was too large for it. Raise its message size limit.",
                $"{At(o)} 的消息代理断开了连接：消息过大。请提高消息代理的消息大小上限。"
            ),
            0x88 or 0x89 or 0x8B or 0x97 or 0x9F or 3 => new(
                $"The broker at {At(o)} is busy or shutting down (code {Hex(reason)}). The next attempt comes by itself.",
                $"{At(o)} 的消息代理繁忙或正在关闭（代码 {Hex(reason)}）。系统会自动重试。"
            ),
            _ => new(
                $"The broker at {At(o)} ended the connection (code {Hex(reason)}). Its log says why.",
                $"{At(o)} 的消息代理结束了连接（代码 {Hex(reason)}）。原因见消息代理日志。"
            ),
        };

    /// <summary>Why an attempt to connect threw.</summary>
    public static LocalText CannotConnect(MqttOptions o, Exception e) =>
        InnermostOf(e) switch
        {
            SocketException { SocketErrorCode: not (SocketError.ConnectionReset or SocketError.ConnectionAborted) } s => Unreachable(
                o,
                s.SocketErrorCode
            ),
            AuthenticationException tls => TlsFailed(o, tls.Message),
            CryptographicException or FileNotFoundException or UnauthorizedAccessException => TlsSetup(o),
            var other => new(
                $"The broker at {At(o)} closed the connection before the log-in was over ({Detail(other)}). Check whether that port is an MQTT port, and whether it expects TLS.",
                $"{At(o)} 的消息代理在登录完成前关闭了连接（{Detail(other)}）。请确认该端口是 MQTT 端口，以及是否要求 TLS。"
            ),
        };

    /// <summary>Why a connection that stood has ended; null where the other side just closed it.</summary>
    public static LocalText Lost(MqttOptions o, Exception? e)
    {
        var detail = e is null ? "closed" : Detail(InnermostOf(e));
        return new(
            $"The connection to the broker at {At(o)} was lost ({detail}). It is tried again by itself.",
            $"与 {At(o)} 的消息代理的连接已断开（{detail}）。系统会自动重试。"
        );
    }

    public static LocalText Silent(MqttOptions o, TimeSpan silence) =>
        new(
            $"The broker at {At(o)} has not answered for {Seconds(silence)} s although the connection stands. Check whether it hangs, and the line to it.",
            $"与 {At(o)} 的消息代理的连接仍在，但已有 {Seconds(silence)} 秒没有应答。请检查消息代理是否卡死，以及网络线路。"
        );

    public static LocalText TlsSetup(MqttOptions o) =>
        new(
            $"The TLS files for {At(o)} cannot be used. They must be readable PEM files, and the key must not be encrypted.",
            $"{At(o)} 的 TLS 文件无法使用。文件必须是可读的 PEM 文件，且私钥不得加密。"
        );

    public static LocalText SubscriptionRefused(MqttOptions o) =>
        new(
            $"The broker at {At(o)} does not let {User(o, "the user ", "clients without a user")} read. Give that user the right to read at the broker.",
            $"{At(o)} 的消息代理不允许{User(o, "用户 ", "匿名客户端")}读取。请在消息代理中为其授予读取权限。"
        );

    public static LocalText HandlerFailed(Exception e) =>
        new(
            $"A received message could not be handled ({e.GetType().Name}: {e.Message}).",
            $"收到的消息无法处理（{e.GetType().Name}：{e.Message}）。"
        );

    private static LocalText TlsFailed(MqttOptions o, string detail) =>
        new(
            $"TLS with the broker at {At(o)} failed ({Shorten(detail)}). Check that the certificate is valid, is made out to {o.Host}, and is signed by the given authority.",
            $"与 {At(o)} 的消息代理的 TLS 握手失败（{Shorten(detail)}）。请检查证书是否有效、是否签发给 {o.Host}，并由指定的机构签名。"
        );

    private static Exception InnermostOf(Exception e)
    {
        while (e is not (SocketException or AuthenticationException) && e.InnerException is { } inner)
            e = inner;
        return e;
    }

    private static string Detail(Exception e) => e is SocketException s ? s.SocketErrorCode.ToString() : Shorten(e.Message.TrimEnd('.'));

    private static string At(MqttOptions o) => new BrokerAddress(o.Host, o.Port, o.Tls is not null).ToString();

    private static string User(MqttOptions o, string before, string none) => o.User is null ? none : before + o.User;

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Hex(int code) => "0x" + code.ToString("X2", CultureInfo.InvariantCulture);

    private static string Shorten(string text) => text.Length <= 160 ? text.Trim() : string.Concat(text.AsSpan(0, 160), "…");
}
