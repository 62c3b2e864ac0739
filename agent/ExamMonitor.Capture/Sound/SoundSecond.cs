namespace ExamMonitor.Capture;

/// <summary>How loud one second of sound was; of several channels the loudest counts.</summary>
/// <param name="LevelDb">Root mean square about the mean, dB of full scale, [−120, 0]. A constant value, whatever it is, is −120.</param>
/// <param name="PeakDb">Largest sample, dB of full scale, [−120, 0].</param>
/// <param name="ClippedShare">Share of samples that stand at full scale in a row of at least three, [0, 1].</param>
public readonly record struct SoundSecond(double LevelDb, double PeakDb, double ClippedShare);
