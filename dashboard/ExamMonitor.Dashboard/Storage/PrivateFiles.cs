using System.Text;
using ExamMonitor.Contracts.Files;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>Files and folders that only the user of this process may read. On Windows the data folder's access list decides.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode File600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder700 = File600 | UnixFileMode.UserExecute;

    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Directory.CreateDirectory(path, Folder700);
        File.SetUnixFileMode(path, Folder700);
    }

    /// <summary>Makes the file when missing, so that whoever opens it next finds it private.</summary>
    public static void Touch(string path)
    {
        using (Open(path, FileMode.OpenOrCreate)) { }

        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, File600);
    }

    /// <summary>A crash leaves the old text or the new one.</summary>
    public static void Write(string path, string text) => WholeFile.ReplacePrivately(path, Encoding.UTF8.GetBytes(text));

    private static FileStream Open(string path, FileMode mode)
    {
        var options = new FileStreamOptions
        {
            Mode = mode,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite,
        };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = File600;
        return new(path, options);
    }
}
