using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using Microsoft.Win32.SafeHandles;

namespace ExamMonitor.Capture.Children;

/// <summary>
/// One job object for all children, closed by the system when we end in whatever way: JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE. Tried under
/// Wine; not run on Windows yet.
/// </summary>
[SupportedOSPlatform("windows")]
internal static partial class WindowsJob
{
    private const int ExtendedLimitInformation = 9;
    private const uint KillOnJobClose = 0x2000;
    private static readonly SafeFileHandle? Job = Create();

    /// <summary>Puts a process into the job; a failure leaves it outside, where it ends when its pipes break.</summary>
    public static void Adopt(SafeProcessHandle process)
    {
        if (Job is not null)
            _ = AssignProcessToJobObject(Job, process);
    }

    private static SafeFileHandle? Create()
    {
        var job = CreateJobObjectW(0, null);
        if (job.IsInvalid)
            return null;
        var limits = new ExtendedLimits { Basic = new() { LimitFlags = KillOnJobClose } };
        return SetInformationJobObject(job, ExtendedLimitInformation, ref limits, (uint)Marshal.SizeOf<ExtendedLimits>()) ? job : null;
    }

    [LibraryImport("kernel32", StringMarshalling = StringMarshalling.Utf16)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    private static partial SafeFileHandle CreateJobObjectW(nint attributes, string? name);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool SetInformationJobObject(SafeFileHandle job, int kind, ref ExtendedLimits limits, uint size);

    [LibraryImport("kernel32")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.System32)]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool AssignProcessToJobObject(SafeFileHandle job, SafeProcessHandle process);

    [StructLayout(LayoutKind.Sequential)]
    private struct BasicLimits
    {
        public long PerProcessUserTime,
            PerJobUserTime;
        public uint LimitFlags;
        public nuint MinimumWorkingSet,
            MaximumWorkingSet;
        public uint ActiveProcessLimit;
        public nuint Affinity;
        public uint PriorityClass,
            SchedulingClass;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct IoCounters
    {
        public ulong ReadOperations,
            WriteOperations,
            OtherOperations,
            ReadBytes,
            WriteBytes,
            OtherBytes;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct ExtendedLimits
    {
        public BasicLimits Basic;
        public IoCounters Io;
        public nuint ProcessMemory,
            JobMemory,
            PeakProcessMemory,
            PeakJobMemory;
    }
}
