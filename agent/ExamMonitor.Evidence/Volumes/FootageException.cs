namespace ExamMonitor.Evidence.Volumes;

/// <summary>The world failed the archive: what was tried, on what, and what to do.</summary>
public class FootageException : IOException
{
    /// <summary>Makes one.</summary>
    /// <param name="operation">What was tried, such as "open the volume".</param>
    /// <param name="subject">On what: a path or a camera.</param>
    /// <param name="hint">What to do about it.</param>
    /// <param name="inner">Cause; null for none.</param>
    public FootageException(string operation, string subject, string hint, Exception? inner = null)
        : base($"Could not {operation} ({subject}): {(inner is null ? "" : inner.Message + ". ")}{hint}", inner) =>
        (Operation, Subject, Hint) = (operation, subject, hint);

    /// <summary>What was tried.</summary>
    public string Operation { get; }

    /// <summary>On what.</summary>
    public string Subject { get; }

    /// <summary>What to do about it.</summary>
    public string Hint { get; }
}

/// <summary>The volume is not the one that belongs here: missing, strange, or not mounted. Nothing was written.</summary>
public sealed class WrongVolumeException : FootageException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    public WrongVolumeException(string subject, string hint, Exception? inner = null)
        : base("use the footage volume", subject, hint, inner) { }
}

/// <summary>
/// What lies on the disk is no longer known (a folder flush failed): the process must stop and start again, which finds out.
/// </summary>
public sealed class FootageFatalException : FootageException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    public FootageFatalException(string operation, string subject, Exception inner)
        : base(operation, subject, "The process must stop; recovery at the next start finds out what was kept.", inner) { }
}
