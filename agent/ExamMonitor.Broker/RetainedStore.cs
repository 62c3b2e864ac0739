using System.Buffers;
using System.Globalization;
using ExamMonitor.Contracts.Files;
using MQTTnet;

namespace ExamMonitor.Broker;

/// <summary>Retained messages, in memory and on disk: what was acknowledged is there again after a kill. Thread safe.</summary>
/// <remarks>
/// Each change is appended to one file before the publisher gets its answer; the system has it then, whatever becomes of this process. It
/// is forced to disk every few seconds by <see cref="Flush"/>: a power cut loses at most those, and agents send all their retained state
/// again at each connect. When the file is four times as long as what it says, it is written anew beside the old one, forced, and renamed
/// over it.
/// </remarks>
internal sealed class RetainedStore : IDisposable
{
    private const int LeastBeforeRewrite = 1024 * 1024;

    private readonly string _path;
    private readonly BrokerLimits _limits;
    private readonly BrokerLog _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (MqttApplicationMessage Message, int Bytes, long Version)> _messages = new(StringComparer.Ordinal);
    private FileStream? _file;
    private long _length;
    private long _live;
    private long _version;
    private bool _dirty;

    private RetainedStore(string path, BrokerLimits limits, BrokerLog log) => (_path, _limits, _log) = (path, limits, log);

    /// <summary>All of them.</summary>
    public List<MqttApplicationMessage> Messages
    {
        get
        {
            lock (_gate)
                return [.. _messages.Values.Select(m => m.Message)];
        }
    }

    /// <summary>Number of the newest change.</summary>
    public long Version
    {
        get
        {
            lock (_gate)
                return _version;
        }
    }

    /// <summary>Whether it is still what its topic holds.</summary>
    public bool IsCurrent(MqttApplicationMessage message)
    {
        lock (_gate)
        {
            if (!_messages.TryGetValue(message.Topic, out var held))
                return false;
            return ReferenceEquals(held.Message, message)
                || held.Message.Payload.ToArray().AsSpan().SequenceEqual(message.Payload.ToArray());
        }
    }

    /// <summary>Messages that were set after the change of that number.</summary>
    public List<MqttApplicationMessage> Since(long version)
    {
        lock (_gate)
            return version >= _version ? [] : [.. _messages.Values.Where(m => m.Version > version).Select(m => m.Message)];
    }

    /// <summary>Opens the folder. A torn last record is cut; a damaged file is set aside and what was whole in it is kept.</summary>
    /// <exception cref="IOException">The folder cannot be read or written.</exception>
    public static RetainedStore Open(string folder, BrokerLimits limits, BrokerLog log, TimeProvider time)
    {
        Directory.CreateDirectory(folder);
        var store = new RetainedStore(Path.Combine(folder, "retained.log"), limits, log);
        store.Load(time);
        return store;
    }

    /// <summary>
    /// Whether the message can be kept: neither too many topics nor too many bytes. One without payload clears its topic.
    /// </summary>
    public bool TrySet(MqttApplicationMessage message)
    {
        var record = RetainedCodec.Format(message);
        lock (_gate)
        {
            var had = _messages.TryGetValue(message.Topic, out var old);
            if (message.Payload.Length == 0)
            {
                if (!had)
                    return true;
                Forget(message.Topic, old.Bytes);
            }
            else
            {
                if (!had && _messages.Count >= _limits.RetainedTopics)
                    return false;
                if (_live - old.Bytes + record.Length > _limits.RetainedBytes)
                    return false;
                Keep(message, record.Length, old.Bytes);
            }

            Append(record);
            return true;
        }
    }

    /// <summary>Forces what was appended to disk, and mends a file that could not be written.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            try
            {
                if (_file is null || _length > Math.Max(LeastBeforeRewrite, 4 * _live))
                    Rewrite();
                else if (_dirty)
                    DiskFlush.File(_file);
                _dirty = false;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Complain(e);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Flush();
        lock (_gate)
        {
            _file?.Dispose();
            _file = null;
        }
    }

    private void Load(TimeProvider time)
    {
        var bytes = File.Exists(_path) ? File.ReadAllBytes(_path) : [];
        var at = 0;
        var torn = false;
        while (at < bytes.Length && RetainedCodec.Parse(bytes.AsSpan(at), _limits.PacketBytes, out var length, out torn) is { } message)
        {
            at += length;
            var old = _messages.GetValueOrDefault(message.Topic);
            if (message.Payload.Length == 0)
                Forget(message.Topic, old.Bytes);
            else if (_messages.Count < _limits.RetainedTopics || old.Bytes > 0)
                Keep(message, length, old.Bytes);
        }

        if (at < bytes.Length && !torn)
            SetAside(at, bytes.Length, time);
        Rewrite();
    }

    private void SetAside(int at, int length, TimeProvider time)
    {
        var aside = _path + ".damaged-" + time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss", CultureInfo.InvariantCulture);
        File.Move(_path, aside, overwrite: true);
        _log.Say(
            "damaged",
            FormattableString.Invariant(
                $"The broker's retained messages are damaged from byte {at} of {length} on; the file was set aside as {aside}. What came before is kept; agents send the rest again when they connect."
            )
        );
    }

    private void Keep(MqttApplicationMessage message, int bytes, int before)
    {
        _messages[message.Topic] = (message, bytes, ++_version);
        _live += bytes - before;
    }

    private void Forget(string topic, int bytes)
    {
        if (_messages.Remove(topic))
            _live -= bytes;
    }

    /// <summary>
    /// A write that failed half-way is cut off again: what follows it could not be read otherwise. If that fails, too, the file is written
    /// anew by the next <see cref="Flush"/>.
    /// </summary>
    private void Append(byte[] record)
    {
        if (_file is null)
            return;
        try
        {
            _file.Write(record);
            _length += record.Length;
            _dirty = true;
        }
        catch (IOException e)
        {
            Complain(e);
            CutBack();
        }
    }

    private void CutBack()
    {
        var file = _file!;
        _file = null;
        try
        {
            file.SetLength(_length);
        }
        catch (IOException)
        {
            // Written anew anyway.
        }

        file.Dispose();
    }

    private void Rewrite()
    {
        _file?.Dispose();
        _file = null;
        var part = _path + ".new";
        var length = 0L;
        using (var stream = new FileStream(part, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 64 * 1024))
        {
            foreach (var (message, _, _) in _messages.Values)
            {
                var record = RetainedCodec.Format(message);
                stream.Write(record);
                length += record.Length;
            }

            DiskFlush.File(stream);
        }

        File.Move(part, _path, overwrite: true);
        DiskFlush.Folder(Path.GetDirectoryName(_path)!);
        _file = new(_path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);
        _length = length;
    }

    private void Complain(Exception e) =>
        _log.Say(
            "store",
            $"The broker cannot write its retained messages ({e.Message}). They are kept in memory and delivered; after a restart they come from the agents again. Check the disk."
        );
}
