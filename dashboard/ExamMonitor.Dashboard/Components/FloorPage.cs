using System.Globalization;
using System.Security.Claims;
using ExamMonitor.Dashboard.Accounts;
using ExamMonitor.Dashboard.Links;
using ExamMonitor.Dashboard.Resources;
using ExamMonitor.Dashboard.State;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.Extensions.Localization;

namespace ExamMonitor.Dashboard.Components;

/// <summary>A page that is drawn again whenever the floor changes, and that shows only what its viewer may see.</summary>
public abstract class FloorPage : ComponentBase, IDisposable
{
    // The language of the viewer: of the request that opened the page. A change of the floor is told on a thread that speaks the machine's.
    private readonly CultureInfo _language = CultureInfo.CurrentUICulture;
    private bool _drawing;

    [Inject]
    private protected FloorStore Store { get; set; } = default!;

    [Inject]
    private protected IStringLocalizer<Strings> L { get; set; } = default!;

    [CascadingParameter]
    private protected Task<AuthenticationState> Authentication { get; set; } = default!;

    private protected ClaimsPrincipal User { get; private set; } = new();

    /// <summary>The one evaluation that the account holds for; null for one that is not limited so.</summary>
    private protected EvaluationLimit? Limit => EvaluationLimit.TryOf(User, out var limit) ? limit : null;

    private protected Scopes Scopes { get; private set; } = default!;

    /// <summary>What may be claimed now, in rooms that the viewer may see.</summary>
    private protected FloorReading Reading { get; private set; } = FloorReading.Empty;

    /// <summary>
    /// Links of sites of which the viewer may see anything. What stands in a link file is not known when it cannot be read: then its path
    /// is for those who see everything.
    /// </summary>
    private protected IReadOnlyList<LinkStatus> Links =>
        [
            .. Store
                .Links.Where(l => l.Link is not { } to || Scopes.Touches(to.Site))
                .Select(l => l.Link is not null || Scopes.Covers(Scopes.All) ? l : l with { Path = "", Detail = null })
                .Select(l => Scopes.Covers(Scopes.All) ? l : l with { Warning = null }),
        ];

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override async Task OnInitializedAsync()
    {
        User = (await Authentication).User;
        Scopes = Scopes.Of(User);
        Reading = Narrow(Store.Reading);
        if (RendererInfo.IsInteractive)
            Store.Changed += OnChanged;
    }

    /// <summary>Every drawing is in the viewer's language, whoever asked for it; what is drawn inside follows on the same thread.</summary>
    protected override bool ShouldRender()
    {
        Speak();
        return base.ShouldRender();
    }

    /// <summary>Called on the renderer before a page is drawn for a change.</summary>
    private protected virtual void OnReading() { }

    /// <summary>Stops listening.</summary>
    /// <param name="disposing">Always true.</param>
    protected virtual void Dispose(bool disposing) => Store.Changed -= OnChanged;

    private void OnChanged()
    {
        // A slow browser gets the newest state once, not a queue of old ones.
        if (Interlocked.Exchange(ref _drawing, true))
            return;
        _ = InvokeAsync(() =>
        {
            Speak();
            Volatile.Write(ref _drawing, false);
            Reading = Narrow(Store.Reading);
            OnReading();
            StateHasChanged();
        });
    }

    private void Speak() => CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = _language;

    private FloorReading Narrow(FloorReading all) =>
        all with
        {
            Sites =
            [
                .. all
                    .Sites.Select(s =>
                        s with
                        {
                            Rooms = [.. s.Rooms.Where(r => Scopes.Allows(s.Id, r.Place.Id))],
                            Problems =
                            [
                                .. s.Problems.Where(p =>
                                    p.Problem.Subject.Room is { } room ? Scopes.Allows(s.Id, room) : Scopes.AllowsSite(s.Id)
                                ),
                            ],
                        }
                    )
                    .Where(s => s.Rooms.Count > 0 || s.Problems.Count > 0),
            ],
        };
}
