using System.CommandLine;
using System.Security.Cryptography;
using ExamMonitor.Contracts.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Evidence.Volumes;
using ExamMonitor.Packs.Verification;

namespace ExamMonitor.Verify;

/// <summary><c>exam-monitor-verify pack</c>: docs/protocol/pack.md.</summary>
internal static class PackCommand
{
    public static Command Create()
    {
        var pack = new Argument<string>("pack") { Description = "Evidence pack: the archive, or the folder into which it was unpacked." };
        var key = new Option<FileInfo?>("--key")
        {
            Description =
                "Public key of the agent that you got on another way: PEM. Left out, the key in the pack is believed, and the report says so.",
        };
        var heads = new Option<string[]>("--head")
        {
            Description =
                "Head that somebody else kept: a file, or the text that was typed or scanned from a session record sheet. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var proofs = new Option<FileInfo[]>("--consistency")
        {
            Description =
                "Answer of the agent's /api/v1/ledger/consistency between the pack's head and one of --head: a file. May be given several times.",
            DefaultValueFactory = _ => [],
        };
        var policy = new Option<FileInfo?>("--policy")
        {
            Description = "Which witnesses must have cosigned: a file as in c2sp.org/tlog-policy (docs/protocol/witness.md).",
        };
        var json = new Option<bool>("--json") { Description = "Print the report as JSON." };
        var command = new Command(
            "pack",
            "Verifies an evidence pack, and says what is proved, who could have forged it, and what is not proved."
        )
        {
            pack,
            key,
            heads,
            proofs,
            policy,
            json,
        };
        command.SetAction(
            (parsed, token) =>
                Task.FromResult(
                    Run(
                        new(
                            parsed.GetRequiredValue(pack),
                            parsed.GetValue(key),
                            parsed.GetRequiredValue(heads),
                            parsed.GetRequiredValue(proofs),
                            parsed.GetValue(policy),
                            parsed.GetValue(json)
                        ),
                        token
                    )
                )
        );
        return command;
    }

    private static int Run(Order order, CancellationToken cancellationToken)
    {
        try
        {
            using var key = order.Key is { } file ? VerificationFiles.ReadKey(file) : null;
            var report = PackVerifier.Run(order.Pack, TermsOf(order, key), null, cancellationToken);
            Console.Out.Write(order.Json ? PackText.ForPrograms(report) : PackText.ForPeople(report));
            return report.Findings.Count == 0 ? 0 : 1;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or FootageException)
        {
            Console.Error.WriteLine($"The pack could not be verified: {e.Message}");
            return 2;
        }
    }

    private static PackTerms TermsOf(Order order, ECDsa? key)
    {
        var consistency = new Dictionary<long, IReadOnlyList<TreeHash>>();
        foreach (var proof in order.Proofs.Select(p => OutsideHeads.ReadProof(p.FullName)))
        {
            // The file does not say which of the two is the pack's: it serves for both.
            consistency[proof.From] = proof.Hashes;
            consistency[proof.To] = proof.Hashes;
        }

        return new(key, [.. order.Heads.Select(OutsideHeads.Read)], VerificationFiles.ReadPolicy(order.Policy), consistency);
    }

    private sealed record Order(string Pack, FileInfo? Key, string[] Heads, FileInfo[] Proofs, FileInfo? Policy, bool Json);
}
