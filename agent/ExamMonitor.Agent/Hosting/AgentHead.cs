using ExamMonitor.Agent.Api;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Preservation.Volume;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ExamMonitor.Agent.Hosting;

/// <summary>Who the agent is, for whoever asks from outside.</summary>
/// <param name="identity">Who this is.</param>
/// <param name="folder">Where everything lies.</param>
/// <param name="options">Configuration of the API.</param>
/// <param name="token">Token of the API.</param>
/// <param name="ledger">Ledger.</param>
/// <param name="server">Knows the port that was chosen.</param>
internal sealed class AgentHead(
    AgentIdentity identity,
    AgentFolder folder,
    ApiSection options,
    ApiToken token,
    VolumeLedger ledger,
    IServer server
)
{
    /// <summary>Who this is.</summary>
    public AgentIdentity Identity => identity;

    /// <summary>Key that signs checkpoints, PEM.</summary>
    public string PublicKey => ledger.PublicKey;

    /// <summary>Token of the API.</summary>
    public string Token => token.Text;

    /// <summary>File that a dashboard on these premises reads.</summary>
    public string LinkPath => folder.DashboardLink;

    /// <summary>Address of the API; known once it listens.</summary>
    public string Address()
    {
        var address = options.PublicAddress ?? server.Features.Get<IServerAddressesFeature>()?.Addresses.First();
        return address?.TrimEnd('/') ?? throw new System.Diagnostics.UnreachableException("The server names no address.");
    }
}
