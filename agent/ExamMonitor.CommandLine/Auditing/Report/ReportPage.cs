using System.Globalization;
using System.Net;
using System.Text;
using ExamMonitor.Contracts.Maps;

namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>Writes an audit as one self-contained page in English and Chinese: no script, no file beside it, fit for paper.</summary>
internal static class ReportPage
{
    private const int ReferenceWidth = 640;

    /// <summary>A start needs a few pictures before anything can be said; longer than this is worth a look, seconds.</summary>
    private const double LittleSeconds = 10;

    /// <summary>Writes the page camera by camera.</summary>
    /// <param name="to">Takes the page.</param>
    /// <param name="report">Closed report.</param>
    /// <param name="madeAt">When the audit ran.</param>
    public static async Task WriteAsync(TextWriter to, AuditReport report, DateTimeOffset madeAt)
    {
        var page = new StringBuilder();
        Head(page, report, madeAt);
        Summary(page, report);
        foreach (var camera in report.Cameras)
        {
            await FlushAsync(to, page).ConfigureAwait(false);
            Camera(page, camera);
            foreach (var problem in camera.Problems)
            {
                Problem(page, camera, problem);
                await FlushAsync(to, page).ConfigureAwait(false);
            }

            page.Append("</section>\n");
        }

        page.Append("</main>\n</body>\n</html>\n");
        await FlushAsync(to, page).ConfigureAwait(false);
    }

    private static async Task FlushAsync(TextWriter to, StringBuilder page)
    {
        await to.WriteAsync(page).ConfigureAwait(false);
        page.Clear();
    }

    private static void Head(StringBuilder page, AuditReport report, DateTimeOffset madeAt)
    {
        var room = $"{Text(report.Map.Room.Id.Text)} {Text(report.Map.Room.Name)}";
        page.Append(
            CultureInfo.InvariantCulture,
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
            <title>Audit of room {room}</title>
            <style>
            {ReportStyle.Css}
            </style>
            </head>
            <body>
            <header>
            <h1>Audit of room {room} <span lang="zh">考场复核</span></h1>
            <p>The live measurement's verdicts over recorded footage, made {madeAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC. Times are those of the footage, h:mm:ss from its start.
            <span lang="zh">对录像重新进行与实时相同的测量，制作于 {madeAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC。时间从录像开头算起。</span></p>
            <p class="legend"><span class="key ok"></span> holds 正常 <span class="key bad"></span> does not hold 不符合 <span class="key unknown"></span> cannot be said 无法判断</p>
            </header>
            <main>

            """
        );
    }

    private static void Summary(StringBuilder page, AuditReport report)
    {
        page.Append(
            "<section>\n<h2>Summary <span lang=\"zh\">概要</span></h2>\n<table>\n<caption>Cameras <span lang=\"zh\">摄像机</span></caption>\n<thead><tr><th scope=\"col\">Camera 摄像机</th><th scope=\"col\">Footage 录像</th><th scope=\"col\">Judged 时长</th><th scope=\"col\">Without a fault 正常</th><th scope=\"col\">Problems 问题</th></tr></thead>\n<tbody>\n"
        );
        foreach (var camera in report.Cameras)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\"><a href=\"#camera-{Text(camera.Camera.Text)}\">{Text(camera.Camera.Text)}</a></th><td>{Text(camera.File)}</td><td>{ReportTimeline.Time(camera.Health.Seconds.Values.Sum())}</td><td class=\"{Mark(camera.Health, "ok")}\">{Share(camera.Health, "ok")}</td><td>{camera.Problems.Count + camera.Untold}</td></tr>\n"
            );
        page.Append("</tbody>\n</table>\n");
        if (report.Stations.Count == 0)
        {
            page.Append("</section>\n");
            return;
        }

        page.Append(
            "<table>\n<caption>Stations, by any camera of this audit <span lang=\"zh\">工位（任一摄像机）</span></caption>\n<thead><tr><th scope=\"col\">Station 工位</th><th scope=\"col\">Plate 编号</th><th scope=\"col\">Covered 覆盖</th><th scope=\"col\">Lit 照明</th><th scope=\"col\">Cannot be said, s 无法判断（秒）</th></tr></thead>\n<tbody>\n"
        );
        foreach (var (station, covered, lit) in report.Stations)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Text(station.Id.Text)}</th><td>{Text(station.Label)}</td><td class=\"{Mark(covered, "yes")}\">{Share(covered, "yes")}</td><td class=\"{Mark(lit, "yes")}\">{Share(lit, "yes")}</td>{Unknown(covered, lit)}</tr>\n"
            );
        page.Append("</tbody>\n</table>\n</section>\n");
    }

    private static void Camera(StringBuilder page, AuditCameraReport camera)
    {
        var id = Text(camera.Camera.Text);
        page.Append(
            CultureInfo.InvariantCulture,
            $"<section id=\"camera-{id}\">\n<h2>Camera {id} <span lang=\"zh\">摄像机 {id}</span></h2>\n"
        );
        ReportTimeline.Write(page, camera);
        if (!camera.Health.IsWhole || camera.Stations.Any(s => !s.Covered.IsWhole || !s.Lit.IsWhole))
            page.Append(
                "<p>The timeline is not drawn to its end: too many changes. The tables count all of it. <span lang=\"zh\">变化过多，时间轴未画完；表格完整。</span></p>\n"
            );
        page.Append(
            "<table>\n<caption>Seconds by condition <span lang=\"zh\">各状态时长（秒）</span></caption>\n<thead><tr><th scope=\"col\">Health 状态</th><th scope=\"col\">Seconds 秒</th></tr></thead>\n<tbody>\n"
        );
        foreach (var (health, seconds) in camera.Health.Seconds)
            page.Append(CultureInfo.InvariantCulture, $"<tr><th scope=\"row\">{Text(health)}</th><td>{seconds:0}</td></tr>\n");
        page.Append("</tbody>\n</table>\n");
        if (camera.Stations.Count > 0)
        {
            page.Append(
                "<table>\n<caption>Stations in this camera's view <span lang=\"zh\">本摄像机所见工位</span></caption>\n<thead><tr><th scope=\"col\">Station 工位</th><th scope=\"col\">Covered 覆盖</th><th scope=\"col\">Lit 照明</th><th scope=\"col\">Cannot be said, s 无法判断（秒）</th></tr></thead>\n<tbody>\n"
            );
            foreach (var (station, covered, lit) in camera.Stations)
                page.Append(
                    CultureInfo.InvariantCulture,
                    $"<tr><th scope=\"row\">{Text(station.Text)}</th><td class=\"{Mark(covered, "yes")}\">{Share(covered, "yes")}</td><td class=\"{Mark(lit, "yes")}\">{Share(lit, "yes")}</td>{Unknown(covered, lit)}</tr>\n"
                );
            page.Append("</tbody>\n</table>\n");
        }

        page.Append("<h3>Problems <span lang=\"zh\">问题</span></h3>\n");
        if (camera.Problems.Count == 0)
            page.Append("<p>None. <span lang=\"zh\">无。</span></p>\n");
        if (camera.Untold > 0)
            page.Append(
                CultureInfo.InvariantCulture,
                $"<p>{camera.Untold} more are not listed. <span lang=\"zh\">另有 {camera.Untold} 项未列出。</span></p>\n"
            );
        Reference(page, camera);
    }

    /// <summary>The commissioned picture once; each pair shows it again by reference.</summary>
    private static void Reference(StringBuilder page, AuditCameraReport camera)
    {
        if (camera.Problems.All(p => p.Picture is null))
            return;
        var (w, h) = (camera.Size.Width, camera.Size.Height);
        var small =
            camera.Reference.Width > ReferenceWidth
                ? camera.Reference.Resize(ReferenceWidth, Math.Max(1, ReferenceWidth * camera.Reference.Height / camera.Reference.Width))
                : camera.Reference;
        page.Append(
            CultureInfo.InvariantCulture,
            $"<svg class=\"store\" aria-hidden=\"true\"><defs><image id=\"reference-{Text(camera.Camera.Text)}\" width=\"{w}\" height=\"{h}\" preserveAspectRatio=\"none\" href=\"data:image/jpeg;base64,"
        );
        page.Append(Convert.ToBase64String(small.EncodeJpeg(80))).Append("\"/></defs></svg>\n");
    }

    private static void Problem(StringBuilder page, AuditCameraReport camera, AuditProblem problem)
    {
        var until = problem.Ended is { } ended ? ReportTimeline.Time(ended) : "the end 结束";
        page.Append(
            CultureInfo.InvariantCulture,
            $"<article>\n<h4>{ReportTimeline.Time(problem.Since)} – {until} · {Text(problem.Code)}{(problem.Stations.Count > 0 ? " · " : string.Empty)}{Text(string.Join(", ", problem.Stations.Select(s => s.Text)))}</h4>\n"
        );
        page.Append(CultureInfo.InvariantCulture, $"<p>{Text(problem.Text.En)} <span lang=\"zh\">{Text(problem.Text.Zh)}</span></p>\n");
        if (problem.Picture is { } jpeg)
        {
            page.Append("<div class=\"pair\">\n");
            Figure(
                page,
                camera,
                problem.Outlines,
                new("As commissioned", "标定画面"),
                $"<use href=\"#reference-{Text(camera.Camera.Text)}\"/>"
            );
            Figure(
                page,
                camera,
                problem.OutlinesThen,
                new($"At {ReportTimeline.Time(problem.Settled)}", $"{ReportTimeline.Time(problem.Settled)} 时的画面"),
                $"<image width=\"{camera.Size.Width}\" height=\"{camera.Size.Height}\" preserveAspectRatio=\"none\" href=\"data:image/jpeg;base64,{Convert.ToBase64String(jpeg)}\"/>"
            );
            page.Append("</div>\n");
        }

        page.Append("</article>\n");
    }

    private static void Figure(
        StringBuilder page,
        AuditCameraReport camera,
        List<IReadOnlyList<PixelPoint>> outlines,
        LocalText caption,
        string image
    )
    {
        var what =
            outlines.Count == 0 ? string.Empty
            : outlines.Count == 1 ? "; the station is outlined"
            : "; the stations are outlined";
        page.Append(
            CultureInfo.InvariantCulture,
            $"<figure><svg viewBox=\"0 0 {camera.Size.Width} {camera.Size.Height}\" role=\"img\" aria-label=\"Picture of camera {Text(camera.Camera.Text)}, {Text(caption.En)}{what}\">{image}"
        );
        foreach (var outline in outlines)
        {
            var points = string.Join(' ', outline.Select(p => FormattableString.Invariant($"{p.U:0.#},{p.V:0.#}")));
            var thick = camera.Size.Width / 160.0;
            page.Append(
                CultureInfo.InvariantCulture,
                $"<polygon class=\"halo\" points=\"{points}\" stroke-width=\"{thick * 2:0.#}\"/><polygon class=\"outline\" points=\"{points}\" stroke-width=\"{thick:0.#}\"/>"
            );
        }

        page.Append(
            CultureInfo.InvariantCulture,
            $"</svg><figcaption>{Text(caption.En)} <span lang=\"zh\">{Text(caption.Zh)}</span></figcaption></figure>\n"
        );
    }

    private static string Share(AuditLane lane, string value) =>
        lane.Share(value) switch
        {
            null => "–",
            1 => "100 %",
            { } share => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(1000 * share) / 10:0.0} %"),
        };

    /// <summary>Shares count the time of which something was said; how long nothing was, stands beside them.</summary>
    private static string Unknown(AuditLane covered, AuditLane lit)
    {
        var most = Math.Max(covered.UnknownSeconds, lit.UnknownSeconds);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<td class=\"{(most > LittleSeconds ? "less" : "good")}\">{covered.UnknownSeconds:0} / {lit.UnknownSeconds:0}</td>"
        );
    }

    private static string Mark(AuditLane lane, string value) =>
        lane.Share(value) switch
        {
            null => "none",
            1 => "good",
            _ => "less",
        };

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
