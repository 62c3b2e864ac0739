using ExamMonitor.Contracts;
using ExamMonitor.Contracts.Messages;

namespace ExamMonitor.Mqtt.Reading;

/// <summary>What a received message is; one of the records below.</summary>
/// <param name="Topic">As received.</param>
public abstract record ReadOutcome(string Topic);

/// <summary>News.</summary>
/// <param name="Topic">As received.</param>
/// <param name="Address">The topic taken apart.</param>
/// <param name="Payload">Of the type that the topic promises.</param>
/// <param name="WasRetained">Whether the broker had kept it, so that it may be old.</param>
public sealed record Accepted(string Topic, TopicAddress Address, Payload Payload, bool WasRetained) : ReadOutcome(Topic);

/// <summary>Known already: a repetition, or older than what was read.</summary>
/// <param name="Topic">As received.</param>
/// <param name="Seq">Its number.</param>
/// <param name="Newest">Highest number read from the topic.</param>
public sealed record Stale(string Topic, long Seq, long Newest) : ReadOutcome(Topic);

/// <summary>The topic holds nothing any more.</summary>
/// <param name="Topic">As received.</param>
/// <param name="Address">The topic taken apart.</param>
public sealed record Cleared(string Topic, TopicAddress Address) : ReadOutcome(Topic);

/// <summary>Not to be understood; nothing of it is used.</summary>
/// <param name="Topic">As received.</param>
/// <param name="Problem">What is wrong, and where.</param>
public sealed record Malformed(string Topic, LocalText Problem) : ReadOutcome(Topic);

/// <summary>Not a topic of this major version.</summary>
/// <param name="Topic">As received.</param>
public sealed record Foreign(string Topic) : ReadOutcome(Topic);
