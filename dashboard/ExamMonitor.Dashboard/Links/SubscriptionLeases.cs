using System.Collections.Concurrent;

namespace ExamMonitor.Dashboard.Links;

/// <summary>
/// Which link subscribes to a site at a broker: several agents of one site on one broker need it once. The lease passes on when its holder
/// is not connected. Thread safe.
/// </summary>
internal sealed class SubscriptionLeases
{
    private readonly ConcurrentDictionary<(string Broker, string? User, string Site), object> _holders = new();

    /// <summary>Whether <paramref name="owner"/> holds the lease, taking it when it is free.</summary>
    public bool Hold((string Broker, string? User, string Site) at, object owner) => ReferenceEquals(_holders.GetOrAdd(at, owner), owner);

    /// <summary>Gives it back; somebody else's stays.</summary>
    public void Release((string Broker, string? User, string Site) at, object owner) =>
        ((ICollection<KeyValuePair<(string Broker, string? User, string Site), object>>)_holders).Remove(new(at, owner));
}
