using ExamMonitor.Contracts.Evaluation;
using ExamMonitor.Contracts.Ledger;

namespace ExamMonitor.Packs.Verification;

/// <summary>Verifies an evidence pack: with nothing but the pack, and what came on another way. Reads only.</summary>
public static class PackVerifier
{
    /// <summary>Opens an archive or a folder.</summary>
    /// <exception cref="PackContainerException">It cannot be read without danger.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IPackSource Open(string path) => Directory.Exists(path) ? new FolderPack(path) : new ZipPack(path);

    /// <summary>Verifies a file or folder; one that is no pack gives a report that says so.</summary>
    public static PackReport Run(string path, PackTerms terms, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            using var source = Open(path);
            return Run(source, terms, progress, cancellationToken);
        }
        catch (PackContainerException e)
        {
            var report = new PackReport();
            report.Add(
                IsCopy(path) ? PackFindingKind.RedactedCopy : PackFindingKind.ContainerHostile,
                Path.GetFileName(path),
                IsCopy(path)
                    ? "It is a copy with blurred regions, made for showing. It proves nothing: ask for an evidence pack."
                    : e.Message
            );
            return report;
        }
    }

    private static bool IsCopy(string path)
    {
        if (!File.Exists(path))
            return false;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        return RedactedCopyMark.IsOn(file);
    }

    /// <summary>Verifies what a source gives.</summary>
    public static PackReport Run(IPackSource source, PackTerms terms, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var (report, reading) = (new PackReport(), new PackReading(source));
        if (!new PackListAudit(reading, report).Run(progress, cancellationToken))
            return report;
        var facts = reading.Json<PackFacts>(PackFormat.Facts);
        if (facts is { Schema: PackFormat.SchemaName, Scope.Count: <= PackFormat.MostScopes })
            report.Facts = facts;
        else
            report.Add(PackFindingKind.FactsChanged, PackFormat.Facts, "What the pack says it holds cannot be read.");
        if (report.Facts is { } known)
            PackListAudit.FindStrangers(reading, report, known);
        var draw = new PackDrawAudit(reading, report);
        draw.Read();
        new PackLedgerAudit(reading, report, terms).Run();
        if (report.Facts is null)
            return report;
        var footage = new PackFootageAudit(reading, report, report.Facts);
        footage.Run(cancellationToken);
        new PackDocumentAudit(reading, report, report.Facts).Run(footage.Entries, cancellationToken);
        using var inside = terms.Key is null ? PublicKeyPem.TryRead(reading.Text(PackFormat.Key, 1 << 16)) : null;
        draw.Run(terms.Key ?? inside);
        return report;
    }
}
