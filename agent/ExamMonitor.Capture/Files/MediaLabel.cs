namespace ExamMonitor.Capture;

/// <summary>What a media file says of itself.</summary>
/// <param name="CreatedUtc">When its first picture was taken.</param>
/// <param name="CreatedLocal">The same by the clock of the place, with its offset.</param>
/// <param name="Title">One line.</param>
/// <param name="Comment">What a person must know who has the file alone.</param>
public sealed record MediaLabel(DateTimeOffset CreatedUtc, DateTimeOffset CreatedLocal, string Title, string Comment);
