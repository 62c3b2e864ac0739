using System.Globalization;
using System.Text;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Transparency;

namespace ExamMonitor.Evidence.Verification;

/// <summary>Says which witnesses vouch, up to which entry and time.</summary>
public static class PolicyText
{
    /// <summary>Lines of the report.</summary>
    /// <param name="policy">What the witnesses say.</param>
    /// <param name="entries">Entries of the ledger.</param>
    public static string ForPeople(PolicyReport policy, long entries)
    {
        var text = new StringBuilder();
        void Line(FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
        if (policy.Met is not { } met)
            Line($"witnesses  POLICY NOT MET: no head has the cosignatures that it asks for");
        else if (met.NotLaterThan is not { } bound)
            Line($"witnesses  policy met up to entry {met.Size}; it asks for no witness");
        else
            Line(
                $"witnesses  policy met: {met.Size} entries existed not later than {bound:yyyy-MM-dd HH:mm:ss} UTC, by the witnesses' clocks"
            );
        foreach (var witness in policy.Witnesses)
        {
            if (witness is { Size: { } size, Time: { } time })
                Line($"           {witness.Name} ({witness.Key}): {size} entries, {time:yyyy-MM-dd HH:mm:ss} UTC");
            else
                Line($"           {witness.Name} ({witness.Key}): vouches for nothing here");
        }

        if (policy.Met is { } head && head.Size < entries)
            Line($"           {entries - head.Size} entries after it: no quorum of witnesses vouches for them yet");
        return text.ToString();
    }

    /// <summary>Judges one head, and writes the line of it.</summary>
    /// <returns>Whether the policy is met.</returns>
    public static bool Write(TextWriter output, WitnessPolicy policy, string note, Checkpoint head)
    {
        if (!SignedNote.TryParse(note, out var signed))
            return false;
        var verdict = policy.Judge(signed);
        var vouches = policy.Witnesses.Select(w =>
            verdict.Cosignatures.FirstOrDefault(c => c.Witness == w.Name) is { } c
                ? new WitnessVouch(w.Name, w.Key.Name, head.Size, c.Time)
                : new(w.Name, w.Key.Name, null, null)
        );
        output.Write(ForPeople(new([.. vouches], verdict.IsMet ? new(head.Size, head.Time, verdict.NotLaterThan) : null), head.Size));
        foreach (var name in verdict.Failing)
            output.WriteLine($"           {name}: its cosignature DOES NOT HOLD");
        return verdict.IsMet;
    }

    /// <summary>Member <c>policy</c> of the report for programs; null when no policy was given.</summary>
    internal static void Write(Utf8JsonWriter json, PolicyReport? policy)
    {
        if (policy is null)
        {
            json.WriteNull("policy");
            return;
        }

        json.WriteStartObject("policy");
        json.WriteBoolean("met", policy.Met is not null);
        WriteNumber(json, "size", policy.Met?.Size);
        WriteTime(json, "notLaterThan", policy.Met?.NotLaterThan);
        json.WriteStartArray("witnesses");
        foreach (var witness in policy.Witnesses)
        {
            json.WriteStartObject();
            json.WriteString("name", witness.Name);
            json.WriteString("key", witness.Key);
            WriteNumber(json, "size", witness.Size);
            WriteTime(json, "time", witness.Time);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } number)
            json.WriteNumber(name, number);
        else
            json.WriteNull(name);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? value)
    {
        if (value is { } time)
            json.WriteString(name, UtcJsonConverter.ToText(time));
        else
            json.WriteNull(name);
    }
}
