using System.Text;
using ExamMonitor.TestKit;

namespace ExamMonitor.Mqtt.Tests;

internal static class Client
{
    public static MqttOptions Options(int port, string id) =>
        new()
        {
            Host = "127.0.0.1",
            Port = port,
            ClientId = id,
            User = MosquittoBroker.User,
            Password = MosquittoBroker.Password,
            ReconnectMin = TimeSpan.FromMilliseconds(20),
            ReconnectMax = TimeSpan.FromMilliseconds(100),
        };

    public static MqttConnection Of(MosquittoBroker broker, string id, bool start = true)
    {
        var connection = new MqttConnection(Options(broker.Port, id), TimeProvider.System);
        if (start)
            connection.Start();
        return connection;
    }

    public static Task ConnectedAsync(MqttConnection connection) => Eventually.TrueAsync(() => connection.State.Connected);

    public static MqttMessage Message(string topic, string json, bool retain = false) => new(topic, Encoding.UTF8.GetBytes(json), retain);
}
