namespace ExamMonitor.Packs.Verification;

/// <summary>Every file against the list of hashes.</summary>
internal sealed class PackListAudit(PackReading reading, PackReport report)
{
    private static readonly (string Prefix, PackFindingKind Kind, string What)[] Kinds =
    [
        (PackFormat.Clips, PackFindingKind.ClipChanged, "The clip was changed"),
        ("days/", PackFindingKind.DayLinesChanged, "The day lines were changed"),
        ("lanes/", PackFindingKind.LanesChanged, "The lanes were changed"),
        ("calibration/", PackFindingKind.CalibrationChanged, "The calibration was changed"),
        ("schedule/", PackFindingKind.ScheduleChanged, "The schedule was changed"),
        ("sessions/", PackFindingKind.SessionsChanged, "What is said of the session was changed"),
        ("register/", PackFindingKind.RegisterChanged, "The register of destructions was changed"),
        ("draw/population", PackFindingKind.PopulationChanged, "The population of the draw was changed"),
        ("draw/", PackFindingKind.DrawChanged, "The record of the draw was changed"),
        (PackFormat.Findings, PackFindingKind.FindingsChanged, "Findings were changed"),
        (PackFormat.Scores, PackFindingKind.ScoresChanged, "Scores were changed"),
        (PackFormat.Facts, PackFindingKind.FactsChanged, "What the pack says it holds was changed"),
        (PackFormat.Key, PackFindingKind.KeyChanged, "The key was changed"),
        (PackFormat.Instructions, PackFindingKind.InstructionsChanged, "The instructions were changed; take those of the documentation"),
        ("proof.html", PackFindingKind.PageChanged, "The page was changed; do not believe what it shows"),
        ("proof-", PackFindingKind.PageChanged, "The page was changed; do not believe what it shows"),
    ];

    private readonly HashSet<string> _hashes = new(StringComparer.Ordinal);

    /// <summary>The finding that names a changed file of this path.</summary>
    public static (PackFindingKind Kind, string What) KindOf(string path) =>
        Kinds
            .Where(k => path.StartsWith(k.Prefix, StringComparison.Ordinal))
            .Select(k => (k.Kind, k.What))
            .FirstOrDefault((PackFindingKind.FileChanged, "The file was changed"));

    /// <summary>Compares. False when there is no list.</summary>
    public bool Run(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (reading.Text(PackFormat.List, 64 << 20) is not { } text || Parse(text) is not { } list)
        {
            report.Add(
                PackFindingKind.ListMissing,
                PackFormat.List,
                "There is no list of hashes in the form of sha256sum: nothing can be compared."
            );
            return false;
        }

        var stated = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (sha256, path) in list)
        {
            stated[path] = sha256;
            _hashes.Add(sha256);
        }

        foreach (var path in reading.Source.Files.Keys.Where(f => !IsApart(f) && !stated.ContainsKey(f)).Order(StringComparer.Ordinal))
            report.Add(PackFindingKind.FileAdded, path, "The file was put into the pack: the list does not know it.");
        foreach (var (path, sha256) in stated.OrderBy(s => s.Key, StringComparer.Ordinal))
            Compare(path, sha256, stated, progress, cancellationToken);
        return true;
    }

    /// <summary>Files below <c>proof/</c> stand in no list: there lies what the facts name, and nothing else.</summary>
    public static void FindStrangers(PackReading reading, PackReport report, PackFacts facts)
    {
        HashSet<string> known =
        [
            PackFormat.Head,
            PackFormat.Export,
            PackFormat.ExportInclusion,
            .. facts.Consistency.Select(PackFormat.Consistency),
            .. facts.Entries.Select(PackFormat.Entry),
            .. facts.Entries.Select(PackFormat.Inclusion),
        ];
        foreach (
            var path in reading
                .Source.Files.Keys.Where(f => f.StartsWith(PackFormat.Proof, StringComparison.Ordinal) && !known.Contains(f))
                .Order(StringComparer.Ordinal)
        )
            report.Add(PackFindingKind.FileAdded, path, "The file was put into the pack: no proof of the pack has this name.");
    }

    private static bool IsApart(string path) => path == PackFormat.List || path.StartsWith(PackFormat.Proof, StringComparison.Ordinal);

    private static List<(string Sha256, string Path)>? Parse(string text)
    {
        var list = new List<(string, string)>();
        if (!text.EndsWith('\n'))
            return null;
        foreach (var line in text[..^1].Split('\n'))
        {
            if (line.Length < 67 || line[64] != ' ' || line[65] != ' ' || !line[..64].All(char.IsAsciiHexDigitLower))
                return null;
            list.Add((line[..64], line[66..]));
        }

        return list;
    }

    private void Compare(
        string path,
        string sha256,
        Dictionary<string, string> stated,
        IProgress<long>? progress,
        CancellationToken cancellationToken
    )
    {
        if (!reading.Source.Files.ContainsKey(path))
        {
            var clip = path.StartsWith(PackFormat.Clips, StringComparison.Ordinal);
            report.Add(
                clip ? PackFindingKind.ClipMissing : PackFindingKind.FileMissing,
                path,
                "It stands in the list, and is not in the pack."
            );
            return;
        }

        var actual = reading.Hash(
            path,
            cancellationToken,
            count =>
            {
                report.Bytes += count;
                progress?.Report(report.Bytes);
            }
        );
        if (actual == sha256)
            return;
        var (kind, what) = KindOf(path);
        if (kind == PackFindingKind.ClipChanged && _hashes.Contains(actual))
            report.Add(PackFindingKind.ClipSwapped, path, "Its bytes are those of another clip: clips were exchanged.");
        else
            report.Add(kind, path, $"{what}: its hash is not the one in the list.");
    }
}
