using System.Buffers.Binary;

namespace ExamMonitor.Capture.Rtsp;

/// <summary>
/// Puts datagrams that overtook one another into their order, and waits for a missing one only so long. Pure: arrivals are arguments. Not
/// thread-safe.
/// </summary>
internal sealed class PacketOrder
{
    private const int Most = 512;
    private static readonly long Longest = TimeSpan.FromMilliseconds(100).Ticks;
    private readonly SortedDictionary<long, (long Arrived, byte[] Packet)> _waiting = [];
    private long _next;
    private bool _begun;

    /// <summary>Takes a packet.</summary>
    /// <param name="packet">RTP packet, at least 4 bytes.</param>
    /// <param name="now">Monotonic, ticks of 100 ns.</param>
    /// <param name="ready">Takes what is in order, or will not get better by waiting.</param>
    public void Add(byte[] packet, long now, ICollection<byte[]> ready)
    {
        var sequence = BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(2));
        if (!_begun)
            (_begun, _next) = (true, sequence);
        var number = _next + (short)(sequence - (ushort)_next);
        if (number < _next - 1000 || number > _next + 3000)
        {
            // A sender that began anew.
            Drain(long.MaxValue, ready);
            (_next, number) = (sequence, sequence);
        }

        if (number >= _next)
            _waiting.TryAdd(number, (now, packet));
        Drain(now, ready);
    }

    /// <summary>Gives out what has waited long enough.</summary>
    public void Drain(long now, ICollection<byte[]> ready)
    {
        while (_waiting.Count > 0)
        {
            var (number, first) = _waiting.First();
            if (number > _next && _waiting.Count < Most && now - first.Arrived < Longest)
                return;
            _waiting.Remove(number);
            _next = number + 1;
            ready.Add(first.Packet);
        }
    }
}
