namespace ExamMonitor.Capture;

/// <summary>Where capture writes what it knows of a camera, and others read it. Thread-safe.</summary>
internal sealed class VitalsStore(TimeProvider time)
{
    private readonly AtomicReference<CameraVitals> _vitals = new(new() { Since = time.GetUtcNow() });

    /// <summary>A snapshot.</summary>
    public CameraVitals Current => _vitals.Value;

    /// <summary>Replaces the snapshot by what <paramref name="change"/> makes of it.</summary>
    public void Change(Func<CameraVitals, CameraVitals> change) =>
        _vitals.Change(last =>
        {
            var next = change(last);
            return next.State == last.State ? next : next with { Since = time.GetUtcNow() };
        });
}
