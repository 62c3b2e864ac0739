using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Rules;

/// <summary>A file that retention keeps on the volume could not be used. While it cannot, nothing is destroyed.</summary>
public sealed class RetentionException : FootageException
{
    /// <inheritdoc cref="FootageException(string, string, string, Exception?)"/>
    public RetentionException(string operation, string subject, string hint, Exception? inner = null)
        : base(operation, subject, hint, inner) { }
}
