namespace ExamMonitor.CommandLine.Auditing.Report;

/// <summary>
/// How the report looks. Colours are told apart without seeing red and green, and what does not hold is also hatched or written.
/// </summary>
internal static class ReportStyle
{
    /// <summary>The style sheet.</summary>
    public const string Css = """
        :root { --ink: #1a1f24; --paper: #fff; --line: #c9d1d9; --soft: #f3f5f7; --ok: #00875a; --bad: #c44700; --unknown: #8a939c; }
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 1100px; padding: 1.5rem; color: var(--ink); background: var(--paper); font: 15px/1.5 system-ui, "Noto Sans", "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; }
        h1 { font-size: 1.5rem; margin: 0 0 .5rem; } h2 { font-size: 1.2rem; margin: 2rem 0 .5rem; border-bottom: 2px solid var(--line); } h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; } h4 { font-size: 1rem; margin: 0 0 .25rem; }
        [lang=zh] { color: #4a545e; } h1 [lang=zh], h2 [lang=zh], h3 [lang=zh] { font-weight: normal; }
        table { border-collapse: collapse; margin: .75rem 0; } caption { text-align: left; font-weight: 600; padding: .25rem 0; }
        th, td { border: 1px solid var(--line); padding: .25rem .6rem; text-align: left; font-variant-numeric: tabular-nums; } thead th { background: var(--soft); }
        td.less { color: var(--bad); font-weight: 600; }
        .key { display: inline-block; width: 1.4em; height: .8em; margin: 0 .2em 0 .8em; border: 1px solid #0006; }
        .key.ok { background: var(--ok); } .key.bad { background: var(--bad); } .key.unknown { background: repeating-linear-gradient(135deg, #fff 0 2px, var(--unknown) 2px 4px); }
        .timeline { width: 100%; height: auto; background: var(--soft); border: 1px solid var(--line); }
        .timeline rect.ok { fill: var(--ok); } .timeline rect.bad { fill: var(--bad); } .timeline rect.unknown { fill: #fff; stroke: var(--unknown); stroke-width: 1; stroke-dasharray: 2 2; }
        .timeline .lane { font-size: 11px; text-anchor: end; } .timeline .time { font-size: 11px; text-anchor: middle; } .timeline .tick { stroke: #0003; stroke-width: 1; }
        .store { position: absolute; width: 0; height: 0; }
        article { border: 1px solid var(--line); border-radius: 4px; padding: .75rem; margin: .75rem 0; break-inside: avoid; } article p { margin: 0 0 .5rem; }
        .pair { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; } figure { margin: 0; } figure svg { width: 100%; height: auto; display: block; border: 1px solid var(--line); } figcaption { font-size: .9rem; }
        .outline { fill: none; stroke: #ffb000; } .halo { fill: none; stroke: #000; }
        @media (max-width: 640px) { .pair { grid-template-columns: 1fr; } }
        @media print { body { max-width: none; padding: 0; font-size: 11px; } * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } h2, h3 { break-after: avoid; } a { color: inherit; text-decoration: none; } }
        """;
}
