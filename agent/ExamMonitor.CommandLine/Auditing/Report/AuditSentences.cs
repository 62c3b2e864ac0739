using ExamMonitor.Floor.Views;

namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>Sentences of a report where several stations fail together.</summary>
internal static class AuditSentences
{
    /// <summary>What is wrong with these stations.</summary>
    /// <param name="reason">As contracts write it.</param>
    /// <param name="labels">What their plates say; at least one.</param>
    public static LocalText Of(string reason, IReadOnlyList<string> labels)
    {
        if (labels.Count == 1)
            return HealthWords.Station(reason, labels[0]);
        var (en, zh) = ($"{string.Join(", ", labels.SkipLast(1))} and {labels[^1]}", string.Join("、", labels));
        return reason switch
        {
            "obstructed" => new($"Something that stays hides stations {en}: move it away.", $"工位 {zh} 被持续遮挡：请移开遮挡物。"),
            "not-in-picture" => new(
                $"Stations {en} are not within the picture: turn the camera or add one.",
                $"工位 {zh} 不在画面内：请调整或增设摄像机。"
            ),
            "too-far" => new(
                $"Stations {en} are too small in the picture (pixels per metre): move a camera closer.",
                $"工位 {zh} 像素密度不足：请将摄像机移近。"
            ),
            "too-dark" => new($"Stations {en} are too dark: mend or switch on their light.", $"工位 {zh} 光照过暗：请开启或检修照明。"),
            "room-dim" => new(
                $"The whole room is too dim, stations {en} with it: switch the lights on.",
                $"整个考场光照不足，包括工位 {zh}：请打开照明。"
            ),
            "glare" => new($"Glare lies on stations {en}: shade the sun or the lamp.", $"工位 {zh} 有眩光：请遮挡阳光或灯光。"),
            _ => new($"Stations {en} are not in view.", $"工位 {zh} 不在视野内。"),
        };
    }
}
