using System.Diagnostics.CodeAnalysis;
using ExamMonitor.Contracts;

namespace ExamMonitor.Recording.Copies;

/// <summary>
/// Name of an object on the archive tier: its path on the volume, so that a tier explains itself. Every part obeys <see cref="IdText"/>; at
/// most 8 parts.
/// </summary>
/// <param name="Text">With <c>/</c>.</param>
internal readonly record struct TierKey(string Text)
{
    /// <summary>Ending of files that a folder tier is still writing.</summary>
    public const string PartEnding = ".tier-part";

    private const int MaxParts = 8;

    /// <summary>Key of a path that this program wrote.</summary>
    /// <exception cref="ArgumentException">The path is no key.</exception>
    public static TierKey Of(string path) =>
        TryParse(path, out var key) ? key.Value : throw new ArgumentException($"\"{path}\" is no key of a tier.", nameof(path));

    /// <summary>Reads what a tier says its key is; false for anything that could lead out of a folder or that no volume holds.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out TierKey? key)
    {
        key = null;
        if (text is null || text.Length > MaxParts * (IdText.MaxLength + 1))
            return false;
        var parts = text.Split('/');
        if (parts.Length > MaxParts || !parts.All(IdText.IsValid) || text.EndsWith(PartEnding, StringComparison.Ordinal))
            return false;
        key = new(text);
        return true;
    }

    /// <summary>Folder, without the last <c>/</c>; empty for the root.</summary>
    public string Folder => Text.Contains('/', StringComparison.Ordinal) ? Text[..Text.LastIndexOf('/')] : "";

    /// <summary>Last part.</summary>
    public string Name => Text[(Text.LastIndexOf('/') + 1)..];

    /// <inheritdoc/>
    public override string ToString() => Text;
}
