using ExamMonitor.Contracts;
using MQTTnet;

namespace ExamMonitor.Mqtt;

/// <summary>Asks a broker once: connects, logs in, leaves.</summary>
public static class BrokerProbe
{
    /// <summary>Why it does not serve this user; null when it does.</summary>
    /// <param name="options">Where and as whom; <see cref="MqttOptions.ConnectTimeout"/> is the longest wait.</param>
    /// <param name="time">Clock of the wait.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static async Task<LocalText?> AskAsync(MqttOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.Checked().ConnectTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        using var client = new MqttClientFactory().CreateMqttClient();
        try
        {
            var answer = await client
                .ConnectAsync(ClientOptions.Of(options, new(options), lastWill: null), either.Token)
                .ConfigureAwait(false);
            if (answer.ResultCode != MqttClientConnectResultCode.Success)
                return Reasons.Refused(options, (int)answer.ResultCode);
        }
#pragma warning disable CA1031 // Whatever the library throws is the answer.
        catch (Exception e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return limit.IsCancellationRequested ? Reasons.NoAnswer(options) : Reasons.CannotConnect(options, e);
        }

        try
        {
            await client.DisconnectAsync(new MqttClientDisconnectOptions(), either.Token).ConfigureAwait(false);
        }
        catch (Exception)
        {
            // It has answered; how it takes the farewell says nothing.
        }
#pragma warning restore CA1031
        return null;
    }
}
