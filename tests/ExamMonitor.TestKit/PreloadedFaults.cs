using System.Diagnostics;
using System.Globalization;

namespace ExamMonitor.TestKit;

/// <summary>
/// Faults of disk and clock for a real process: a small library, made by the system's compiler, that is loaded before the C library. Linux.
/// </summary>
/// <param name="folder">Folder of the faults.</param>
/// <param name="library">The library.</param>
public sealed class PreloadedFaults(string folder, string library)
{
    /// <summary>A full disk.</summary>
    public const int NoSpace = 28;

    /// <summary>A disk that fails.</summary>
    public const int IoError = 5;

    /// <summary>Makes the library.</summary>
    /// <param name="folder">Where it and the faults lie.</param>
    public static async Task<PreloadedFaults> MakeAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        var library = Path.Combine(folder, "faults.so");
        using var compiler = Process.Start(
            new ProcessStartInfo(
                "cc",
                ["-shared", "-fPIC", "-O2", "-o", library, Repository.PathOf("tests", "ExamMonitor.TestKit", "faults", "faults.c"), "-ldl"]
            )
            {
                UseShellExecute = false,
                RedirectStandardError = true,
            }
        )!;
        var errors = await compiler.StandardError.ReadToEndAsync().ConfigureAwait(false);
        await compiler.WaitForExitAsync().ConfigureAwait(false);
        return compiler.ExitCode == 0 ? new(folder, library) : throw new InvalidOperationException(errors);
    }

    /// <summary>Has a process meet the faults.</summary>
    /// <param name="start">How it is started.</param>
    /// <param name="volume">Absolute path of the folder whose writes may fail.</param>
    public void ApplyTo(ProcessStartInfo start, string volume)
    {
        start.Environment["LD_PRELOAD"] = library;
        start.Environment["EXAM_MONITOR_FAULTS"] = folder;
        start.Environment["EXAM_MONITOR_FAULT_VOLUME"] = volume;
        start.Environment["EXAM_MONITOR_FAULT_PROGRAM"] = Path.GetFileNameWithoutExtension(start.FileName);
    }

    /// <summary>Writes to the volume fail from now on.</summary>
    /// <param name="error">Number of the error.</param>
    /// <param name="parts">At most two: only files whose path has one of them. None for all files.</param>
    public void FailWrites(int error, params string[] parts) =>
        Set("write", string.Create(CultureInfo.InvariantCulture, $"{error} {string.Join(' ', parts)}"));

    /// <summary>Free space cannot be asked from now on.</summary>
    public void FailProbe() => Set("probe", IoError.ToString(CultureInfo.InvariantCulture));

    /// <summary>The wall clock is ahead from now on; the monotonic one goes on.</summary>
    public void SetClockAhead(TimeSpan by) => Set("clock", ((long)by.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    /// <summary>Everything is well again.</summary>
    public void Heal()
    {
        foreach (var name in new[] { "write", "probe", "clock" })
            File.Delete(Path.Combine(folder, name));
    }

    private void Set(string name, string text)
    {
        // Whole at once: it may be read at any time.
        File.WriteAllText(Path.Combine(folder, name + ".new"), text);
        File.Move(Path.Combine(folder, name + ".new"), Path.Combine(folder, name), overwrite: true);
    }
}
