using System.Buffers;
using System.Buffers.Binary;
using ExamMonitor.Capture;
using ExamMonitor.Capture.Rtsp;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Media;
using ExamMonitor.Recording;

namespace ExamMonitor.Footage.Tests.Field;

/// <summary>A fragment that was kept.</summary>
/// <param name="Truths">When each of its pictures was taken, seconds after the start.</param>
/// <param name="Offsets">Where each lies in the fragment, seconds.</param>
/// <param name="Seconds">Its media duration.</param>
/// <param name="Session">Number of its session.</param>
/// <param name="Broken">Whether it was told as broken.</param>
/// <param name="HasLoss">Whether a packet of it was lost.</param>
internal sealed record KeptFragment(double[] Truths, double[] Offsets, double Seconds, int Session, bool Broken, bool HasLoss);

/// <summary>What came of a time line.</summary>
/// <param name="Camera">Camera under which it lies in the archive.</param>
/// <param name="StartUtc">Wall time of its start.</param>
/// <param name="Kept">Fragments in their order.</param>
/// <param name="Steps">Steps of the camera's clock that were told.</param>
internal sealed record FieldOutcome(CameraId Camera, DateTimeOffset StartUtc, IReadOnlyList<KeptFragment> Kept, long Steps);

/// <summary>Drives the capture core and a real archive with time lines, in virtual time: packets → media flow → muxer → writer.</summary>
/// <param name="bench">An open archive.</param>
/// <param name="small">Initialization segment of the usual size.</param>
/// <param name="large">Of the other size.</param>
internal sealed class FieldDriver(ArchiveBench bench, InitializationSegment small, InitializationSegment large)
{
    private int _cameras;
    private int _sessions;

    /// <summary>Runs one time line to its end, and commits it.</summary>
    public async Task<FieldOutcome> RunAsync(FieldTimeLine line)
    {
        var camera = CameraId.Of($"F{++_cameras}");
        var recorder = bench.Archive!.Recorder(ArchiveBench.Room, camera);
        var (start, kept, steps) = (bench.Time.GetUtcNow(), new List<KeptFragment>(), 0L);
        foreach (var (from, to, otherSize, packets) in FieldCamera.Sessions(line))
        {
            MoveTo(start, from);
            _sessions++;
            var seen = await SessionAsync(recorder, otherSize ? large : small, line, packets, start, kept);
            steps += seen.Value.Steps;
            MoveTo(start, to);
            await recorder.EndRunAsync(
                GapCause.Network,
                new("The connection broke.", "连接中断。"),
                bench.Time.GetUtcNow(),
                CancellationToken.None
            );
        }

        bench.Time.Advance(TimeSpan.FromSeconds(100));
        await recorder.DrainAsync();
        return new(camera, start, kept, steps);
    }

    private async Task<AtomicReference<RelayView>> SessionAsync(
        CameraRecorder recorder,
        InitializationSegment initialization,
        FieldTimeLine line,
        List<FieldPacket> packets,
        DateTimeOffset start,
        List<KeptFragment> kept
    )
    {
        var (seen, output, muxer, session) = (
            new AtomicReference<RelayView>(new()),
            new ArrayBufferWriter<byte>(),
            new FieldMuxer(initialization),
            bench.Time.GetUtcNow()
        );
        var flow = new MediaFlow(seen, bench.Time);
        flow.Add(FieldCamera.Video, 0, 0);
        if (line.Sound)
            flow.Add(FieldCamera.Sound, 2, 2);
        var (begun, lossSince, last) = (false, false, default(uint?));
        foreach (var (read, batch) in Reads(packets, () => seen.Value.SawKeyFrame))
        {
            MoveTo(start, read);
            var came = batch.Where(p => !p.Lost).ToList();
            var sent = came.Where(p => p.Bytes[1] == 0).Select(p => p.Sent).ToList();
            flow.Take([.. came.Select(p => p.Bytes.AsMemory())], output);
            var picture = 0;
            foreach (var (time, key, taken) in Pictures(output.WrittenMemory, came))
            {
                picture++;
                if (last == time)
                    continue;
                last = time;
                if (await muxer.AddAsync(time, key, taken) is not { } whole)
                    continue;
                begun = await KeepAsync(recorder, initialization, whole, begun, session, seen, lossSince, kept);
                lossSince = false;
            }

            // What was lost of a picture belongs to the fragment that it begins or goes on with.
            lossSince |= batch.Any(p => p.Lost);
            output.ResetWrittenCount();
        }

        if (await muxer.EndAsync() is { } end)
            await KeepAsync(recorder, initialization, end, begun, session, seen, lossSince, kept);
        return seen;
    }

    /// <summary>
    /// What comes before the first key frame is read at once, what comes later at ticks, as <see cref="CameraSocket"/> does.
    /// </summary>
    private static IEnumerable<(double At, List<FieldPacket> Packets)> Reads(List<FieldPacket> packets, Func<bool> atTicks)
    {
        var tick = MediaTick.Every.TotalSeconds;
        for (var i = 0; i < packets.Count; )
        {
            var at = atTicks() ? Math.Ceiling(packets[i].Arrives / tick) * tick : packets[i].Arrives;
            List<FieldPacket> together = [.. packets.Skip(i).TakeWhile(p => p.Arrives <= at)];
            i += together.Count;
            yield return (at, together);
        }
    }

    private async Task<bool> KeepAsync(
        CameraRecorder recorder,
        InitializationSegment initialization,
        (Fragment Fragment, double[] Truths, long[] Media) whole,
        bool begun,
        DateTimeOffset session,
        AtomicReference<RelayView> seen,
        bool lost,
        List<KeptFragment> kept
    )
    {
        var now = bench.Time.GetUtcNow();
        if (!begun)
            await recorder.StartRunAsync(initialization, new(null, false) { ConnectedAtUtc = session }, now, CancellationToken.None);
        var broken = seen.Value.BrokenSinceUtc is not null || seen.Value.LastBrokenUtc >= now - TimeSpan.FromSeconds(12);
        await recorder.AppendAsync(whole.Fragment, now, CancellationToken.None, broken ? GapCause.Network : GapCause.Camera);
        kept.Add(
            new(
                whole.Truths,
                [.. whole.Media.Select(m => (m - whole.Media[0]) / 90_000.0)],
                whole.Fragment.Duration / 90_000.0,
                _sessions,
                broken,
                lost
            )
        );
        return true;
    }

    private static IEnumerable<(uint Time, bool Key, double Taken)> Pictures(ReadOnlyMemory<byte> output, List<FieldPacket> came)
    {
        // The flow passes packets on in their order and adds its own reports; what it held back is not in there.
        var sent = came.Where(p => p.Bytes[1] == 0).ToDictionary(p => BinaryPrimitives.ReadUInt16BigEndian(p.Bytes.AsSpan(6)), p => p.Sent);
        for (var at = 0; at + 4 <= output.Length; )
        {
            var packet = output.Slice(at, 4 + BinaryPrimitives.ReadUInt16BigEndian(output.Span[(at + 2)..]));
            at += packet.Length;
            if (packet.Span[1] != 0)
                continue;
            yield return (
                BinaryPrimitives.ReadUInt32BigEndian(packet.Span[8..]),
                KeyFrames.Begins("H264", packet.Span[16..]),
                sent[BinaryPrimitives.ReadUInt16BigEndian(packet.Span[6..])]
            );
        }
    }

    private void MoveTo(DateTimeOffset start, double seconds)
    {
        var by = start.AddSeconds(seconds) - bench.Time.GetUtcNow();
        if (by > TimeSpan.Zero)
            bench.Time.Advance(by);
    }
}
