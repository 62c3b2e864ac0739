namespace ExamMonitor.Hosting.Configuration;

/// <summary>Ids of the readiness checks.</summary>
internal static class CheckNames
{
    /// <summary>Every camera delivers and is recorded.</summary>
    public const string Cameras = "cameras";

    /// <summary>Every station is in view (COV-1).</summary>
    public const string StationsCovered = "stations-covered";

    /// <summary>Every station is lit (COV-3).</summary>
    public const string StationsLit = "stations-lit";

    /// <summary>Every number plate stands at its own station (COV-8); asked only where plates are set up.</summary>
    public const string Plates = "plates";

    /// <summary>The whole floor is in view (COV-1).</summary>
    public const string WholeArea = "whole-area";

    /// <summary>Sound is heard (COV-3).</summary>
    public const string Audio = "audio";

    /// <summary>The machine's clock is right.</summary>
    public const string Clock = "clock";

    /// <summary>The cameras' clocks are in step.</summary>
    public const string CameraClocks = "camera-clocks";

    /// <summary>The volume can take the session, and keep it for its window.</summary>
    public const string Space = "space";

    /// <summary>The map in force was signed by a person.</summary>
    public const string Calibration = "calibration";

    /// <summary>The last pass over the archive found everything whole.</summary>
    public const string Scrub = "scrub";

    /// <summary>The ledger is whole.</summary>
    public const string Ledger = "ledger";

    /// <summary>All of them, in the order in which a person would mend them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [Cameras, StationsCovered, StationsLit, Plates, WholeArea, Audio, Clock, CameraClocks, Space, Calibration, Scrub, Ledger];
}
