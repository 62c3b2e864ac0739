namespace ExamMonitor.Capture.Children;

/// <summary>A program to run as a child.</summary>
/// <param name="FileName">Path, or a name on PATH.</param>
/// <param name="Arguments">One per entry; no shell takes part. Everybody on the machine can read them: no secrets.</param>
public sealed record ChildProcessStart(string FileName, IReadOnlyList<string> Arguments)
{
    /// <summary>Added to the environment.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Null keeps ours.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Lower scheduling priority (nice 10, or below normal).</summary>
    public bool LowPriority { get; init; }

    /// <summary>
    /// Takes each line of standard error, cut at 2,000 characters, from a thread of the pool. Must return at once. Null discards.
    /// </summary>
    public Action<string>? ErrorLine { get; init; }

    /// <summary>
    /// What <see cref="ChildProcess.StopAsync"/> writes to standard input before it closes it, such as <c>q</c>; null only closes it.
    /// </summary>
    public string? StopWord { get; init; }

    /// <summary>Whether stopping begins with SIGTERM, for programs that do not watch their standard input. Linux only.</summary>
    public bool TerminateToStop { get; init; }

    /// <summary>
    /// Bytes written to standard input at once after the start; then it is closed. Null leaves it open. For secrets that may not stand in
    /// <see cref="Arguments"/>.
    /// </summary>
    public ReadOnlyMemory<byte>? Input { get; init; }

    /// <summary>
    /// Size of the pipe that we read its output from, bytes; a wish that the system may refuse. Null leaves the system's. Linux only.
    /// </summary>
    public int? OutputPipeBytes { get; init; }

    /// <summary>The same of the pipe to its standard input.</summary>
    public int? InputPipeBytes { get; init; }
}
