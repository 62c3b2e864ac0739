using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ExamMonitor.Contracts;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Writes a report for a person or for a program.</summary>
public static class VerificationText
{
    /// <summary>Name of the machine-readable form.</summary>
    public const string SchemaName = "exam-monitor/verification/1";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.Create(UnicodeRanges.All) };

    /// <summary>Each question with its own answer; findings first.</summary>
    public static string ForPeople(VerificationReport report)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var line in Forgery(report))
            text.Append(line).Append('\n');
        foreach (var line in Words(report))
            Line(line);
        foreach (var finding in report.Findings)
            Line($"{finding.Kind}  {finding.Subject}: {finding.Text}");
        var content =
            !report.ContentIntact ? "NOT INTACT"
            : report.ContentProved ? "intact"
            : "NOT PROVED";
        Line($"content    {content}: {report.Segments} segments, {report.Bytes:N0} bytes");
        Line(
            $"destroyed  {(report.DestructionsLawful ? "lawful" : "NOT ALL LAWFUL")}: {report.Destructions} destructions, each derived again from register, rules, sessions, holds and approvals"
        );
        Line(
            $"lines      {(report.LinesIntact ? "intact" : "NOT INTACT")}: day lines, registers, rules, sessions, holds, approvals, schedule and statements against the ledger"
        );
        if (report.OrderProved)
            Line($"order      proved: {report.Entries} entries, nothing between two neighbours of a camera");
        else
            Line($"order      NOT PROVED: {report.Entries} entries");
        Line(
            $"signature  {(report.SignatureHolds ? "holds" : "DOES NOT HOLD")}: {report.Heads} heads by key {report.KeyId}{(report.NewestHead is { } newest ? $", the newest of {newest:yyyy-MM-dd HH:mm:ss} UTC by the agent's own clock" : string.Empty)}"
        );
        if (report.UncoveredEntries > 0)
            Line(
                $"unproved   {report.UncoveredEntries} entries not yet signed: claimed, not proved. They excuse nothing; start the agent, which signs what it wrote itself"
            );
        if (report.Anchors.Count == 0)
            Line($"anchored   {(report.AnchorsHold == false ? "NO STAMP HOLDS" : "nowhere")}: no time stamp confirms the time of a head");
        else
            Line($"anchored   {(report.AnchorsHold == true ? "yes" : "NOT ALL STAMPS HOLD")}: {report.Anchors.Count} time stamps");
        if (report.Anchors is [.., var last])
            Line(
                $"           the newest: {last.Size} entries existed on {last.Time:yyyy-MM-dd HH:mm:ss} UTC by {last.Authority}{(last.Trusted is null ? " (its authority was not checked: --tsa-ca)" : string.Empty)}"
            );
        if (report.Policy is { } policy)
            text.Append(PolicyText.ForPeople(policy, report.Entries));
        return text.ToString();
    }

    /// <summary>Who could have forged this, in English and Chinese: the first thing that is said.</summary>
    public static IReadOnlyList<string> Forgery(VerificationReport report)
    {
        FormattableString[] lines = report.Outside is not { } outside
            ?
            [
                $"forgery    no head from outside: the holder of this machine's key could have rewritten everything. Give a head that somebody else kept (--head), or trust a time stamp authority (--tsa-ca).",
                $"           没有来自外部的检查点：持有本机密钥的人可以改写全部内容。请提供他人保存的检查点（--head），或指定可信的时间戳机构（--tsa-ca）。",
            ]
            :
            [
                $"forgery    up to entry {outside.Size - 1} nobody can have rewritten anything, not even with this machine's key, since {Source(outside)}.",
                $"           自 {outside.Time:yyyy-MM-dd HH:mm:ss} UTC（{outside.Authority ?? "由他人保存的检查点"}）起，任何人（包括持有本机密钥的人）都无法改写第 {outside.Size - 1} 条及以前的记录。",
                .. Later(report.Entries - outside.Size),
            ];
        return [.. lines.Select(l => l.ToString(CultureInfo.InvariantCulture))];
    }

    /// <summary>What rests on somebody's word: numbers that a reader must know, faults or not.</summary>
    private static IEnumerable<FormattableString> Words(VerificationReport report)
    {
        var (start, volume, recovered) = report.Sources;
        yield return $"entered    {start} segments or gaps on the word of the index after a restart, {volume} on the word of the volume alone; {recovered} segments cut after a crash";
        foreach (var vouch in report.Vouches)
            yield return $"clock      {vouch.By} vouched for {vouch.Wall:yyyy-MM-dd HH:mm:ss} UTC (entry {vouch.Entry}): {vouch.Destructions} destructions rest on that word";
        foreach (var key in report.ReplacedKeys)
            yield return $"key        {key.By} replaced it (entry {key.Entry}): {(key.IsVouched ? "the key before vouches for that" : key.IsProved ? "the key before signed what stood before, and does not vouch for the new one" : "NO EARLIER KEY PROVES WHAT STOOD BEFORE")}";
    }

    /// <summary>JSON, <see cref="SchemaName"/>.</summary>
    public static string ForPrograms(VerificationReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("schema", SchemaName);
            WriteOutside(json, report);
            json.WriteBoolean("contentIntact", report.ContentIntact);
            json.WriteBoolean("contentProved", report.ContentProved);
            json.WriteBoolean("destructionsLawful", report.DestructionsLawful);
            json.WriteBoolean("linesIntact", report.LinesIntact);
            json.WriteBoolean("orderProved", report.OrderProved);
            json.WriteBoolean("signatureHolds", report.SignatureHolds);
            if (report.AnchorsHold is { } hold)
                json.WriteBoolean("anchorsHold", hold);
            else
                json.WriteNull("anchorsHold");
            json.WriteString("keyId", report.KeyId);
            json.WriteNumber("segments", report.Segments);
            json.WriteNumber("bytes", report.Bytes);
            json.WriteNumber("entries", report.Entries);
            json.WriteNumber("heads", report.Heads);
            if (report.NewestHead is { } newest)
                json.WriteString("newestHead", UtcJsonConverter.ToText(newest));
            else
                json.WriteNull("newestHead");
            json.WriteNumber("uncoveredEntries", report.UncoveredEntries);
            json.WriteNumber("destructions", report.Destructions);
            json.WriteNumber("enteredAtStart", report.Sources.Start);
            json.WriteNumber("enteredFromVolume", report.Sources.Volume);
            json.WriteNumber("recovered", report.Sources.Recovered);
            json.WriteNumber("vouchedDestructions", report.Vouches.Sum(v => v.Destructions));
            json.WriteNumber("replacedKeys", report.ReplacedKeys.Count);
            WriteAnchors(json, report.Anchors);
            PolicyText.Write(json, report.Policy);
            json.WriteStartArray("findings");
            foreach (var finding in report.Findings)
            {
                json.WriteStartObject();
                json.WriteString("kind", JsonNamingPolicy.KebabCaseLower.ConvertName(finding.Kind.ToString()));
                json.WriteString("subject", finding.Subject);
                json.WriteString("text", finding.Text);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static string Source(OutsideHead outside)
    {
        var time = outside.Time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return outside.Authority is { } authority
            ? $"{authority} stamped the head on {time} UTC"
            : $"the head of {time} UTC (by the agent's own clock) was handed out";
    }

    private static FormattableString[] Later(long entries) =>
        entries <= 0
            ? []
            :
            [
                $"           {entries} later entries: the holder of this machine's key could have rewritten them.",
                $"           其后 {entries} 条记录：持有本机密钥的人可以改写。",
            ];

    private static void WriteOutside(Utf8JsonWriter json, VerificationReport report)
    {
        json.WritePropertyName("outside");
        if (report.Outside is not { } outside)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteNumber("size", outside.Size);
        json.WriteString("time", UtcJsonConverter.ToText(outside.Time));
        if (outside.Authority is { } authority)
            json.WriteString("authority", authority);
        else
            json.WriteNull("authority");
        json.WriteNumber("later", report.Entries - outside.Size);
        json.WriteEndObject();
    }

    private static void WriteAnchors(Utf8JsonWriter json, IReadOnlyList<VerifiedAnchor> anchors)
    {
        json.WriteStartArray("anchors");
        foreach (var anchor in anchors)
        {
            json.WriteStartObject();
            json.WriteString("authority", anchor.Authority);
            json.WriteString("time", UtcJsonConverter.ToText(anchor.Time));
            json.WriteNumber("size", anchor.Size);
            if (anchor.Trusted is { } trusted)
                json.WriteBoolean("trusted", trusted);
            else
                json.WriteNull("trusted");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
