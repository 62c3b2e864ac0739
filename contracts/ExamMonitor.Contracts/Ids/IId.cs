namespace ExamMonitor.Contracts;

/// <summary>An id of its own type, so that a camera is never passed where a station is meant.</summary>
/// <typeparam name="TSelf">The id type itself.</typeparam>
public interface IId<TSelf> : IParsable<TSelf>
    where TSelf : struct, IId<TSelf>
{
    /// <summary>What it names, in the words of error messages: "camera", "station" …</summary>
    static abstract string What { get; }

    /// <summary>The id's text; empty for the default value.</summary>
    string Text { get; }
}
