using System.Buffers;
using System.Text.Json;
using ExamMonitor.Coverage.Judging;

namespace ExamMonitor.Coverage.Auditing;

/// <summary>
/// Writes a verdict as a line of <c>verdicts.jsonl</c>:
/// <c>{"t":31.0,"camera":"C1","health":["ok"],"stations":{"S01":{"covered":true,…}}}</c>.
/// </summary>
internal static class AuditLine
{
    public static void Write(IBufferWriter<byte> to, double seconds, CameraVerdict verdict)
    {
        using (var json = new Utf8JsonWriter(to))
        {
            json.WriteStartObject();
            json.WriteNumber("t", Math.Round(seconds, 3));
            json.WriteString("camera", verdict.Camera.Text);
            json.WriteStartArray("health");
            foreach (var health in verdict.Health)
                json.WriteStringValue(Sentences.Word(health));
            json.WriteEndArray();
            if (verdict.Text is { } text)
                json.WriteString("text", text.En);
            json.WriteStartObject("stations");
            foreach (var station in verdict.Stations)
                WriteStation(json, station);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        to.Write("\n"u8);
    }

    private static void WriteStation(Utf8JsonWriter json, StationVerdict station)
    {
        json.WriteStartObject(station.Station.Text);
        WriteTriple(json, "covered", station.Covered);
        if (station.Visible is { } visible)
            json.WriteNumber("visible", Math.Round(visible, 2));
        WriteTriple(json, "lit", station.Lit);
        if (station.PxPerMetre is { } density)
            json.WriteNumber("pxPerM", Math.Round(density, 1));
        if (station.Reason is { } reason)
            json.WriteString("reason", reason);
        json.WriteEndObject();
    }

    private static void WriteTriple(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            json.WriteNull(name);
    }
}
