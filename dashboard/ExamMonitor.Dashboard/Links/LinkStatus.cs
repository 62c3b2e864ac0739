using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;

namespace ExamMonitor.Dashboard.Links;

/// <summary>How it stands with one agent's link.</summary>
public enum LinkCondition
{
    /// <summary>The file does not exist yet: the agent has not started, or the path is wrong.</summary>
    Missing,

    /// <summary>The file exists and cannot be used.</summary>
    Unusable,

    /// <summary>On the way to the broker.</summary>
    Connecting,

    /// <summary>Connected and subscribed.</summary>
    Connected,
}

/// <param name="Path">The link file.</param>
/// <param name="Condition">How it stands.</param>
/// <param name="Since">When <paramref name="Condition"/> began, UTC.</param>
/// <param name="Link">What the file grants; null while it grants nothing.</param>
/// <param name="Detail">Why it is not connected; null when it is, or when nothing more is known.</param>
/// <summary>How it stands with one link file.</summary>
public sealed record LinkStatus(string Path, LinkCondition Condition, DateTimeOffset Since, DashboardLink? Link, LocalText? Detail)
{
    /// <summary>What is unsafe about a file that works; null for nothing.</summary>
    public LocalText? Warning { get; init; }
}
