namespace ExamMonitor.Exams.Schedule.Reading;

/// <summary>A component of a calendar with its content lines, BEGIN and END not among them.</summary>
/// <param name="Line">Line of its BEGIN.</param>
/// <param name="Lines">Its lines; those of a VTIMEZONE with what lies inside.</param>
internal sealed record IcsComponent(int Line, List<IcsLine> Lines)
{
    /// <summary>First line of a name; null when there is none.</summary>
    public IcsLine? Find(string name) => Lines.Find(l => l.Name == name);
}

/// <summary>An iCalendar file by its components (RFC 5545 §3.4, §3.6): events and time zones; of the others nothing is read.</summary>
/// <param name="Events">Events in order.</param>
/// <param name="Zones">Time zones that the file defines, by their names.</param>
/// <param name="IsCancellation">The whole file calls its events off.</param>
internal sealed record IcsFile(IReadOnlyList<IcsComponent> Events, IReadOnlyDictionary<string, IcsComponent> Zones, bool IsCancellation)
{
    private const int DeepestNesting = 8;
    private static readonly LocalText ExportAgain = new("Export the calendar again.", "请重新导出日历。");

    /// <summary>
    /// Takes the file apart; what is wrong with its form, or would change the meaning of what is read, becomes a finding.
    /// </summary>
    public static IcsFile Read(ReadOnlySpan<byte> bytes, ScheduleFindings findings)
    {
        var events = new List<IcsComponent>();
        var zones = new Dictionary<string, IcsComponent>(StringComparer.Ordinal);
        var inside = new Stack<string>();
        var (any, cancels) = (false, false);
        IcsComponent? open = null;
        foreach (var line in IcsLines.Read(bytes, findings))
        {
            var name = line.Value.Trim().ToUpperInvariant();
            if (line.Name == "BEGIN")
            {
                if (inside.Count > DeepestNesting)
                    break;
                any |= name == "VCALENDAR";
                if (inside.Count == 1)
                    open = name is "VEVENT" or "VTIMEZONE" ? new(line.Line, []) : null;
                else if (name != "VCALENDAR" && inside.Contains("VTIMEZONE"))
                    open?.Lines.Add(line);
                inside.Push(name);
            }
            else if (line.Name == "END")
            {
                if (inside.Count == 0 || inside.Pop() != name)
                    findings.Error(line.Line, "END", new("This END has no BEGIN.", "此 END 没有对应的 BEGIN。"), ExportAgain);
                else if (inside.Count > 1 && inside.Contains("VTIMEZONE"))
                    open?.Lines.Add(line);
                else if (inside.Count == 1 && open is not null)
                {
                    if (name == "VEVENT")
                        events.Add(open);
                    else if (open.Find("TZID") is { } id)
                        zones[id.Value.Trim()] = open;
                    open = null;
                }
            }
            else if (inside.Count == 1)
            {
                cancels |= OfCalendar(line, findings);
            }
            else if (inside.Count > 1 && (inside.Peek() == "VEVENT" || inside.Contains("VTIMEZONE")))
            {
                open?.Lines.Add(line);
            }
        }

        if (!any || inside.Count > 0)
            findings.Error(
                0,
                string.Empty,
                new("The file is no whole iCalendar.", "文件不是完整的 iCalendar。"),
                new(
                    "It begins with BEGIN:VCALENDAR and ends with END:VCALENDAR; export it again.",
                    "应以 BEGIN:VCALENDAR 开头、END:VCALENDAR 结尾；请重新导出。"
                )
            );
        return new(events, zones, cancels);
    }

    /// <summary>Whether a property of the calendar calls its events off. One that gives dates another meaning is refused.</summary>
    private static bool OfCalendar(IcsLine line, ScheduleFindings findings)
    {
        var value = line.Value.Trim().ToUpperInvariant();
        var known = line.Name switch
        {
            "VERSION" => value == "2.0",
            "CALSCALE" => value == "GREGORIAN",
            "METHOD" => value is "PUBLISH" or "REQUEST" or "ADD" or "CANCEL",
            _ => true,
        };
        if (!known)
            findings.Error(
                line.Line,
                line.Name,
                new($"{line.Name}:{line.Value.Trim()} is not read.", $"不支持 {line.Name}:{line.Value.Trim()}。"),
                new(
                    "Export the calendar as iCalendar 2.0 (RFC 5545), published, with Gregorian dates.",
                    "请导出为 iCalendar 2.0（RFC 5545）、公历、发布方式的日历。"
                )
            );
        return line.Name == "METHOD" && value == "CANCEL";
    }
}
