namespace ExamMonitor.Coverage.Vision.Measuring;

/// <summary>A frame on the reference.</summary>
/// <param name="Picture">Its planes there.</param>
/// <param name="Filtered">Filtered there.</param>
/// <param name="Counted">What counts of it.</param>
internal readonly record struct AlignedFrame(YuvPlanes Picture, FilteredPicture Filtered, CountedPixels Counted);
