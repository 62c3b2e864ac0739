using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

#pragma warning disable CA5393 // The library is our own and lies beside the assembly; looking nowhere else is the safer choice.
[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory)]

namespace ExamMonitor.Coverage.Vision;

/// <summary>Bindings of <c>native/include/exam_monitor_vision.h</c>. Loaded only by the commands watch, audit and map, never by the agent's own process.</summary>
internal static unsafe partial class VisionLibrary
{
    private const string Name = "exam_monitor_vision";
    private const int AbiVersion = 4;
    private static readonly bool s_checked = CheckVersion();

    /// <summary>Throws unless <paramref name="status"/> is ok.</summary>
    internal static void Check(int status, string operation)
    {
        if (!s_checked) throw new InvalidOperationException("unreachable: the version check throws");
        if (status != 0) throw new VisionException(operation, (VisionStatus)status, LastError());
    }

    private static bool CheckVersion()
    {
        var found = em_abi_version();
        return found == AbiVersion ? true : throw new InvalidOperationException(
            $"The vision library has interface version {found}, this build needs {AbiVersion}: an old library lies beside the program. Rebuild or reinstall.");
    }

    private static string LastError()
    {
        var text = stackalloc byte[512];
        var length = Math.Min(em_last_error(text, 512), 511);
        return Encoding.UTF8.GetString(text, length);
    }

    [LibraryImport(Name)]
    private static partial int em_abi_version();

    [LibraryImport(Name)]
    private static partial int em_last_error(byte* text, int capacity);

    [LibraryImport(Name)]
    internal static partial int em_picture_decode(byte* bytes, long size, out nint picture);

    [LibraryImport(Name)]
    internal static partial void em_picture_free(nint picture);

    [LibraryImport(Name)]
    internal static partial int em_picture_size(nint picture, out int width, out int height);

    [LibraryImport(Name)]
    internal static partial int em_picture_copy_bgr(nint picture, byte* bgr, int stride);

    [LibraryImport(Name)]
    internal static partial int em_encode(
        byte* pixels, int width, int height, int stride, int channels, int kind, int quality, byte* bytes, long capacity, out long written);

    [LibraryImport(Name)]
    internal static partial int em_bgr_to_i420(byte* bgr, int width, int height, int stride, byte* i420);

    [LibraryImport(Name)]
    internal static partial int em_i420_to_bgr(byte* i420, int width, int height, byte* bgr, int stride);

    [LibraryImport(Name)]
    internal static partial int em_resize(
        byte* from, int width, int height, int stride, int channels, byte* to, int toWidth, int toHeight, int toStride);

    [LibraryImport(Name)]
    internal static partial int em_draw_polyline(in Canvas canvas, double* uv, int points, int closed, uint rgb, int thickness);

    [LibraryImport(Name)]
    internal static partial int em_draw_polygon(in Canvas canvas, double* uv, int points, uint rgb, double alpha);

    [LibraryImport(Name)]
    internal static partial int em_draw_circle(in Canvas canvas, double u, double v, double radius, uint rgb, int thickness);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int em_draw_text(in Canvas canvas, string text, double u, double v, double height, uint rgb, int thickness);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int em_text_width(string text, double height, int thickness, out int width);

    [LibraryImport(Name)]
    internal static partial int em_tags_create(out nint tags);

    [LibraryImport(Name)]
    internal static partial void em_tags_free(nint tags);

    [LibraryImport(Name)]
    internal static partial int em_tags_detect(TagsHandle tags, byte* grey, int width, int height, int stride, Tag* found, int capacity, out int count);

    [StructLayout(LayoutKind.Sequential)]
    internal struct Canvas
    {
        public byte* Bgr;
        public int Width;
        public int Height;
        public int Stride;
        public int Reserved;
    }

    [InlineArray(8)]
    internal struct Corners
    {
        private double _first;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal struct Tag
    {
        public int Id;
        public int Hamming;
        public double Margin;
        public double CenterU;
        public double CenterV;
        public Corners Corners;
    }

    internal sealed class TagsHandle : SafeHandle
    {
        public TagsHandle() : base(0, ownsHandle: true)
        {
        }

        public override bool IsInvalid => handle == 0;

        internal void Take(nint created) => SetHandle(created);

        protected override bool ReleaseHandle()
        {
            em_tags_free(handle);
            return true;
        }
    }
}
