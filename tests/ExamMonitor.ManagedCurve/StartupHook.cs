using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using ExamMonitor.ManagedCurve;

/// <summary>Runs before a program's own code (DOTNET_STARTUP_HOOKS). Its name and place are fixed by .NET.</summary>
#pragma warning disable MA0047 // .NET looks for it in no namespace.
internal static class StartupHook
#pragma warning restore MA0047
{
    public static void Initialize()
    {
        var folder = Path.GetDirectoryName(typeof(StartupHook).Assembly.Location)!;
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var file && File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
        // A program's own children begin with the same words: what signs nothing is left alone.
        if (
            AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") is not string known
            || !known.Contains("ExamMonitor.Contracts.dll", StringComparison.Ordinal)
        )
            return;
        var curve = Assembly.Load("ExamMonitor.Contracts").GetType("ExamMonitor.Contracts.Ledger.LedgerCurve", throwOnError: true)!;
        curve.GetProperty("Source", BindingFlags.Static | BindingFlags.NonPublic)!.SetValue(null, (Func<ECDsa>)(() => new ManagedEcdsa()));
    }
}
