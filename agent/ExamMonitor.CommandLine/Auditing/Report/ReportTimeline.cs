using System.Globalization;
using System.Net;
using System.Text;

namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>Draws the lanes of a camera over time as SVG. What is wrong differs in colour, in height and in its tooltip.</summary>
internal static class ReportTimeline
{
    private const int Left = 110;
    private const int Wide = 1000;
    private const int Row = 16;
    private const int Top = 22;

    /// <summary>Writes the drawing.</summary>
    public static void Write(StringBuilder to, AuditCameraReport camera)
    {
        if (camera.Times is not { } times)
            return;
        var (from, seconds) = (times.From, Math.Max(1, times.To + 1 - times.From));
        var rows = 1 + camera.Stations.Count;
        var height = Top + (rows * Row) + 4;
        to.Append(
            CultureInfo.InvariantCulture,
            $"<svg class=\"timeline\" viewBox=\"0 0 {Left + Wide + 10} {height}\" role=\"img\" aria-label=\"Timeline of camera {Encoded(camera.Camera.Text)}; the tables below say the same in numbers\">\n"
        );
        Axis(to, from, seconds, height);
        Label(to, 0, "health 状态");
        foreach (var spell in camera.Health.Spells)
            Bar(to, spell, from, seconds, 0, 2, Row - 4, spell.Value == "ok" ? "ok" : "bad");
        for (var i = 0; i < camera.Stations.Count; i++)
        {
            var (station, covered, lit) = camera.Stations[i];
            Label(to, i + 1, station.Text);
            Half(to, covered, from, seconds, i + 1, 2, "covered 覆盖");
            Half(to, lit, from, seconds, i + 1, 8, "lit 照明");
        }

        to.Append("</svg>\n");
    }

    /// <summary>Media time as h:mm:ss.</summary>
    public static string Time(double seconds) =>
        TimeSpan
            .FromSeconds(Math.Floor(seconds))
            .ToString(seconds >= 86400 ? @"d\.hh\:mm\:ss" : @"h\:mm\:ss", CultureInfo.InvariantCulture);

    private static void Half(StringBuilder to, AuditLane lane, double from, double seconds, int row, int down, string what)
    {
        foreach (var spell in lane.Spells)
        {
            var kind = spell.Value switch
            {
                "yes" => "ok",
                "no" => "bad",
                _ => "unknown",
            };
            Bar(to, spell with { Value = $"{what}: {spell.Value}" }, from, seconds, row, down, 5, kind);
        }
    }

    private static void Bar(StringBuilder to, AuditSpell spell, double from, double seconds, int row, int down, int high, string kind)
    {
        double x = Left + (Wide * (spell.From - from) / seconds),
            width = Math.Max(0.6, Wide * (spell.To - spell.From) / seconds);
        to.Append(
            CultureInfo.InvariantCulture,
            $"<rect class=\"{kind}\" x=\"{x:0.##}\" y=\"{Top + (row * Row) + down}\" width=\"{width:0.##}\" height=\"{high}\"><title>{Time(spell.From)}–{Time(spell.To)} {Encoded(spell.Value)}</title></rect>\n"
        );
    }

    private static void Label(StringBuilder to, int row, string text) =>
        to.Append(
            CultureInfo.InvariantCulture,
            $"<text class=\"lane\" x=\"{Left - 6}\" y=\"{Top + (row * Row) + 12}\">{Encoded(text)}</text>\n"
        );

    private static void Axis(StringBuilder to, double from, double seconds, int height)
    {
        var step = ((double[])[10, 30, 60, 300, 600, 1800, 3600, 7200, 14400, 43200]).FirstOrDefault(s => seconds / s <= 12, 86400);
        for (var at = Math.Ceiling(from / step) * step; at <= from + seconds; at += step)
        {
            var x = Left + (Wide * (at - from) / seconds);
            to.Append(
                CultureInfo.InvariantCulture,
                $"<line class=\"tick\" x1=\"{x:0.#}\" y1=\"{Top - 4}\" x2=\"{x:0.#}\" y2=\"{height - 2}\"/><text class=\"time\" x=\"{x:0.#}\" y=\"12\">{Time(at)}</text>\n"
            );
        }
    }

    private static string Encoded(string text) => WebUtility.HtmlEncode(text);
}
