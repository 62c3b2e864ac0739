using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;
using ExamMonitor.Hosting.Parts;
using ExamMonitor.Mqtt.Publishing;
using ExamMonitor.Problems;

namespace ExamMonitor.Messaging;

/// <summary>Registers the way to the broker.</summary>
internal static class MessagingServices
{
    /// <summary>Registers the broker that the agent brings along, when it is the one that is used, and the connection.</summary>
    /// <param name="services">Services.</param>
    /// <param name="folder">Where everything lies.</param>
    /// <param name="broker">Files of the agent's own broker.</param>
    /// <param name="access">Which broker is used.</param>
    /// <param name="publisher">The connection, open; it connects when it is started.</param>
    public static IServiceCollection AddMessaging(
        this IServiceCollection services,
        AgentFolder folder,
        BrokerFolder broker,
        BrokerAccess access,
        Publisher publisher
    )
    {
        services.AddSingleton(access).AddSingleton(publisher).AddSingleton<IProblemSource, BrokerProblems>();
        if (access.IsOwn)
        {
            services.AddSingleton(s => new BrokerChild(
                s.GetRequiredService<BrokerSection>(),
                broker,
                access,
                folder.Configuration,
                s.GetRequiredService<TimeProvider>(),
                s.GetRequiredService<ILogger<BrokerChild>>()
            ));
            services.AddPart<BrokerChild>("broker");
        }

        return services.AddPart<PublisherPart>("publisher");
    }
}
