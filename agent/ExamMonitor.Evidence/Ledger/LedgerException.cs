namespace ExamMonitor.Evidence.Ledger;

/// <summary>The ledger could not be used.</summary>
public sealed class LedgerException : IOException
{
    /// <summary>Says what was tried on what, and what to do.</summary>
    public LedgerException(string operation, string subject, string hint, Exception? inner = null)
        : base($"Could not {operation} ({subject}). {hint}", inner) => (Operation, Subject, Hint) = (operation, subject, hint);

    /// <summary>What was tried.</summary>
    public string Operation { get; }

    /// <summary>On what.</summary>
    public string Subject { get; }

    /// <summary>What to do.</summary>
    public string Hint { get; }
}
