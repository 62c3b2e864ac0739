using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>Something that the audit found: a condition of a camera, or one reason at one or more stations of it.</summary>
/// <param name="camera">Camera.</param>
/// <param name="code">Condition or reason as contracts write it.</param>
internal sealed class AuditProblem(CameraId camera, string code)
{
    public CameraId Camera => camera;

    public string Code => code;

    /// <summary>Stations; empty for a problem of the camera itself.</summary>
    public List<StationId> Stations { get; } = [];

    /// <summary>First evidence, media time in seconds.</summary>
    public double Since { get; set; }

    /// <summary>When it was settled, media time in seconds: the time of the picture.</summary>
    public double Settled { get; set; }

    /// <summary>When it ended; null while it lasts.</summary>
    public double? Ended { get; set; }

    /// <summary>For a person.</summary>
    public LocalText Text { get; set; } = new(code, code);

    /// <summary>JPEG of the moment; null when there is none.</summary>
    public byte[]? Picture { get; set; }

    /// <summary>Outlines of <see cref="Stations"/> in the reference, px of the map's picture size.</summary>
    public List<IReadOnlyList<PixelPoint>> Outlines { get; } = [];

    /// <summary>The same where the camera looked then.</summary>
    public List<IReadOnlyList<PixelPoint>> OutlinesThen { get; } = [];
}
