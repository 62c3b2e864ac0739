namespace ExamMonitor.Mqtt.Native;

/// <summary>An MQTT 5 property list; libmosquitto copies what it needs, so it is freed right after the call.</summary>
internal ref struct PropertyList
{
    private nint _list;

    public readonly nint Pointer => _list;

    /// <summary>UTF-8 text of type JSON (MQTT 5, 3.3.2.3.2 and 3.3.2.3.9).</summary>
    public static PropertyList Json()
    {
        var list = default(PropertyList);
        _ = LibMosquitto.AddByte(ref list._list, LibMosquitto.PropertyPayloadFormat, 1);
        _ = LibMosquitto.AddString(ref list._list, LibMosquitto.PropertyContentType, MqttMessage.JsonContentType);
        return list;
    }

    /// <summary>Bound of what the broker may send, and how long it keeps the session (MQTT 5, 3.1.2.11.4 and 3.1.2.11.2).</summary>
    public static PropertyList Connect(int maximumPacketBytes, TimeSpan? keepSession)
    {
        var list = default(PropertyList);
        _ = LibMosquitto.AddInt32(ref list._list, LibMosquitto.PropertyMaximumPacketSize, (uint)maximumPacketBytes);
        if (keepSession is { } time) _ = LibMosquitto.AddInt32(ref list._list, LibMosquitto.PropertySessionExpiry, (uint)time.TotalSeconds);
        return list;
    }

    public void Dispose()
    {
        if (_list != 0) LibMosquitto.FreeProperties(ref _list);
    }
}
