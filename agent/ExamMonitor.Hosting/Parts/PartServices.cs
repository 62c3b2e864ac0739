using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ExamMonitor.Hosting.Parts;

/// <summary>Registers parts of the agent.</summary>
internal static class PartServices
{
    /// <summary>Registers a part that runs: it starts after the parts that were registered before it, and stops before them.</summary>
    /// <typeparam name="TPart">Registered here with what its constructor takes, unless it is registered already.</typeparam>
    /// <param name="services">Services.</param>
    /// <param name="name">For the log, such as <c>cameras</c>.</param>
    public static IServiceCollection AddPart<TPart>(this IServiceCollection services, string name)
        where TPart : class, IHostedService
    {
        services.TryAddSingleton<TPart>();
        services.TryAddSingleton<PartFailures>();
        return services.AddSingleton<IHostedService>(s => new SupervisedPart(
            name,
            s.GetRequiredService<TPart>(),
            s.GetRequiredService<PartFailures>(),
            s.GetRequiredService<ILogger<SupervisedPart>>()
        ));
    }
}
