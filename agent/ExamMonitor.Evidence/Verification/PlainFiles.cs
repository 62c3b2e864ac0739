using System.IO.Enumeration;
using System.Runtime.InteropServices;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Looks at what lies under a path before anything opens it: a link is not followed, and a pipe or device, whose reading may never end, is
/// not read.
/// </summary>
internal static partial class PlainFiles
{
    /// <summary>Largest file of heads that is read; a day of one head a minute has some 2 MB.</summary>
    public const long MaxHeadsBytes = 64L << 20;

    private const int TypeMask = 0xF000;
    private const int Regular = 0x8000;
    private const int Folder = 0x4000;

    // struct statx of Linux: the same on every architecture.
    private const int ModeOffset = 28;
    private const int StatxBytes = 256;
    private const int CurrentFolder = -100;
    private const int NoFollow = 0x100;
    private const uint TypeOnly = 1;

    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };
    private static readonly EnumerationOptions Within = new() { AttributesToSkip = FileAttributes.ReparsePoint };
    private static readonly EnumerationOptions Everything = new()
    {
        RecurseSubdirectories = true,
        AttributesToSkip = FileAttributes.None,
        IgnoreInaccessible = true,
    };

    /// <summary>Whether it is there, and an ordinary file.</summary>
    public static bool IsFile(string path) => TypeOf(path) == Regular;

    /// <summary>Whether it is there, and an ordinary folder.</summary>
    public static bool IsFolder(string path) => TypeOf(path) == Folder;

    /// <summary>Whether a link, a pipe or a device lies there: opening it may never end, or lead elsewhere.</summary>
    public static bool IsStrange(string path) => TypeOf(path) is not (0 or Regular or Folder);

    /// <summary>Refuses a path at which a link, a pipe or a device lies.</summary>
    /// <exception cref="IOException">It does.</exception>
    public static void RequireOrdinary(string path)
    {
        if (IsStrange(path))
            throw new IOException(
                $"{path} is a link, a pipe or a device: somebody put it there. Nothing is read through it or written to it. Take it away, and put the file back from a copy."
            );
    }

    /// <summary>The same of a path below a root, with every folder on the way.</summary>
    public static bool IsFile(string root, string relative)
    {
        var names = relative.Split('/');
        for (var i = 0; i < names.Length - 1; i++)
        {
            root = Path.Combine(root, names[i]);
            if (!IsFolder(root))
                return false;
        }

        return IsFile(Path.Combine(root, names[^1]));
    }

    /// <summary>Ordinary files of a folder in the order of their names; none when it is no ordinary folder.</summary>
    public static IReadOnlyList<string> Files(string folder, string pattern) =>
        IsFolder(folder) ? [.. Directory.EnumerateFiles(folder, pattern, Within).Where(IsFile).Order(StringComparer.Ordinal)] : [];

    /// <summary>Files of heads that are not larger than any is.</summary>
    public static IReadOnlyList<string> Heads(string folder) =>
        [.. Files(folder, "*.txt").Where(f => new FileInfo(f).Length <= MaxHeadsBytes)];

    /// <summary>Ordinary files below a folder, in the order of their names.</summary>
    public static IEnumerable<string> FilesBelow(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, Below).Where(IsFile).Order(StringComparer.Ordinal);

    /// <summary>Ordinary folders of a folder.</summary>
    public static IEnumerable<string> Folders(string folder) => Directory.EnumerateDirectories(folder, "*", Within);

    /// <summary>What lies on a volume and is read by nobody: links, pipes, devices, and files of heads that are far too large.</summary>
    public static IEnumerable<VerificationFinding> Strange(string volume)
    {
        var entries = new FileSystemEnumerable<string>(volume, (ref e) => e.ToFullPath(), Everything)
        {
            ShouldRecursePredicate = (ref e) => (e.Attributes & FileAttributes.ReparsePoint) == FileAttributes.None,
            ShouldIncludePredicate = (ref e) =>
                (e.Attributes & FileAttributes.ReparsePoint) != FileAttributes.None || (!e.IsDirectory && !IsFile(e.ToFullPath())),
        };
        foreach (var path in entries.Select(e => Path.GetRelativePath(volume, e).Replace('\\', '/')))
            yield return new(
                FindingKind.NotAFile,
                path,
                "It is a link, a pipe or a device. Nothing was read through it; what should lie here counts as gone."
            );
        foreach (var name in new[] { "checkpoints", "cosigned" })
        {
            foreach (var file in Files(Path.Combine(volume, "ledger", name), "*.txt").Where(f => new FileInfo(f).Length > MaxHeadsBytes))
                yield return new(
                    FindingKind.HeadUnreadable,
                    $"{name}/{Path.GetFileName(file)}",
                    "It is far larger than the heads of a day. It was not read."
                );
        }
    }

    private static int TypeOf(string path)
    {
        try
        {
            if (OperatingSystem.IsLinux())
                return StatType(path);
        }
        catch (Exception e) when (e is EntryPointNotFoundException or DllNotFoundException)
        {
            // A C library without statx: links are told all the same.
        }

        var file = new FileInfo(path);
        if ((int)file.Attributes == -1 || (file.Attributes & (FileAttributes.ReparsePoint | FileAttributes.Device)) != FileAttributes.None)
            return 0;
        return (file.Attributes & FileAttributes.Directory) != FileAttributes.None ? Folder : Regular;
    }

    private static int StatType(string path)
    {
        Span<byte> answer = stackalloc byte[StatxBytes];
        return Statx(CurrentFolder, path, NoFollow, TypeOnly, ref MemoryMarshal.GetReference(answer)) == 0
            ? MemoryMarshal.Read<ushort>(answer[ModeOffset..]) & TypeMask
            : 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int folder, string path, int flags, uint mask, ref byte answer);
}
