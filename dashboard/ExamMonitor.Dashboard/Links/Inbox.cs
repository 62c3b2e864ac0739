using System.Threading.Channels;
using ExamMonitor.Mqtt;

namespace ExamMonitor.Dashboard.Links;

/// <summary>
/// Messages that wait between the brokers' threads and the state, bounded in number and in bytes: payloads may be large, and a broker may
/// send without end. Thread safe; one reader.
/// </summary>
internal sealed class Inbox
{
    /// <summary>Most messages that wait: the retained words of a thousand rooms come at once, some twenty for each.</summary>
    public const int MostMessages = 100_000;

    /// <summary>Most bytes of payloads that wait: sixteen of the largest that are looked at.</summary>
    public const long MostBytes = 16L * InboxReader.MaxPayloadBytes;

    private readonly Channel<MqttMessage> _messages = Channel.CreateBounded<MqttMessage>(
        new BoundedChannelOptions(MostMessages) { SingleReader = true }
    );
    private long _bytes;
    private long _lost;

    /// <summary>
    /// Messages that found it full since the start. Statuses come again with the next heartbeat; problems are compared with the agent's
    /// list.
    /// </summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Takes a message; false when it is full, and then nothing of the message is kept.</summary>
    public bool TryWrite(MqttMessage message)
    {
        if (Interlocked.Add(ref _bytes, message.Payload.Length) <= MostBytes && _messages.Writer.TryWrite(message))
            return true;
        Interlocked.Add(ref _bytes, -message.Payload.Length);
        Interlocked.Increment(ref _lost);
        return false;
    }

    /// <summary>Every message in the order in which it came. One that is being looked at still counts.</summary>
    public async IAsyncEnumerable<MqttMessage> ReadAllAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var message in _messages.Reader.ReadAllAsync(ct).ConfigureAwait(false))
        {
            try
            {
                yield return message;
            }
            finally
            {
                Interlocked.Add(ref _bytes, -message.Payload.Length);
            }
        }
    }
}
