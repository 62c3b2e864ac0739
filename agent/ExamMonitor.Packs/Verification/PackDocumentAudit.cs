using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Api;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;

namespace ExamMonitor.Packs.Verification;

/// <summary>Documents, calibrations, lanes, register and approvals against the entries of the ledger.</summary>
internal sealed class PackDocumentAudit(PackReading reading, PackReport report, PackFacts facts)
{
    /// <summary>Lanes are advanced once a second, footage is known by its arrival: what differs by less is no contradiction.</summary>
    private static readonly TimeSpan Allowance = TimeSpan.FromSeconds(5);

    private ILookup<string, string> _lists = Enumerable.Empty<string>().ToLookup(l => l, StringComparer.Ordinal);
    private ILookup<string, (long Number, string By)>? _approvals;

    public void Run(IReadOnlyDictionary<long, ParsedEntry> footage, CancellationToken cancellationToken)
    {
        foreach (var document in facts.Documents)
            CheckDocument(document, cancellationToken);
        foreach (var calibration in facts.Calibrations)
            CheckCalibration(calibration, cancellationToken);
        foreach (
            var path in reading.Source.Files.Keys.Where(f => f.StartsWith("lanes/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
        )
            CheckLanes(path, footage);
        CheckRegister();
    }

    private void CheckDocument(PackDocument document, CancellationToken cancellationToken)
    {
        if (!reading.Source.Files.ContainsKey(document.Path) || !reading.TryEntry(document.Entry, out _, out var entry))
            return;
        if (entry?.Facts?.GetValueOrDefault(document.Fact) == reading.Hash(document.Path, cancellationToken))
            return;
        var (kind, what) = PackListAudit.KindOf(document.Path);
        report.Add(kind, document.Path, string.Create(CultureInfo.InvariantCulture, $"{what}: entry {document.Entry} holds another hash."));
    }

    private void CheckCalibration(PackCalibration calibration, CancellationToken cancellationToken)
    {
        if (calibration.Entry is not { } number || !reading.TryEntry(number, out _, out var entry))
            return;
        using var all = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in calibration.Files)
            all.AppendData(
                file.Length > 0 && reading.Source.Files.ContainsKey(file)
                    ? Convert.FromHexString(reading.Hash(file, cancellationToken))
                    : new byte[SHA256.HashSizeInBytes]
            );
        if (entry?.Facts?.GetValueOrDefault("sha256") == Convert.ToHexStringLower(all.GetHashAndReset()))
            return;
        report.Add(
            PackFindingKind.CalibrationChanged,
            calibration.Files is [var first, ..] ? first : calibration.Room.Text,
            "Map and reference pictures are not those that a person signed."
        );
    }

    private void CheckLanes(string path, IReadOnlyDictionary<long, ParsedEntry> footage)
    {
        if (reading.Json<RoomLanes>(path) is not { } lanes)
        {
            report.Add(PackFindingKind.LanesChanged, path, "The lanes cannot be read.");
            return;
        }

        var held = footage.Values.Where(e => e.Kind == LedgerEntry.Segment && e.Room == lanes.Room.Text).OrderBy(e => e.Start).ToList();
        foreach (var station in lanes.Stations)
        {
            if (station.Recorded.FirstOrDefault(s => s.Value == true && !IsHeld(s, held)) is not { } span)
                continue;
            report.Add(
                PackFindingKind.LanesContradicted,
                path,
                $"Station {station.Station} is said to be recorded from {UtcJsonConverter.ToText(span.Start)}, and no camera of the room has footage of all of that."
            );
        }
    }

    private static bool IsHeld(LaneSpan span, List<ParsedEntry> held)
    {
        var at = span.Start;
        foreach (var entry in held)
        {
            if (entry.Start > at + Allowance)
                break;
            if (entry.End > at)
                at = entry.End.Value;
        }

        return at + Allowance >= span.End;
    }

    private void CheckRegister()
    {
        const string path = "register/register.jsonl";
        var lines = (reading.Text(path) ?? string.Empty).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var known = new HashSet<long>();
        foreach (var line in lines)
        {
            var record = Parse(line);
            if (record is not null)
                known.Add(record.Ledger);
            if (
                record is null
                || !reading.TryEntry(record.Ledger, out _, out var entry)
                || entry is null
                || DestructionRecord.Of(entry, record.Ledger) != record
            )
                report.Add(PackFindingKind.RegisterChanged, path, "A line of the register is not that of its entry.");
            else if (facts.TwoPersons && record.Code == "window-ended")
                CheckApproval(record);
        }

        foreach (
            var number in facts.Entries.Where(n =>
                !known.Contains(n) && reading.TryEntry(n, out _, out var e) && e?.Kind == LedgerEntry.Destruction
            )
        )
            report.Add(
                PackFindingKind.RegisterChanged,
                path,
                string.Create(CultureInfo.InvariantCulture, $"The destruction of entry {number} is not in the register.")
            );
    }

    private static DestructionRecord? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<DestructionRecord>(line, ContractJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Exam footage goes when two persons approved a list that names it, before it went.</summary>
    private void CheckApproval(DestructionRecord record)
    {
        _approvals ??= ReadApprovals();
        foreach (var digest in _lists[$"{record.Path} {record.Sha256}"])
        {
            var persons = _approvals[digest].Where(a => a.Number < record.Ledger).Select(a => a.By);
            if (persons.Distinct(StringComparer.OrdinalIgnoreCase).Take(Proposal.Persons).Count() == Proposal.Persons)
                return;
        }

        report.Add(
            PackFindingKind.ApprovalMissing,
            record.Path,
            "Exam footage was let go, and no list that names it was approved by two persons."
        );
    }

    /// <summary>Approvals by the digest of their list; lists that are what they are called are kept by their lines.</summary>
    private ILookup<string, (long Number, string By)> ReadApprovals()
    {
        var approvals = new List<(string Digest, long Number, string By)>();
        foreach (var number in facts.Entries)
        {
            if (!reading.TryEntry(number, out _, out var entry) || entry is not { Kind: "destruction-approved", Facts: { } said })
                continue;
            if (said.TryGetValue("line", out var line) && Approval(line) is { } approval)
                approvals.Add((approval.Digest, number, approval.By));
        }

        var lists = approvals
            .Select(a => a.Digest)
            .Distinct(StringComparer.Ordinal)
            .Select(d => (Digest: d, Path: $"register/approved-{d}.txt"))
            .Where(l => reading.Source.Files.ContainsKey(l.Path) && reading.Hash(l.Path, CancellationToken.None) == l.Digest);
        _lists = lists
            .SelectMany(l => (reading.Text(l.Path) ?? "").Split('\n').Select(line => (line, l.Digest)))
            .ToLookup(l => l.line, l => l.Digest, StringComparer.Ordinal);
        return approvals.ToLookup(a => a.Digest, a => (a.Number, a.By), StringComparer.Ordinal);
    }

    private static ApprovalLine? Approval(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<ApprovalLine>(line, ContractJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
