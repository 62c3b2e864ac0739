using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Retention.Tiers;

/// <summary>The archive tier could not be used.</summary>
public abstract class TierException : FootageException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    protected TierException(string operation, string subject, string hint, Exception? inner = null)
        : base(operation, subject, hint, inner) { }
}

/// <summary>It does not answer, is full, or failed: the same may work later.</summary>
public sealed class TierUnavailableException : TierException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    public TierUnavailableException(string operation, string subject, string hint, Exception? inner = null)
        : base(operation, subject, hint, inner) { }
}

/// <summary>
/// It answers, and not as it must: wrong keys, a bucket without Object Lock, another tier, another clock. A person mends it.
/// </summary>
public sealed class TierRefusedException : TierException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    public TierRefusedException(string operation, string subject, string hint, Exception? inner = null)
        : base(operation, subject, hint, inner) { }
}

/// <summary>
/// Evidence does not match: the local file is not what was committed, or the tier holds something else under the name. Never tried again by
/// itself, never overwritten.
/// </summary>
public sealed class TierMismatchException : TierException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    public TierMismatchException(string operation, string subject, string hint)
        : base(operation, subject, hint) { }
}
