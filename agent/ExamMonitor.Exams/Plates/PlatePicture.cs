namespace ExamMonitor.Exams.Plates;

/// <summary>A picture of a camera at its recorded size.</summary>
/// <param name="Jpeg">JPEG.</param>
/// <param name="At">When it was taken, UTC.</param>
internal sealed record PlatePicture(byte[] Jpeg, DateTimeOffset At);
