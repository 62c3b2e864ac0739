using System.Diagnostics;
using System.Globalization;

namespace ExamMonitor.TestKit;

/// <summary>
/// A small real file system, mounted for a test: it gets full, fails, becomes read-only and goes away as a disk does. Linux, as root.
/// </summary>
/// <remarks>What a run that died left mounted is taken away by the next one: the name of each holds the number of its process.</remarks>
public sealed class SmallDisk : IDisposable
{
    private const string Prefix = "exam-monitor-small-disk-";
    private static readonly Lazy<string?> Obstacle = new(FindObstacle);
    private readonly string _place;
    private readonly bool _inner;

    private SmallDisk(string place, bool inner) => (_place, _inner) = (place, inner);

    /// <summary>Why no file system can be mounted here; null when it can.</summary>
    public static string? WhyNot => Obstacle.Value;

    /// <summary>Root of the file system.</summary>
    public string Path => System.IO.Path.Combine(_place, "disk");

    /// <summary>Free bytes.</summary>
    public long FreeBytes => new DriveInfo(Path).AvailableFreeSpace;

    private string Below => System.IO.Path.Combine(_place, "below");

    private string Rest => System.IO.Path.Combine(Below, "rest");

    private string Ballast => System.IO.Path.Combine(Path, "ballast");

    /// <summary>Makes an ext4 over a file; nothing of it is kept for root.</summary>
    public static SmallDisk Ext4(int megabytes) => Make(megabytes, megabytes);

    /// <summary>
    /// Makes an ext4 whose sectors run out behind its back: what lies beyond fails with an input/output error when it is flushed.
    /// </summary>
    /// <param name="megabytes">What it says that it has.</param>
    /// <param name="real">What there is.</param>
    public static SmallDisk FailingExt4(int megabytes, int real) => Make(megabytes, real);

    /// <summary>Makes a file system in memory.</summary>
    public static SmallDisk Tmpfs(int megabytes)
    {
        var disk = NewPlace(inner: false);
        Run("mount", "-t", "tmpfs", "-o", Megabytes(megabytes), Prefix, disk.Path);
        return disk;
    }

    /// <summary>Fills it up, but for some bytes (whole blocks).</summary>
    public void Fill(long leave)
    {
        var block = new byte[64 << 10];
        Random.Shared.NextBytes(block);
        using var file = new FileStream(Ballast, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, 1);
        file.Seek(0, SeekOrigin.End);
        for (var size = block.Length; size >= 4096; )
        {
            try
            {
                file.Write(block, 0, size);
                file.Flush(flushToDisk: true);
            }
            catch (IOException)
            {
                file.SetLength(file.Length / 4096 * 4096);
                file.Seek(0, SeekOrigin.End);
                size /= 2;
            }
        }

        file.SetLength(Math.Max(0, file.Length - leave));
        file.Flush(flushToDisk: true);
    }

    /// <summary>Takes away what <see cref="Fill"/> put there.</summary>
    public void MakeRoom()
    {
        File.Delete(Ballast);
        // Blocks of a deleted file come back with the next commit of the journal.
        Run("sync", "-f", Path);
    }

    /// <summary>Makes it read-only, also while files are open for writing where the file system can.</summary>
    public void MakeReadOnly() => Run("mount", "-o", _inner ? "remount,abort" : "remount,ro", Path);

    /// <summary>Makes a file system that no process has open read-only in order, as an administrator does.</summary>
    public void RemountReadOnly() => Run("mount", "-o", "remount,ro", Path);

    /// <summary>Takes writes again after <see cref="RemountReadOnly"/>.</summary>
    public void RemountWritable() => Run("mount", "-o", "remount,rw", Path);

    /// <summary>
    /// Sectors that were never written fail from now on: the next commit of an ext4's journal does, and the file system notices at its next
    /// change, not before. <see cref="Repair"/> gives them back.
    /// </summary>
    public void FailUnwritten()
    {
        using var file = new FileStream(Rest, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 1);
        var block = new byte[4096];
        try
        {
            while (true)
                file.Write(block);
        }
        catch (IOException)
        {
            // No page is left for the image.
        }
    }

    /// <summary>
    /// Mounts an ext4 anew that failed: what its journal did not hold is gone, as after a power cut. No process may have it open.
    /// </summary>
    public void Repair()
    {
        var image = System.IO.Path.Combine(Below, "image");
        Run("umount", Path);
        File.Delete(Rest);
        Check(image);
        Run("mount", "-o", "loop,errors=continue", image, Path);
    }

    /// <summary>
    /// Goes away below open files, and comes back mended as another file system at the same place: what its journal did not hold is gone.
    /// </summary>
    public void ComeBack()
    {
        Remove();
        // The loop device of the first lives as long as its files are open: the second gets an image of its own.
        var image = System.IO.Path.Combine(_place, "image");
        File.Copy(System.IO.Path.Combine(Below, "image"), image, overwrite: true);
        Check(image);
        Run("mount", "-o", "loop,errors=continue", image, Path);
    }

    /// <summary>Takes it out of the tree: files that are open stay, their names are gone.</summary>
    public void Remove() => Run("umount", "-l", Path);

    /// <inheritdoc/>
    public void Dispose() => TakeAway(_place);

    private static SmallDisk Make(int megabytes, int real)
    {
        var disk = NewPlace(inner: true);
        // A little more than the image: the file system below keeps some for itself.
        Run("mount", "-t", "tmpfs", "-o", Megabytes(real + 1), Prefix, disk.Below);
        var image = System.IO.Path.Combine(disk.Below, "image");
        using (var file = new FileStream(image, FileMode.CreateNew))
            file.SetLength((long)megabytes << 20);
        Run("mkfs.ext4", "-q", "-m", "0", "-E", "lazy_itable_init=0", image);
        Run("mount", "-o", "loop,errors=continue", image, disk.Path);
        return disk;
    }

    private static SmallDisk NewPlace(bool inner)
    {
        if (WhyNot is { } why)
            throw new InvalidOperationException(why);
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-{Guid.NewGuid():N}");
        var disk = new SmallDisk(System.IO.Path.Combine(System.IO.Path.GetTempPath(), name), inner);
        Directory.CreateDirectory(disk.Path);
        Directory.CreateDirectory(disk.Below);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => TakeAway(disk._place);
        return disk;
    }

    private static void Check(string image)
    {
        using var check = Process.Start(
            new ProcessStartInfo("e2fsck", ["-y", "-f", image])
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var said = check.StandardOutput.ReadToEnd();
        check.WaitForExit();
        // 0 clean, 1 mended; more is a file system that is lost.
        if (check.ExitCode > 1)
            throw new InvalidOperationException(said);
    }

    private static string Megabytes(int size) => string.Create(CultureInfo.InvariantCulture, $"size={size}m");

    private static string? FindObstacle()
    {
        if (!OperatingSystem.IsLinux())
            return "Small file systems are mounted on Linux alone.";
        if (!Environment.IsPrivilegedProcess)
            return "Mounting a small file system needs root.";
        TakeAwayOfTheDead();
        try
        {
            var probe = System.IO.Path.Combine(
                System.IO.Path.GetTempPath(),
                string.Create(CultureInfo.InvariantCulture, $"{Prefix}{Environment.ProcessId}-probe")
            );
            Directory.CreateDirectory(System.IO.Path.Combine(probe, "disk"));
            Run("mount", "-t", "tmpfs", "-o", Megabytes(1), Prefix, System.IO.Path.Combine(probe, "disk"));
            TakeAway(probe);
            Run("mkfs.ext4", "-V");
            return File.Exists("/dev/loop-control") ? null : "There are no loop devices here.";
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return $"A small file system cannot be mounted here: {e.Message}";
        }
    }

    private static void TakeAwayOfTheDead()
    {
        foreach (var place in Directory.EnumerateDirectories(System.IO.Path.GetTempPath(), Prefix + "*"))
        {
            var owner = System.IO.Path.GetFileName(place)[Prefix.Length..].Split('-')[0];
            if (!Directory.Exists($"/proc/{owner}"))
                TakeAway(place);
        }
    }

    private static void TakeAway(string place)
    {
        if (!Directory.Exists(place))
            return;
        var mounts = File.ReadLines("/proc/mounts")
            .Select(l => l.Split(' ')[1])
            .Where(m => m.StartsWith(place + "/", StringComparison.Ordinal))
            .ToList();
        // The file system first, then the one that its image lies on.
        foreach (var mount in mounts.OrderByDescending(m => m.EndsWith("/disk", StringComparison.Ordinal)))
            Run("umount", "-l", mount);
        Directory.Delete(place, recursive: true);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            }
        )!;
        var errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {errors.Trim()}");
    }
}
