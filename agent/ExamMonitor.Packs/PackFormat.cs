namespace ExamMonitor.Packs;

/// <summary>Names inside an evidence pack: docs/protocol/pack.md.</summary>
public static class PackFormat
{
    /// <summary>Name of the form.</summary>
    public const string SchemaName = "exam-monitor/pack/1";

    /// <summary>Most samples of a pack.</summary>
    public const int MostScopes = 2_000;

    /// <summary>Kind of the ledger entry that pins a pack: facts <c>pack</c>, <c>sha256</c> of the list, <c>bytes</c> of the clips,
    /// <c>clips</c>, <c>person</c>, <c>reason</c>.</summary>
    public const string ExportKind = "export";

    /// <summary>Hash of every file but those below <see cref="Proof"/>, as sha256sum reads it.</summary>
    public const string List = "SHA256SUMS";

    /// <summary>What the pack holds: <see cref="PackFacts"/>.</summary>
    public const string Facts = "pack.json";

    /// <summary>Public key of the agent, PEM.</summary>
    public const string Key = "key.pem";

    /// <summary>How to verify by hand.</summary>
    public const string Instructions = "VERIFY.md";

    /// <summary>Page that verifies and plays from disk.</summary>
    public const string Page = "proof.html";

    /// <summary>Folder of the clips, each under its path on the volume.</summary>
    public const string Clips = "footage/";

    /// <summary>Folder of what proves itself.</summary>
    public const string Proof = "proof/";

    /// <summary>Signed head to which every proof leads, with its cosignatures.</summary>
    public const string Head = "proof/head.txt";

    /// <summary>The entry that pins the list.</summary>
    public const string Export = "proof/export.json";

    /// <summary>Its inclusion file.</summary>
    public const string ExportInclusion = "proof/export.inclusion.txt";

    /// <summary>Folder of the evaluators' findings, a file each.</summary>
    public const string Findings = "evaluation/findings/";

    /// <summary>Folder of the score sheets, a file each.</summary>
    public const string Scores = "evaluation/scores/";

    /// <summary>An entry.</summary>
    public static string Entry(long number) => FormattableString.Invariant($"proof/entries/{number}.json");

    /// <summary>Inclusion file of an entry.</summary>
    public static string Inclusion(long number) => FormattableString.Invariant($"proof/entries/{number}.inclusion.txt");

    /// <summary>Consistency proof from an older head of this size: a hash in base64 a line.</summary>
    public static string Consistency(long size) => FormattableString.Invariant($"proof/consistency/{size}.txt");
}
