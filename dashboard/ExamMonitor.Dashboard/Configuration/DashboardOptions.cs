using System.ComponentModel.DataAnnotations;

namespace ExamMonitor.Dashboard.Configuration;

/// <summary>Section <c>Dashboard</c> of appsettings.json; <c>--link</c>, <c>--data</c> and <c>--urls</c> win over it.</summary>
internal sealed class DashboardOptions
{
    public const string Section = "Dashboard";

    /// <summary>
    /// Link files that agents wrote (<see cref="Contracts.Api.DashboardLink"/>). At least one; a missing file is waited for.
    /// </summary>
    [MinLength(
        1,
        ErrorMessage = "Dashboard:Links names no link file: give --link /path/to/dashboard-link.json, the file that the agent writes."
    )]
    public IReadOnlyList<string> Links { get; init; } = [];

    /// <summary>Folder of the dashboard's own records, accounts and keys; made with access for this user only.</summary>
    [Required]
    public string DataFolder { get; init; } = "dashboard-data";

    /// <summary>
    /// Connection string of a PostgreSQL database; null keeps everything in SQLite in <see cref="DataFolder"/>. Give it by environment,
    /// never on a command line.
    /// </summary>
    public string? PostgresConnection { get; init; }

    /// <summary>IANA name of the time zone of sites that name none themselves.</summary>
    public string TimeZone { get; init; } = "Asia/Shanghai";

    /// <summary>Age from which a status is no longer believed, [5 s, 10 min]; default as published.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan BelievedFor { get; init; } = Contracts.Heartbeat.BelievedFor;

    /// <summary>
    /// Whether the dashboard is reached through TLS (its own certificate or a reverse proxy's): cookies then refuse plain HTTP, and
    /// browsers are told to.
    /// </summary>
    public bool Tls { get; init; }

    /// <summary>Whether listening for other computers without TLS is meant; default no, and such an address is refused.</summary>
    public bool PlainHttp { get; init; }

    /// <summary>
    /// Addresses (IP, or a network such as 10.0.0.0/24) of the reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed;
    /// empty for none, and then nobody's are.
    /// </summary>
    public IReadOnlyList<string> Proxies { get; init; } = [];

    /// <summary>
    /// Name of this dashboard as a witness, without white space and plus signs; null makes one from its key. Never change it: it is part of
    /// every cosignature.
    /// </summary>
    [RegularExpression(@"[^\s+]{1,200}", ErrorMessage = "Dashboard:WitnessName has white space or a plus sign, or is too long.")]
    public string? WitnessName { get; init; }

    /// <summary>Verifier keys (vkey, type 0x01) of logs that this dashboard cosigns beside those of its agents; empty for none.</summary>
    public IReadOnlyList<string> WitnessLogs { get; init; } = [];

    /// <summary>Longest idle time of a log-in, [5 min, 31 d]; default 12 h, a long exam day.</summary>
    [Range(typeof(TimeSpan), "00:05:00", "31.00:00:00")]
    public TimeSpan SessionLength { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long records of problems and changes are kept, [31 d, 20 y]; default 6 years.</summary>
    [Range(typeof(TimeSpan), "31.00:00:00", "7305.00:00:00")]
    public TimeSpan KeepHistoryFor { get; init; } = TimeSpan.FromDays(2192);
}
