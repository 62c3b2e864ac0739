using System.CommandLine;
using System.Text;
using ExamMonitor.Evidence.Ledger;
using ExamMonitor.Evidence.Verification;
using ExamMonitor.Hosting;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.CommandLine.Commands;

/// <summary><c>ledger</c>: head, key, entries, proofs, beside a working agent.</summary>
internal static class LedgerCommand
{
    /// <summary>The command with its own commands.</summary>
    public static Command Create() =>
        new(
            "ledger",
            """
            Reads the ledger: head, key, entries, proofs. Changes nothing but with restore and new-key; may run beside a working agent. Speaks of what the newest signed head covers.

            Examples:
              exam-monitor-agent ledger head --config agent.yaml
              exam-monitor-agent ledger list --config agent.yaml --from 4096 --count 10
              exam-monitor-agent ledger prove 4812 --config agent.yaml --out evidence/
              exam-monitor-agent ledger acknowledge --config agent.yaml --who "Li Na" --reason "disk replaced, copies compared"
            """
        )
        {
            CreateHead(),
            CreateKey(),
            CreateList(),
            CreateShow(),
            CreateProve(),
            ScrubCommands.CreateScrub(),
            ScrubCommands.CreateAcknowledge(),
            LedgerCareCommands.CreateRestore(),
            LedgerCareCommands.CreateNewKey(),
        };

    private static Command CreateHead()
    {
        var configuration = AgentCommand.Configuration();
        var command = new Command("head", "Prints the newest signed head, as it is.") { configuration };
        command.SetAction(
            (r, cancellationToken) =>
                WithLedgerAsync(r, configuration, (ledger, console) => console.Output.Write(ledger.Note), cancellationToken)
        );
        return command;
    }

    private static Command CreateKey()
    {
        var configuration = AgentCommand.Configuration();
        var vkey = new Option<bool>("--vkey")
        {
            Description = "Print the verifier key for standard witnesses and policies instead (Ed25519, c2sp.org/signed-note).",
        };
        var command = new Command("key", "Prints the public key that signs, PEM. Keep a copy elsewhere: it is what others verify with.")
        {
            configuration,
            vkey,
        };
        command.SetAction(
            (r, cancellationToken) =>
                OpenAsync(
                    r,
                    configuration,
                    (folder, _, console) =>
                    {
                        if (r.GetValue(vkey))
                        {
                            var options = ConfigurationFile.Read(r.GetValue(configuration)!.FullName).Options;
                            using var standard = StandardLedgerKey.Read(
                                StandardLedgerKey.PathFor(folder.LedgerKey),
                                Contracts.Ledger.Checkpoint.OriginOf(options.Site, options.Agent)
                            );
                            console.Output.Write(standard.LogKey + "\n");
                            return;
                        }

                        using var key = VerificationFiles.ReadKey(new(folder.LedgerKey));
                        console.Output.Write(key.ExportSubjectPublicKeyInfoPem() + "\n");
                    },
                    cancellationToken
                )
        );
        return command;
    }

    private static Command CreateList()
    {
        var configuration = AgentCommand.Configuration();
        var from = new Option<long?>("--from") { Description = "Number of the first entry, from 0. Left out: the newest entries." };
        var count = new Option<int>("--count") { Description = "Entries, 1 to 1000000.", DefaultValueFactory = _ => 20 };
        var json = new Option<bool>("--json") { Description = "One JSON object per line: number and entry." };
        var command = new Command("list", "Prints entries, one per line.") { configuration, from, count, json };
        command.SetAction(
            (r, cancellationToken) =>
                WithLedgerAsync(
                    r,
                    configuration,
                    (ledger, console) =>
                    {
                        var many = Math.Clamp(r.GetValue(count), 1, 1_000_000);
                        var first = Math.Clamp(r.GetValue(from) ?? ledger.Head.Size - many, 0, ledger.Head.Size);
                        var number = first;
                        foreach (var entry in ledger.Read(first, Math.Min(ledger.Head.Size, first + many)))
                        {
                            cancellationToken.ThrowIfCancellationRequested();
                            var text = Encoding.UTF8.GetString(entry);
                            console.Output.WriteLine(
                                r.GetValue(json)
                                    ? FormattableString.Invariant($"{{\"number\":{number},\"entry\":{text}}}")
                                    : FormattableString.Invariant($"{number}\t{text}")
                            );
                            number++;
                        }
                    },
                    cancellationToken
                )
        );
        return command;
    }

    private static Command CreateShow()
    {
        var configuration = AgentCommand.Configuration();
        var number = Number();
        var command = new Command("show", "Prints one entry, byte for byte.") { number, configuration };
        command.SetAction(
            (r, cancellationToken) =>
                WithLedgerAsync(
                    r,
                    configuration,
                    (ledger, console) =>
                        console.Output.WriteLine(
                            Encoding.UTF8.GetString(ledger.Read(Within(ledger, r.GetValue(number)), r.GetValue(number) + 1).Single())
                        ),
                    cancellationToken
                )
        );
        return command;
    }

    private static Command CreateProve()
    {
        var configuration = AgentCommand.Configuration();
        var number = Number();
        var target = new Option<DirectoryInfo?>("--out")
        {
            Description =
                "Folder for entry.json, inclusion.txt and public.pem: all that docs/protocol/verify-by-hand.md needs beside the footage. Left out: the inclusion file is printed.",
        };
        var command = new Command("prove", "Proves that an entry stands below the newest signed head.") { number, configuration, target };
        command.SetAction(
            (r, cancellationToken) =>
                OpenAsync(
                    r,
                    configuration,
                    (folder, ledgerFolder, console) =>
                    {
                        using var ledger = new LedgerReader(ledgerFolder);
                        var at = Within(ledger, r.GetValue(number));
                        var proof = ledger.Prove(at).Format();
                        if (r.GetValue(target) is not { } into)
                        {
                            console.Output.Write(proof);
                            return;
                        }

                        into.Create();
                        using var key = VerificationFiles.ReadKey(new(folder.LedgerKey));
                        File.WriteAllBytes(Path.Combine(into.FullName, "entry.json"), [.. ledger.Read(at, at + 1).Single(), (byte)'\n']);
                        File.WriteAllText(Path.Combine(into.FullName, "inclusion.txt"), proof);
                        File.WriteAllText(Path.Combine(into.FullName, "public.pem"), key.ExportSubjectPublicKeyInfoPem() + "\n");
                        console.Output.WriteLine(into.FullName);
                    },
                    cancellationToken
                )
        );
        return command;
    }

    private static Argument<long> Number() => new("number") { Description = "Number of the entry, from 0." };

    private static long Within(LedgerReader ledger, long number) =>
        number >= 0 && number < ledger.Head.Size
            ? number
            : throw new LedgerException(
                "find the entry",
                FormattableString.Invariant($"{number}"),
                FormattableString.Invariant($"The newest signed head covers {ledger.Head.Size} entries, numbered from 0.")
            );

    private static Task<int> WithLedgerAsync(
        ParseResult result,
        Option<FileInfo> configuration,
        Action<LedgerReader, InvocationConfiguration> act,
        CancellationToken cancellationToken
    ) =>
        OpenAsync(
            result,
            configuration,
            (_, ledgerFolder, console) =>
            {
                using var ledger = new LedgerReader(ledgerFolder);
                act(ledger, console);
            },
            cancellationToken
        );

    private static async Task<int> OpenAsync(
        ParseResult result,
        Option<FileInfo> configuration,
        Action<AgentFolder, string, InvocationConfiguration> act,
        CancellationToken cancellationToken
    )
    {
        var console = result.InvocationConfiguration;
        var reading = ConfigurationFile.Read(result.GetValue(configuration)!.FullName);
        if (!await FindingText.WriteAsync(console.Error, reading.Findings).ConfigureAwait(false))
            return ExitCode.BadInput;
        var folder = AgentFolder.Of(reading);
        try
        {
            await Task.Run(
                    () => act(folder, Path.Combine(folder.Resolve(reading.Options.Footage.Volume), "ledger"), console),
                    cancellationToken
                )
                .ConfigureAwait(false);
            return ExitCode.Ok;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }
}
