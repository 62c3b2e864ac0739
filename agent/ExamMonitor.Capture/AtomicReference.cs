namespace ExamMonitor.Capture;

/// <summary>An immutable value that some threads replace and others read. Thread-safe; reading takes no lock.</summary>
/// <typeparam name="T">Value; immutable.</typeparam>
/// <param name="initial">What is read before the first change.</param>
internal sealed class AtomicReference<T>(T initial)
    where T : class
{
    private readonly Lock _gate = new();
    private T _value = initial;

    /// <summary>The newest value.</summary>
    public T Value => Volatile.Read(ref _value);

    /// <summary>Replaces the value by what <paramref name="change"/> makes of it. Changes take turns; none is lost.</summary>
    public void Change(Func<T, T> change)
    {
        lock (_gate)
            Volatile.Write(ref _value, change(_value));
    }
}
