using System.Runtime.InteropServices;
using System.Text;

namespace ExamMonitor.Mqtt.Publishing;

/// <summary>Writes that survive a power cut once they return.</summary>
internal static partial class DurableFile
{
    /// <summary>Order: temporary file, its bytes forced, renamed over the old one, folder forced. A crash leaves the old file or the new one.</summary>
    public static void Replace(string path, string text)
    {
        var temporary = path + ".new";
        using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0))
        {
            stream.Write(Encoding.UTF8.GetBytes(text));
            stream.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        SyncFolder(Path.GetDirectoryName(path)!);
    }

    /// <summary>Forces the names of a folder. NTFS keeps names in its journal, so that Windows has and needs no such call.</summary>
    /// <exception cref="IOException">The folder cannot be forced.</exception>
    public static void SyncFolder(string folder)
    {
        if (OperatingSystem.IsWindows()) return;
        var descriptor = Open(folder, 0);
        if (descriptor < 0) throw new IOException($"Opening the folder {folder} failed (error {Marshal.GetLastPInvokeError()}). Check that it exists and is readable.");
        var synced = Sync(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (synced != 0) throw new IOException($"Forcing the folder {folder} to disk failed (error {error}). Check the volume.");
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Sync(int descriptor);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial int Close(int descriptor);
}
