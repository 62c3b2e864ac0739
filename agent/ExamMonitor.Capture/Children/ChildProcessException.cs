namespace ExamMonitor.Capture.Children;

/// <summary>
/// A child process could not be started, or failed at its task. The message names the program, what it was doing and what to check; no
/// secrets.
/// </summary>
public sealed class ChildProcessException : Exception
{
    /// <summary>Makes one.</summary>
    public ChildProcessException(string message, Exception? inner = null)
        : base(message, inner) { }
}
