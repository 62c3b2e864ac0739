using System.Runtime.InteropServices;
using SQLitePCL;

namespace ExamMonitor.Footage.Index;

/// <summary>Leads SQLite's provider to the system's library: Linux packages and Windows both carry one, so none is shipped.</summary>
internal static class SqliteNative
{
    private static readonly Lazy<bool> Loaded = new(Load, LazyThreadSafetyMode.ExecutionAndPublication);

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["winsqlite3"] : ["libsqlite3.so.0", "libsqlite3.so", "libsqlite3.dylib"];

    /// <summary>Must come before the first connection.</summary>
    /// <exception cref="FootageException">The library is missing or older than 3.37 (STRICT tables).</exception>
    public static void Use() => _ = Loaded.Value;

    private static bool Load()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, static (name, _, _) =>
        {
            if (!string.Equals(name, "e_sqlite3", StringComparison.Ordinal)) return 0;
            foreach (var candidate in Names)
            {
                if (NativeLibrary.TryLoad(candidate, out var handle)) return handle;
            }

            return 0;
        });
        try
        {
            raw.SetProvider(new SQLite3Provider_e_sqlite3());
            if (raw.sqlite3_libversion_number() < 3_037_000)
                throw new FootageException("use SQLite", raw.sqlite3_libversion().utf8_to_string(), "Version 3.37 or newer is needed.");
        }
        catch (DllNotFoundException e)
        {
            throw new FootageException("load SQLite", Names[0], "Install the package libsqlite3-0.", e);
        }

        return true;
    }
}
