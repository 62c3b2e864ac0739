using System.Reflection;
using System.Runtime.InteropServices;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Binds SQLite to the operating system's own library: libsqlite3 on Linux, winsqlite3 on Windows.</summary>
internal static class SqliteLibrary
{
    private static readonly Lazy<bool> Loaded = new(Bind);

    /// <summary>Binds once per process.</summary>
    public static void Load() => _ = Loaded.Value;

    private static bool Bind()
    {
        try
        {
            NativeLibrary.SetDllImportResolver(typeof(SQLitePCL.SQLite3Provider_e_sqlite3).Assembly, Resolve);
        }
        catch (InvalidOperationException)
        {
            // Another part of this process (a test with several parts in one) has set a resolver for the same library already.
        }

        SQLitePCL.raw.SetProvider(new SQLitePCL.SQLite3Provider_e_sqlite3());
        return true;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != "e_sqlite3") return nint.Zero;
        string[] candidates = OperatingSystem.IsWindows() ? ["winsqlite3"] : ["libsqlite3.so.0", "libsqlite3.dylib"];
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, assembly, search, out var handle)) return handle;
        }

        throw new DllNotFoundException("SQLite is missing: install libsqlite3-0 (Debian, Ubuntu) or the same of your system.");
    }
}
