using System.Reflection;
using System.Text.Json;

namespace ExamMonitor.Contracts.Evaluation;

/// <summary>What evidence of the product speaks to an item.</summary>
public enum ScoreEvidence
{
    /// <summary>None: the row is left for the person.</summary>
    None,

    /// <summary>Every station and the whole area are in view.</summary>
    Coverage,

    /// <summary>Light, sound with the picture, every station, the whole area, link to the command centre: five parts.</summary>
    PracticeRoom,

    /// <summary>The whole area is in view, with a link to the command centre.</summary>
    AreaAndLink,

    /// <summary>Sound with the picture, the whole area, link.</summary>
    SoundAreaAndLink,

    /// <summary>Every station carries a number plate that a camera can read.</summary>
    Plates,

    /// <summary>A wall that calls up any room's live picture.</summary>
    Wall,

    /// <summary>Archive held, complete, each use logged.</summary>
    Archive,

    /// <summary>Findings of the samples that were watched.</summary>
    Samples,

    /// <summary>Destruction is an act with a record.</summary>
    Destruction,

    /// <summary>Completeness, clarity, no tampering.</summary>
    Integrity,
}

/// <summary>An item of a sheet.</summary>
/// <param name="Id">Duty of the regulation, such as <c>COV-2</c>.</param>
/// <param name="Group">First-level indicator (一级指标), with its points.</param>
/// <param name="Name">Second-level indicator (二级指标).</param>
/// <param name="Text">The regulation's own words.</param>
/// <param name="TextEn">What they mean, English.</param>
/// <param name="Points">Full points; 0 for a disqualifier.</param>
/// <param name="Step">Points for each missing part; 0 when the points are discretionary, or all or nothing.</param>
/// <param name="Rule">How it is scored, the form's words.</param>
/// <param name="Evidence">What speaks to it.</param>
public sealed record ScoreItem(
    string Id,
    string Group,
    string Name,
    string Text,
    string TextEn,
    double Points,
    double Step,
    string Rule,
    ScoreEvidence Evidence
)
{
    /// <summary>Whether it is a question of yes or no that disqualifies the body.</summary>
    public bool IsDisqualifier => Points <= 0;
}

/// <summary>A grade.</summary>
/// <param name="From">From so many points on.</param>
/// <param name="Name">Name, the regulation's own.</param>
/// <param name="NameEn">English.</param>
public sealed record ScoreGrade(double From, string Name, string NameEn);

/// <summary>A row of a form.</summary>
/// <param name="Group">First-level indicator (一级指标).</param>
/// <param name="Name">Second-level indicator (二级指标).</param>
/// <param name="Text">The form's own words.</param>
/// <param name="Points">Full points.</param>
/// <param name="Item">Item of the sheet that video feeds; null for a row that is left for the person.</param>
public sealed record ScoreFormRow(string Group, string Name, string Text, double Points, string? Item = null);

/// <summary>A form as it is printed, to the word.</summary>
/// <param name="Appendix">Which appendix of the regulation it is.</param>
/// <param name="Head">What is filled in above the table.</param>
/// <param name="Columns">Heads of the columns.</param>
/// <param name="Rows">Rows, in the form's order.</param>
/// <param name="Disqualifiers">Disqualifiers (不合格项), in the form's order.</param>
/// <param name="Signature">What stands below for the signature.</param>
/// <param name="Note">Note (备注).</param>
public sealed record ScoreForm(
    string Appendix,
    IReadOnlyList<string> Head,
    IReadOnlyList<string> Columns,
    IReadOnlyList<ScoreFormRow> Rows,
    IReadOnlyList<string> Disqualifiers,
    IReadOnlyList<string> Signature,
    string Note
);

/// <summary>A score sheet of a regulation, as data.</summary>
/// <param name="Id">Id.</param>
/// <param name="Document">Document of the regulation.</param>
/// <param name="Title">Title of the form.</param>
/// <param name="TitleEn">English.</param>
/// <param name="Total">Points of the whole form, with the rows that video does not feed.</param>
/// <param name="Grades">Highest first.</param>
/// <param name="Notes">Notes under the form (备注).</param>
/// <param name="Items">In the order of the form.</param>
/// <param name="Form">The whole form as it is printed; null where the regulation's is not known as a whole.</param>
public sealed record ScoreSheet(
    string Id,
    string Document,
    string Title,
    string TitleEn,
    double Total,
    IReadOnlyList<ScoreGrade> Grades,
    IReadOnlyList<string> Notes,
    IReadOnlyList<ScoreItem> Items,
    ScoreForm? Form = null
)
{
    /// <summary>Points of the items that are on the sheet.</summary>
    public double Points => Items.Sum(i => i.Points);

    /// <summary>Grade of a score of the whole form; the lowest when none is reached.</summary>
    public ScoreGrade GradeOf(double points) => Grades.FirstOrDefault(g => points >= g.From) ?? Grades[^1];
}

/// <summary>The sheets of the product.</summary>
public static class ScoreSheets
{
    private static readonly Lazy<IReadOnlyList<ScoreSheet>> Known = new(Load);

    /// <summary>All, by id.</summary>
    public static IReadOnlyList<ScoreSheet> All => Known.Value;

    /// <summary>A sheet; null when there is none.</summary>
    public static ScoreSheet? Find(string id) => All.FirstOrDefault(s => s.Id == id);

    private static List<ScoreSheet> Load()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return
        [
            .. assembly
                .GetManifestResourceNames()
                .Where(n => n.StartsWith("ExamMonitor.Contracts.Evaluation.sheets.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(n =>
                {
                    using var stream = assembly.GetManifestResourceStream(n)!;
                    return JsonSerializer.Deserialize<ScoreSheet>(stream, ContractJson.Options)!;
                }),
        ];
    }
}
