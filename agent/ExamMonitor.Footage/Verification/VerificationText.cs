using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using ExamMonitor.Contracts;

namespace ExamMonitor.Footage.Verification;

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
        foreach (var finding in report.Findings) Line($"{finding.Kind}  {finding.Subject}: {finding.Text}");
        Line($"content    {(report.ContentIntact ? "intact" : "NOT INTACT")}: {report.Segments} segments, {report.Bytes:N0} bytes");
        Line($"order      {(report.OrderProved ? "proved" : "NOT PROVED")}: {report.Entries} entries{(report.OrderProved ? ", nothing between two neighbours of a camera" : string.Empty)}");
        Line($"signature  {(report.SignatureHolds ? "holds" : "DOES NOT HOLD")}: {report.Heads} heads by key {report.KeyId}{(report.NewestHead is { } newest ? $", the newest of {newest:yyyy-MM-dd HH:mm:ss} UTC by the agent's own clock" : string.Empty)}");
        if (report.UncoveredEntries > 0) Line($"           {report.UncoveredEntries} entries after it are written down and not signed for yet");
        if (report.Anchors.Count == 0) Line($"anchored   {(report.AnchorsHold == false ? "NO STAMP HOLDS" : "nowhere")}: no time stamp confirms the time of a head");
        else Line($"anchored   {(report.AnchorsHold == true ? "yes" : "NOT ALL STAMPS HOLD")}: {report.Anchors.Count} time stamps");
        if (report.Anchors is [.., var last])
            Line($"           the newest: {last.Size} entries existed on {last.Time:yyyy-MM-dd HH:mm:ss} UTC by {last.Authority}{(last.Trusted is null ? " (its authority was not checked: --tsa-ca)" : string.Empty)}");
        if (report.Policy is { } policy) text.Append(PolicyText.ForPeople(policy, report.Entries));
        return text.ToString();
    }

    /// <summary>JSON, <see cref="SchemaName"/>.</summary>
    public static string ForPrograms(VerificationReport report)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            json.WriteString("schema", SchemaName);
            json.WriteBoolean("contentIntact", report.ContentIntact);
            json.WriteBoolean("orderProved", report.OrderProved);
            json.WriteBoolean("signatureHolds", report.SignatureHolds);
            if (report.AnchorsHold is { } hold) json.WriteBoolean("anchorsHold", hold);
            else json.WriteNull("anchorsHold");
            json.WriteString("keyId", report.KeyId);
            json.WriteNumber("segments", report.Segments);
            json.WriteNumber("bytes", report.Bytes);
            json.WriteNumber("entries", report.Entries);
            json.WriteNumber("heads", report.Heads);
            if (report.NewestHead is { } newest) json.WriteString("newestHead", UtcJsonConverter.ToText(newest));
            else json.WriteNull("newestHead");
            json.WriteNumber("uncoveredEntries", report.UncoveredEntries);
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

    private static void WriteAnchors(Utf8JsonWriter json, IReadOnlyList<VerifiedAnchor> anchors)
    {
        json.WriteStartArray("anchors");
        foreach (var anchor in anchors)
        {
            json.WriteStartObject();
            json.WriteString("authority", anchor.Authority);
            json.WriteString("time", UtcJsonConverter.ToText(anchor.Time));
            json.WriteNumber("size", anchor.Size);
            if (anchor.Trusted is { } trusted) json.WriteBoolean("trusted", trusted);
            else json.WriteNull("trusted");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
