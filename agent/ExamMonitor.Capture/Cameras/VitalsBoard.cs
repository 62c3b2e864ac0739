namespace ExamMonitor.Capture;

/// <summary>Where capture writes what it knows of a camera, and others read it. Thread-safe.</summary>
internal sealed class VitalsBoard(TimeProvider time)
{
    private readonly Lock _gate = new();
    private CameraVitals _vitals = new() { Since = time.GetUtcNow() };

    /// <summary>A snapshot.</summary>
    public CameraVitals Current => Volatile.Read(ref _vitals);

    /// <summary>Replaces the snapshot by what <paramref name="change"/> makes of it.</summary>
    public void Change(Func<CameraVitals, CameraVitals> change)
    {
        lock (_gate)
        {
            var next = change(_vitals);
            Volatile.Write(ref _vitals, next.State == _vitals.State ? next : next with { Since = time.GetUtcNow() });
        }
    }
}
