using ExamMonitor.Dashboard.Accounts;
using Microsoft.Extensions.DependencyInjection;

namespace ExamMonitor.Dashboard.Tests.Fixtures;

/// <summary>
/// Hashes of a hundredth of the rounds, for tests that are not about the hash: a log-in of a test costs as little as it proves.
/// </summary>
internal static class QuickPasswords
{
    public const int Rounds = Passwords.Rounds / 100;

    public static void Use(IServiceCollection services) => services.AddSingleton(new Passwords(Rounds));
}
