using System.Runtime.InteropServices;

#pragma warning disable CA5393 // As in VisionLibrary.cs.
namespace ExamMonitor.Coverage.Vision;

internal static unsafe partial class VisionLibrary
{
    internal const int GridX = 16;
    internal const int GridY = 9;
    internal const int PatchX = 24;
    internal const int PatchY = 16;
    internal const int CellsX = 6;
    internal const int CellsY = 4;

    [LibraryImport(Name)]
    internal static partial int em_view_create(int width, int height, out nint view);

    [LibraryImport(Name)]
    internal static partial void em_view_free(nint view);

    [LibraryImport(Name)]
    internal static partial int em_view_set_reference(ViewHandle view, byte* i420);

    [LibraryImport(Name)]
    internal static partial int em_view_set_mask(ViewHandle view, int* rectangles, int count);

    [LibraryImport(Name)]
    internal static partial int em_view_set_stations(ViewHandle view, double* uv, int* corners, int count);

    [LibraryImport(Name)]
    internal static partial int em_view_register(ViewHandle view, byte* i420, in Homography prior, int mode, out Registration registration);

    [LibraryImport(Name)]
    internal static partial int em_view_measure(
        ViewHandle view, byte* i420, in Homography homography, out FrameLevels frame, BlockMeasure* blocks, StationMeasure* stations, CellMeasure* cells, byte* patches);

    [LibraryImport(Name)]
    internal static partial int em_block_hashes(byte* luma, int width, int height, int stride, ushort* hashes, byte* means, int capacity);

    internal sealed class ViewHandle : SafeHandle
    {
        public ViewHandle() : base(0, ownsHandle: true)
        {
        }

        public override bool IsInvalid => handle == 0;

        internal void Take(nint created) => SetHandle(created);

        protected override bool ReleaseHandle()
        {
            em_view_free(handle);
            return true;
        }
    }
}
