using System.Security.Cryptography;
using System.Text.Json.Nodes;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Packs.Tests;

/// <summary>One row per way of tampering: what is done, what verifier and page find, and whether the hand commands stop.</summary>
internal static class TamperTable
{
    private const string Draw = "draw/draw.json";
    private const string C1 = "footage/2026/03-02/R1/C1/";

    public static readonly IReadOnlyList<(string Name, string Found, bool ByHand, Action<Tampering, PackSite> Do)> Rows =
    [
        ("ClipBit", "clip-changed", true, (t, _) => t.Flip(t.First(C1), 100)),
        ("ClipBitRelisted", "clip-changed list-changed", true, Relisted(t => t.Flip(t.First(C1), 100))),
        ("ClipsExchanged", "clip-swapped", true, (t, _) => t.Swap($"{C1}010000Z.mp4", $"{C1}010002Z.mp4")),
        ("ClipsExchangedRelisted", "clip-swapped list-changed", true, Relisted(t => t.Swap($"{C1}010000Z.mp4", $"{C1}010002Z.mp4"))),
        ("ClipTakenOut", "clip-missing", true, (t, _) => t.Drop($"{C1}010002Z.mp4")),
        (
            "ClipTakenOutRelisted",
            "clip-missing list-changed",
            true,
            Relisted(t =>
            {
                t.Drop($"{C1}010002Z.mp4");
                t.Facts(f => f with { Clips = [.. f.Clips.Where(c => c.Path != $"{C1}010002Z.mp4")] });
            })
        ),
        (
            "ClipAndEntryTakenOut",
            "day-lines-changed file-added list-changed order-broken",
            true,
            Relisted(t =>
            {
                t.Drop($"{C1}010002Z.mp4");
                t.Facts(f =>
                    f with
                    {
                        Clips = [.. f.Clips.Where(c => c.Path != $"{C1}010002Z.mp4")],
                        Entries = [.. f.Entries.Where(e => e != f.Clips.Single(c => c.Path == $"{C1}010002Z.mp4").Entry)],
                    }
                );
            })
        ),
        (
            "ClipOfAnotherTime",
            "clip-mislabelled list-changed",
            true,
            Relisted(t => t.Facts(f => f with { Clips = [f.Clips[0] with { Start = f.Clips[0].Start.AddHours(1) }, .. f.Clips.Skip(1)] }))
        ),
        ("GapNotListed", "gap-missing list-changed", true, Relisted(t => t.Facts(f => f with { Gaps = [.. f.Gaps.Skip(1)] }))),
        (
            "GapShortened",
            "gap-changed list-changed",
            true,
            Relisted(t => t.Facts(f => f with { Gaps = [f.Gaps[0] with { End = f.Gaps[0].End.AddSeconds(-19) }, .. f.Gaps.Skip(1)] }))
        ),
        (
            "DayLineEdited",
            "day-lines-changed list-changed",
            true,
            Relisted(t => t.Replace("days/2026/03-02/R1/C1.jsonl", "\"kind\":\"gap\"", "\"kind\":\"segment\""))
        ),
        ("CalibrationEdited", "calibration-changed", true, (t, _) => t.Replace("calibration/R1/map.json", "R1", "R2")),
        ("CalibrationRelisted", "calibration-changed list-changed", true, Relisted(t => t.Replace("calibration/R1/map.json", "R1", "R2"))),
        ("LaneEdited", "lanes-changed", true, (t, _) => t.Replace("lanes/R1.json", "camera:off", "camera:of")),
        (
            "LaneSaysRecordedInAGap",
            "lanes-contradicted list-changed",
            true,
            Relisted(t => t.Replace("lanes/R1.json", "\"value\":false,\"reason\":\"camera:off\"", "\"value\":true,\"reason\":null"))
        ),
        (
            "EntryEdited",
            "entry-unproved gap-changed",
            true,
            (t, _) =>
            {
                var entry = t.Files.Keys.First(k =>
                    k.StartsWith("proof/entries/", StringComparison.Ordinal)
                    && k.EndsWith(".json", StringComparison.Ordinal)
                    && t.Text(k).Contains("\"cause\":\"network\"", StringComparison.Ordinal)
                );
                t.Replace(entry, "\"cause\":\"network\"", "\"cause\":\"operator\"");
            }
        ),
        ("ProofTakenOut", "entry-unproved", true, (t, _) => t.Drop("proof/entries/1.inclusion.txt")),
        ("SignatureEdited", "head-not-signed", true, FlipSignature),
        ("HeadOfAnotherKey", "draw-changed draw-not-repeated head-not-signed key-changed wrong-key", true, OtherKey),
        (
            "OlderHeadPutIn",
            "consistency-broken entry-unproved export-unproved",
            true,
            (t, _) => t.Put(PackFormat.Head, (string)JsonNode.Parse(t.Text(Draw))!["head"]!)
        ),
        (
            "ListEdited",
            "list-changed",
            true,
            (t, _) =>
                t.Put(
                    "SHA256SUMS",
                    string.Concat(t.Text("SHA256SUMS").Split('\n', StringSplitOptions.RemoveEmptyEntries).Reverse().Select(l => l + "\n"))
                )
        ),
        (
            "DrawNumberEdited",
            "draw-not-repeated list-changed",
            true,
            Relisted(t => t.Replace(Draw, "\"number\":\"20260302\"", "\"number\":\"20260303\""))
        ),
        ("DrawSampleEdited", "draw-not-repeated list-changed", true, Relisted(t => t.Json(Draw, d => d["sample"]![0]!["unit"] = "S9"))),
        (
            "DrawPopulationEdited",
            "list-changed population-changed",
            true,
            Relisted(t => t.Replace("draw/population.jsonl", "\"S9\"", "\"T9\""))
        ),
        (
            "DrawReplacementWithoutReason",
            "list-changed replacement-unfounded",
            true,
            Relisted(t => t.Json(Draw, d => d["replacements"]![0]!["reason"] = " "))
        ),
        ("HeadBeforeTheDrawUnproved", "consistency-broken", true, (t, _) => t.Drop(t.First("proof/consistency/"))),
        ("ScoreEdited", "scores-changed", true, (t, _) => t.Replace(PackSite.Score, "\"points\":2", "\"points\":0")),
        ("ScoreRelisted", "list-changed scores-changed", true, Relisted(t => t.Replace(PackSite.Score, "\"points\":2", "\"points\":0"))),
        ("FindingRelisted", "findings-changed list-changed", true, Relisted(t => t.Replace(PackSite.Finding, "in-order", "issue"))),
        ("ScheduleRelisted", "list-changed schedule-changed", true, Relisted(t => t.Replace("schedule/1.json", "added", "cancelled"))),
        (
            "RegisterLineEdited",
            "list-changed register-changed",
            true,
            Relisted(t => t.Replace("register/register.jsonl", "job:sweep", "job:sweeq"))
        ),
        ("RegisterLineTakenOut", "list-changed register-changed", true, Relisted(t => t.Put("register/register.jsonl", ""))),
        (
            "SecondPersonTakenOut",
            "approval-missing file-added list-changed",
            true,
            Relisted(t =>
                t.Facts(f =>
                    f with
                    {
                        Entries =
                        [
                            .. f.Entries.Where(e =>
                                !t.Text(PackFormat.Entry(e)).Contains("\\\"by\\\":\\\"Ben\\\"", StringComparison.Ordinal)
                                && !t.Text(PackFormat.Entry(e)).Contains("Ben", StringComparison.Ordinal)
                            ),
                        ],
                    }
                )
            )
        ),
        ("FileAdded", "file-added", true, (t, _) => t.Put("evaluation/letter.txt", "Well done.")),
        ("PageEdited", "page-changed", true, (t, _) => t.Replace("proof-audit.js", "this.add(", "void (")),
        ("InstructionsEdited", "instructions-changed", true, (t, _) => t.Replace("VERIFY.md", "by hand", "by faith")),
        ("SessionEdited", "sessions-changed", true, (t, _) => t.Replace("sessions/S1.json", "S1", "S2")),
        ("FindingEdited", "findings-changed", true, (t, _) => t.Replace(PackSite.Finding, "in-order", "issue")),
        ("ClipCutShort", "clip-changed", true, (t, _) => t.Cut(t.First(C1), 12)),
        ("ProofOfAFileAdded", "file-added", true, (t, _) => t.Put("proof/READ-ME-FIRST.html", "Well done.")),
        ("EntryOfNobodyAdded", "file-added", true, (t, _) => t.Put("proof/entries/999999.json", "{}")),
        (
            "ConsistencyEdited",
            "consistency-broken",
            true,
            (t, _) =>
            {
                var path = t.First("proof/consistency/");
                var hash = Convert.FromBase64String(t.Text(path).Split('\n')[0]);
                hash[5] ^= 1;
                t.Put(path, string.Join('\n', [Convert.ToBase64String(hash), .. t.Text(path).Split('\n').Skip(1)]));
            }
        ),
        ("ExportEdited", "export-unproved", true, (t, _) => t.Replace(PackFormat.Export, "\"Li\"", "\"Wu\"")),
        (
            "EntriesExchanged",
            "clip-mislabelled entry-unproved order-broken",
            true,
            (t, _) => t.Swap(t.EntryOf("\"path\":\"2026/03-02/R1/C1/010000Z.mp4\""), t.EntryOf("\"path\":\"2026/03-02/R1/C1/010002Z.mp4\""))
        ),
        (
            "TimeAskedForNarrowed",
            "list-changed",
            true,
            Relisted(t => t.Facts(f => f with { Scope = [f.Scope[0] with { To = f.Scope[0].To.AddSeconds(-20) }] }))
        ),
        (
            "CameraNotAskedFor",
            "list-changed",
            true,
            Relisted(t => t.Facts(f => f with { Scope = [f.Scope[0] with { Cameras = [f.Scope[0].Cameras[0]] }] }))
        ),
        ("TwoPersonsDenied", "list-changed", true, Relisted(t => t.Facts(f => f with { TwoPersons = false }))),
        (
            "ClipExcused",
            "list-changed",
            true,
            Relisted(t =>
            {
                t.Drop($"{C1}010002Z.mp4");
                t.Facts(f =>
                {
                    var gone = f.Clips.Single(c => c.Path == $"{C1}010002Z.mp4");
                    return f with
                    {
                        Clips = [.. f.Clips.Where(c => c != gone)],
                        Missing = [.. f.Missing, new(gone.Entry, gone.Path[8..], "second-tier")],
                    };
                });
            })
        ),
        (
            "ApprovedListEdited",
            "approval-missing list-changed",
            true,
            Relisted(t => t.Replace(t.First("register/approved-"), ".mp4 ", ".mp5 "))
        ),
        (
            "GapOfAnotherCause",
            "gap-changed list-changed",
            true,
            Relisted(t => t.Facts(f => f with { Gaps = [f.Gaps[0] with { Cause = "operator" }, .. f.Gaps.Skip(1)] }))
        ),
        (
            "CalibrationDisowned",
            "list-changed",
            true,
            Relisted(t => t.Facts(f => f with { Calibrations = [f.Calibrations[0] with { Entry = null }] }))
        ),
        ("ReferencePictureExchanged", "calibration-changed list-changed", true, Relisted(t => t.Flip("calibration/R1/C1.png", 1))),
        ("SessionTakenOut", "file-missing", true, (t, _) => t.Drop("sessions/S1.json")),
        ("DrawTakenOut", "file-missing", true, (t, _) => t.Drop(Draw)),
        ("DrawSecretEdited", "draw-not-repeated list-changed", true, Relisted(t => t.Json(Draw, d => d["secret"] = new string('0', 64)))),
        (
            "DrawReplacementOfAnother",
            "list-changed replacement-unfounded",
            true,
            Relisted(t => t.Json(Draw, d => d["replacements"]![0]!["person"] = "Wu"))
        ),
        (
            "KeyExchanged",
            "key-changed wrong-key",
            true,
            (t, _) =>
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                t.Put(PackFormat.Key, key.ExportSubjectPublicKeyInfoPem() + "\n");
            }
        ),
        (
            "HeadOfAnotherTime",
            "head-not-signed",
            true,
            (t, _) => PutHead(t, t.Text(PackFormat.Head).Replace("2026-03-03", "2026-03-04", StringComparison.Ordinal))
        ),
        ("PersonEdited", "facts-changed list-changed", true, Relisted(t => t.Facts(f => f with { MadeBy = "Wu" }))),
    ];

    private static Action<Tampering, PackSite> Relisted(Action<Tampering> change) =>
        (t, _) =>
        {
            change(t);
            t.Relist();
        };

    private static void FlipSignature(Tampering t, PackSite site)
    {
        var lines = t.Text(PackFormat.Head).Split('\n');
        for (var i = 5; i < 7; i++)
        {
            var parts = lines[i].Split(' ');
            var blob = Convert.FromBase64String(parts[2]);
            blob[^1] ^= 1;
            lines[i] = $"{parts[0]} {parts[1]} {Convert.ToBase64String(blob)}";
        }

        PutHead(t, string.Join('\n', lines));
    }

    /// <summary>Somebody who has no key of the agent signs the same head with one of their own.</summary>
    private static void OtherKey(Tampering t, PackSite site)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var text = t.Text(PackFormat.Head);
        t.Put(PackFormat.Key, key.ExportSubjectPublicKeyInfoPem() + "\n");
        PutHead(t, SignedNote.Sign(text[..(text.IndexOf("\n\n", StringComparison.Ordinal) + 1)], PackSite.Origin, key).Format());
        // The draw's own head is signed again, too.
        t.Json(
            Draw,
            d =>
            {
                var head = (string)d["head"]!;
                d["head"] = SignedNote.Sign(head[..(head.IndexOf("\n\n", StringComparison.Ordinal) + 1)], PackSite.Origin, key).Format();
            }
        );
    }

    /// <summary>Head and every proof that leads to it.</summary>
    private static void PutHead(Tampering t, string note)
    {
        t.Put(PackFormat.Head, note);
        foreach (var path in t.Files.Keys.Where(k => k.EndsWith(".inclusion.txt", StringComparison.Ordinal)).ToList())
            t.Put(path, t.Text(path)[..(t.Text(path).IndexOf("\n\n", StringComparison.Ordinal) + 2)] + note);
    }
}
