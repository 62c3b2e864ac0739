using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Rules;
using ExamMonitor.Evidence.Volumes;

namespace ExamMonitor.Evidence.Verification;

/// <summary>
/// Derives the ground of each destruction again: the segment's own entry, the law as it stood at that entry, and the approvals. Believes
/// nothing that the destruction says of itself.
/// </summary>
/// <param name="volume">Root of the volume, for the lists that were approved.</param>
internal sealed class DestructionAudit(string volume)
{
    private const int ListsKept = 8;

    private readonly LawReplay _law = new();
    private readonly Dictionary<string, HashSet<string>?> _lists = new(StringComparer.Ordinal);

    /// <summary>Takes every entry, in order, before the next is judged.</summary>
    public void Take(ParsedEntry entry) => _law.Take(entry);

    /// <summary>What is wrong with a destruction; null when it was lawful.</summary>
    /// <param name="entry">Its entry.</param>
    /// <param name="number">Number of the entry.</param>
    /// <param name="held">What the segment's own entry says; null when the ledger holds no such segment at that point.</param>
    public VerificationFinding? Judge(ParsedEntry entry, long number, HeldSegment? held)
    {
        var where = string.Create(CultureInfo.InvariantCulture, $"Entry {number}");
        if (DestructionRecord.Of(entry, number) is not { } record || !ArchivePath.TryParse(record.Path, out var path))
            return Unfounded(
                entry.Facts?.GetValueOrDefault("path") ?? where,
                $"{where} is a destruction and does not say of which segment."
            );
        if (held is not { } segment)
            return Unfounded(record.Path, $"{where} lets a segment go that the ledger does not hold.");
        if (
            record.Sha256 != Convert.ToHexStringLower(segment.Sha256.ToArray())
            || record.Bytes != segment.SizeBytes
            || UnixMs.Of(record.Start) != segment.StartMs
            || UnixMs.Of(record.End) != segment.EndMs
            || record.Room != path.Room
            || record.Camera != path.Camera
        )
            return Unfounded(record.Path, $"{where} says something else of the segment than the segment's own entry.");
        try
        {
            return JudgeLaw(
                record,
                where,
                new(record.Segment, path.Room, path.Camera, UnixMs.ToUtc(segment.StartMs), UnixMs.ToUtc(segment.EndMs), segment.SizeBytes)
                {
                    Leaf = segment.Leaf,
                },
                entry.At
            );
        }
        catch (Exception e) when (e is ArgumentException or OverflowException or TimeZoneNotFoundException or InvalidTimeZoneException)
        {
            return Unfounded(record.Path, $"{where}: what the law said then cannot be derived here: {e.Message}");
        }
    }

    private VerificationFinding? JudgeLaw(DestructionRecord record, string where, FootageCandidate footage, DateTimeOffset at)
    {
        var decision = _law.Decide(at, footage, record.Code == IdleForSpaceCode);
        if (decision.Reason is KeptByHold hold)
            return new(
                FindingKind.DestructionHeld,
                record.Path,
                $"{where} let it go on {at:u} while hold {hold.Hold} stood: {hold.Reason}"
            );
        if (decision.Reason is KeptUndecided)
            return Unfounded(record.Path, $"{where} let it go, and the ledger then held no rules, sessions and holds that could be read.");
        if (decision.Verdict == RetentionVerdict.Keep)
            return new(
                FindingKind.DestructionEarly,
                record.Path,
                $"{where} let it go on {at:u}, before it was lawful. {decision.Reason.Text.En}"
            );
        var rule = decision.Reason is WindowEnded ended ? ended.By.Name : "idle";
        // Where the clock that dated it is in doubt, what the agent was allowed to believe is not in the ledger: that it may go is derived,
        // the name of the ground is not.
        // The agent counts ages some days later than this moment: what had to go by its age here went there because space was short.
        var isOlder = decision.Reason is IdleAged && record.Code == IdleForSpaceCode;
        if (decision.Footage.Made is null && ((decision.Reason.Code != record.Code && !isOlder) || rule != record.Rule))
            return Unfounded(
                record.Path,
                $"{where} names the ground {record.Code} ({record.Rule}); by the rules then in force it was {decision.Reason.Code} ({rule})."
            );
        return
            decision.Reason is WindowEnded
            && _law.TwoPersons
            && !_law.Approved(at).Any(d => ListOf(d)?.Contains($"{record.Path} {record.Sha256}") == true)
            ? new(
                FindingKind.DestructionUnapproved,
                record.Path,
                $"{where} let it go. Two persons had to approve that, and no list that two different persons approved and that lies under retention/proposals names it."
            )
            : null;
    }

    private static string IdleForSpaceCode { get; } = new IdleForSpace().Code;

    private static VerificationFinding Unfounded(string subject, string text) => new(FindingKind.DestructionUnfounded, subject, text);

    /// <summary>Lines of an approved list; null when it is gone, or is not the one that was approved.</summary>
    private HashSet<string>? ListOf(string digest)
    {
        if (_lists.TryGetValue(digest, out var known))
            return known;
        if (_lists.Count >= ListsKept)
            _lists.Clear();
        return _lists[digest] = Read(digest);
    }

    private HashSet<string>? Read(string digest)
    {
        if (digest.Length != 64 || !digest.All(char.IsAsciiHexDigitLower))
            return null;
        if (!PlainFiles.IsFile(volume, RetentionFiles.ListOf(digest)))
            return null;
        var file = new FileInfo(Path.Combine(volume, RetentionFiles.ListOf(digest)));
        if (file.Length > LineFiles.MaxBytes)
            return null;
        var bytes = File.ReadAllBytes(file.FullName);
        return Convert.ToHexStringLower(SHA256.HashData(bytes)) == digest
            ? [.. Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries)]
            : null;
    }
}
