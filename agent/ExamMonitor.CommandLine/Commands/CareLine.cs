using ExamMonitor.Recording.Care;

namespace ExamMonitor.CommandLine.Commands;

/// <summary>One line on the terminal that says how far a long command is; nothing where standard error is no terminal.</summary>
internal sealed class CareLine : IProgress<CareProgress>
{
    private const int Every = 64;
    private string _step = string.Empty;

    private CareLine() { }

    /// <summary>Null where nobody watches.</summary>
    public static CareLine? Create() => Console.IsErrorRedirected ? null : new();

    /// <inheritdoc/>
    public void Report(CareProgress value)
    {
        if (value.Done % Every != 0 && string.Equals(value.Step, _step, StringComparison.Ordinal))
            return;
        _step = value.Step;
        Console.Error.Write(FormattableString.Invariant($"\r\u001b[K{value.Step}: {value.Done}  {value.Subject}\r"));
    }
}
