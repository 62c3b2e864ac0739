using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Maps;
using ExamMonitor.Contracts.SetUp;

namespace ExamMonitor.Coverage.Certificates;

/// <summary>Languages of a printed sheet.</summary>
public enum SheetLanguage
{
    /// <summary>Both, English first.</summary>
    Both,

    /// <summary>English.</summary>
    En,

    /// <summary>Simplified Chinese.</summary>
    Zh,
}

/// <summary>What stands on a calibration certificate, or on a what-if for the installer.</summary>
/// <param name="Title">Title.</param>
/// <param name="Facts">Name and value, in order.</param>
/// <param name="Map">Room.</param>
/// <param name="Result">What its cameras see.</param>
/// <param name="Pictures">Picture of each camera, JPEG or PNG; a camera without one is drawn on grey.</param>
/// <param name="Language">Languages.</param>
/// <param name="Foot">Last line of every sheet: what it certifies, and how that is checked.</param>
public sealed record CalibrationSheet(
    LocalText Title,
    IReadOnlyList<(LocalText Name, string Value)> Facts,
    StationMap Map,
    DraftResult Result,
    IReadOnlyDictionary<CameraId, byte[]> Pictures,
    SheetLanguage Language,
    LocalText Foot
)
{
    /// <summary>A sentence in the sheet's languages.</summary>
    internal string Say(LocalText text) =>
        Language switch
        {
            SheetLanguage.En => text.En,
            SheetLanguage.Zh => text.Zh,
            _ => text.En == text.Zh ? text.En : $"{text.En} {text.Zh}",
        };

    /// <summary>The same of two words.</summary>
    internal string Say(string en, string zh) => Say(new LocalText(en, zh));
}
