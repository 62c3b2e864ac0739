using System.Text.Json.Serialization;
using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;
using ExamMonitor.Dashboard.Accounts;

namespace ExamMonitor.Dashboard.Storage;

/// <summary>
/// Something that happened and must come into the database, now or when it is back. The words are stored in files; never rename one.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ProblemFact), "problem")]
[JsonDerivedType(typeof(ClaimFact), "claim")]
[JsonDerivedType(typeof(AuditFact), "act")]
[JsonDerivedType(typeof(LogOutFact), "log-out")]
internal abstract record HistoryFact;

/// <summary>A problem opened, changed or closed.</summary>
/// <param name="Site">Site.</param>
/// <param name="Event">As it was heard.</param>
internal sealed record ProblemFact(SiteId Site, ProblemEvent Event) : HistoryFact;

/// <summary>A claim changed.</summary>
/// <param name="Change">What changed.</param>
internal sealed record ClaimFact(ClaimChange Change) : HistoryFact;

/// <summary>A person did something.</summary>
/// <param name="Entry">Entry of the audit log.</param>
internal sealed record AuditFact(AuditEntry Entry) : HistoryFact;

/// <summary>A log-in was ended.</summary>
/// <param name="Session">Its number.</param>
/// <param name="At">UTC.</param>
internal sealed record LogOutFact(string Session, DateTimeOffset At) : HistoryFact;
