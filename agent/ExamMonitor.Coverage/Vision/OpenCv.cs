using OpenCvSharp;

namespace ExamMonitor.Coverage.Vision;

/// <summary>Loads OpenCV on first use. Only the commands watch, audit, map and plates touch it, never the agent's own process: its library
/// is a hundred megabytes.</summary>
internal static class OpenCv
{
    private static readonly string? s_missing = Load();

    /// <summary>Throws unless OpenCV is loaded.</summary>
    /// <exception cref="VisionException">It cannot be loaded on this machine.</exception>
    public static void Require(string operation)
    {
        if (s_missing is not null)
            throw new VisionException(operation, VisionStatus.NotLoaded, s_missing);
    }

    /// <summary>Whether an exception is a failure of OpenCV, not of ours.</summary>
    public static bool IsFailure(Exception e) => e is OpenCVException or OpenCvSharpException;

    /// <summary>A failure of OpenCV, told as ours.</summary>
    public static VisionException Failed(string operation, Exception e) => new(operation, VisionStatus.Internal, e.Message);

    /// <summary>Calls OpenCV.</summary>
    /// <exception cref="VisionException">It cannot be loaded, or failed.</exception>
    public static void Do<TFrom, TTo>(string operation, TFrom from, TTo to, Action<TFrom, TTo> call)
    {
        Require(operation);
        try
        {
            call(from, to);
        }
        catch (Exception e) when (IsFailure(e))
        {
            throw Failed(operation, e);
        }
    }

    private static string? Load()
    {
        try
        {
            // Our threads come from the caller; a pool of OpenCV's own would only fight with it for the cores.
            Cv2.SetNumThreads(1);
            // It would print warnings about damaged pictures beside the sentence that the caller gets.
            Cv2.SetLogLevel(LogLevel.SILENT);
            return null;
        }
        catch (Exception e)
            when (e is TypeInitializationException or DllNotFoundException or BadImageFormatException or OpenCvSharpException)
        {
            return $"{Why(e)}. On Debian and Ubuntu install libgtk-3-0 and libatomic1";
        }
    }

    /// <summary>The loader tells each place where it looked; one line names the library that is missing.</summary>
    private static string Why(Exception e)
    {
        while (e.InnerException is { } inner)
            e = inner;
        var lines = e.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return (
            lines.FirstOrDefault(l =>
                l.Contains("cannot open shared object file", StringComparison.Ordinal)
                && !l.Contains("OpenCvSharpExtern", StringComparison.Ordinal)
            )
            ?? lines.FirstOrDefault()
            ?? e.GetType().Name
        ).TrimEnd('.');
    }
}
