namespace ExamMonitor.Problems;

/// <summary>Keeps what shows the onset of a problem.</summary>
internal interface IProblemPictures
{
    /// <summary>Keeps the pictures of a problem that has just opened. One call at a time.</summary>
    /// <returns>Address of the picture, relative to the API; null when there is none.</returns>
    string? Keep(Problem problem);
}
