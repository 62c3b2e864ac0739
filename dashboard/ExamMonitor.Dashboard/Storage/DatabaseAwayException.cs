using System.Data.Common;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>The database was found away a moment ago: nobody waits for it again until it answers.</summary>
internal sealed class DatabaseAwayException : DbException
{
    public DatabaseAwayException()
        : base("The database does not answer.") { }

    public DatabaseAwayException(string message)
        : base(message) { }

    public DatabaseAwayException(string message, Exception inner)
        : base(message, inner) { }
}
