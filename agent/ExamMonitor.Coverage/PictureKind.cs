namespace ExamMonitor.Coverage;

/// <summary>How a picture was coded: what repeats means something else in each.</summary>
public enum PictureKind
{
    /// <summary>A key frame: coded from what the sensor saw, without the pictures before it.</summary>
    Key,

    /// <summary>A picture between key frames: blocks that the coder skipped are those of the picture before, to the bit, whether the source
    /// lives or not.</summary>
    Between,
}
