using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>The newest payload of every retained topic, and which of them the broker does not have yet. Thread safe.</summary>
internal sealed class StateCache(SequenceFile sequence)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);
    private readonly Queue<string> _dirty = new();
    private (string Topic, Payload Online, Payload Offline)? _presence;

    /// <summary>Whether the broker has everything.</summary>
    public bool Clean
    {
        get
        {
            lock (_gate)
                return _dirty.Count == 0;
        }
    }

    public void Set(string topic, Payload payload)
    {
        lock (_gate)
            Put(topic, payload);
    }

    public void Clear(string topic)
    {
        lock (_gate)
        {
            _entries[topic] = new(ReadOnlyMemory<byte>.Empty);
            _dirty.Enqueue(topic);
        }
    }

    public void SetPresence(string topic, Payload online, Payload offline)
    {
        lock (_gate)
        {
            _presence = (topic, online, offline);
            Put(topic, online);
        }
    }

    /// <summary>The last will of the next connection; its number is above all that the connection will use on the topic.</summary>
    public MqttMessage? NextWill()
    {
        lock (_gate)
        {
            if (_presence is not { } presence)
                return null;
            var will = presence.Offline with { Seq = sequence.NextWill(presence.Topic) };
            return new(presence.Topic, Format(will), Retain: true);
        }
    }

    /// <summary>
    /// After a connect: everything is to be sent again, presence first, since the broker may have published the last will or lost its
    /// memory.
    /// </summary>
    public void Reconnected()
    {
        lock (_gate)
        {
            _dirty.Clear();
            if (_presence is { } presence)
                Put(presence.Topic, presence.Online);
            foreach (var (topic, entry) in _entries)
            {
                entry.Dirty = true;
                _dirty.Enqueue(topic);
            }
        }
    }

    /// <summary>Orderly stop: the payload that the last will would have carried.</summary>
    public void Leave()
    {
        lock (_gate)
        {
            if (_presence is { } presence)
                Put(presence.Topic, presence.Offline);
        }
    }

    /// <summary>Takes a topic that the broker does not have yet; null when there is none.</summary>
    public MqttMessage? Take()
    {
        lock (_gate)
        {
            while (_dirty.TryDequeue(out var topic))
            {
                var entry = _entries[topic];
                if (!entry.Dirty)
                    continue;
                entry.Dirty = false;
                return new(topic, entry.Payload, Retain: true);
            }

            return null;
        }
    }

    /// <summary>The broker did not get it; newer content of the topic wins.</summary>
    public void PutBack(string topic)
    {
        lock (_gate)
        {
            _entries[topic].Dirty = true;
            _dirty.Enqueue(topic);
        }
    }

    /// <summary>The broker has it; a cleared topic is forgotten.</summary>
    public void Sent(string topic)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(topic, out var entry) && !entry.Dirty && entry.Payload.IsEmpty)
                _entries.Remove(topic);
        }
    }

    public static ReadOnlyMemory<byte> Format(Payload payload) =>
        JsonSerializer.SerializeToUtf8Bytes(payload, payload.GetType(), ContractJson.Options);

    private void Put(string topic, Payload payload)
    {
        // The number is taken and the place filled under one lock: what stands on the board is always the highest number given out.
        _entries[topic] = new(Format(payload with { Seq = sequence.Next(topic) }));
        _dirty.Enqueue(topic);
    }

    private sealed class Entry(ReadOnlyMemory<byte> payload)
    {
        public ReadOnlyMemory<byte> Payload { get; } = payload;

        public bool Dirty { get; set; } = true;
    }
}
