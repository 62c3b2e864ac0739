using System.Collections.Immutable;
using ExamMonitor.Contracts;
using ExamMonitor.Dashboard.Configuration;
using ExamMonitor.Dashboard.Links;
using Microsoft.Extensions.Options;

namespace ExamMonitor.Dashboard.State;

/// <summary>
/// The one place where the floor's state lives. Writers change it, <see cref="FloorPulse"/> tells the pages. Thread safe.
/// </summary>
internal sealed class FloorStore(TimeProvider time, IOptions<DashboardOptions> options)
{
    private readonly Lock _gate = new();
    private readonly TimeZoneInfo _zone = SiteZone.Of(options.Value.TimeZone);
    private FloorState _state = FloorState.Empty;
    private ImmutableSortedDictionary<string, LinkStatus> _links = ImmutableSortedDictionary.Create<string, LinkStatus>(
        StringComparer.Ordinal
    );
    private bool _dirty = true;
    private volatile FloorReading _reading = FloorReading.Empty;

    /// <summary>
    /// Raised at most four times a second, on a thread of the pool. Handlers hand over to their own renderer and do not throw.
    /// </summary>
    public event Action? Changed;

    /// <summary>What pages may claim. As old as the last pulse: at most a quarter of a second behind the words and the clock.</summary>
    public FloorReading Reading => _reading;

    public FloorState State
    {
        get
        {
            lock (_gate)
                return _state;
        }
    }

    public IReadOnlyList<LinkStatus> Links
    {
        get
        {
            lock (_gate)
                return [.. _links.Values];
        }
    }

    public TimeZoneInfo DefaultZone => _zone;

    /// <summary>Replaces the state by what <paramref name="change"/> makes of it.</summary>
    public void Change(Func<FloorState, FloorState> change)
    {
        lock (_gate)
        {
            var next = change(_state);
            _dirty |= !ReferenceEquals(next, _state);
            _state = next;
        }
    }

    public void SetLink(LinkStatus status)
    {
        lock (_gate)
        {
            _links = _links.SetItem(status.Path, status);
            _dirty = true;
        }
    }

    /// <summary>Reads anew when something changed or <paramref name="force"/> asks, or when a believed word has lapsed.</summary>
    /// <returns>Whether pages were told.</returns>
    public bool Pulse(bool force)
    {
        var now = time.GetUtcNow();
        lock (_gate)
        {
            if (!_dirty && !force && !(_reading.NextLapseAt <= now))
                return false;
            _dirty = false;
            var facts = _links
                .Values.Where(l => l.Link is not null)
                .Select(l => new LinkFact(l.Link!.Site, l.Link.Agent, l.Condition == LinkCondition.Connected, l.Since))
                .ToList();
            _reading = FloorReader.Read(_state, facts, now, options.Value.BelievedFor, _zone);
        }

        Changed?.Invoke();
        return true;
    }
}
