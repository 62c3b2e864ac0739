using ExamMonitor.Contracts;

namespace ExamMonitor.Recording.Writing;

/// <summary>When a segment is due to end. Pure.</summary>
internal static class Rotation
{
    /// <summary>
    /// First instant of the camera's own minute grid at least half a length after <paramref name="start"/>: a segment lasts from half to
    /// one and a half
    /// lengths, a camera always rotates at the same second, and 64 cameras do not flush at once.
    /// </summary>
    /// <param name="start">First picture, ticks UTC.</param>
    /// <param name="length">Length of a segment.</param>
    /// <param name="phase">Camera's place in the grid, [0, <paramref name="length"/>).</param>
    public static long DueAfter(long start, TimeSpan length, TimeSpan phase)
    {
        var earliest = start + (length.Ticks / 2);
        var into = (((earliest - phase.Ticks) % length.Ticks) + length.Ticks) % length.Ticks;
        return into == 0 ? earliest : earliest + length.Ticks - into;
    }

    /// <summary>A camera's place in the grid: the same on every machine and in every version (FNV-1a of <c>room/camera</c>).</summary>
    public static TimeSpan PhaseOf(RoomId room, CameraId camera, TimeSpan length)
    {
        var hash = 2166136261u;
        foreach (var c in $"{room}/{camera}")
            hash = (hash ^ c) * 16777619u;
        // The last step of MurmurHash3: names that differ in their last character alone must not end up side by side.
        hash = (hash ^ (hash >> 16)) * 0x85ebca6bu;
        hash = (hash ^ (hash >> 13)) * 0xc2b2ae35u;
        hash ^= hash >> 16;
        return TimeSpan.FromTicks((long)(length.Ticks * (hash / 4294967296.0)));
    }
}
