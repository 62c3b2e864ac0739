namespace ExamMonitor.Dashboard.Storage;

/// <summary>
/// Tables, made when missing. A later version adds statements at the end and never changes one; what a former version kept elsewhere is
/// taken over (<see cref="FormerCheckpoints"/>).
/// </summary>
internal static class Schema
{
    public static IEnumerable<string> Statements(bool sqlite)
    {
        var key = sqlite ? "integer primary key autoincrement" : "bigint generated always as identity primary key";
        return
        [
            """
                create table if not exists problem_events (
                  site text not null, agent text not null, seq bigint not null, problem text not null, change text not null, code text not null,
                  severity text not null, room text, camera text, station text, since_ms bigint not null, at_ms bigint not null, text_en text not null,
                  text_zh text not null, evidence text, primary key (site, agent, seq))
                """,
            "create index if not exists problem_events_at on problem_events (at_ms)",
            """
                create table if not exists problems (
                  site text not null, agent text not null, problem text not null, code text not null, severity text not null, room text, camera text,
                  station text, since_ms bigint not null, closed_ms bigint, last_seq bigint not null, text_en text not null, text_zh text not null,
                  evidence text, primary key (site, agent, problem))
                """,
            "create index if not exists problems_since on problems (since_ms)",
            """
                create table if not exists claim_changes (
                  site text not null, room text not null, station text not null, claim text not null, since_ms bigint not null, value bigint,
                  reason text, text_en text, text_zh text, primary key (site, room, station, claim, since_ms))
                """,
            $"""
                create table if not exists users (
                  id {key}, name text not null unique, password text not null, role text not null, scopes text not null, stamp text not null,
                  must_change bigint not null, disabled bigint not null, failures bigint not null, locked_until_ms bigint not null, created_ms bigint not null)
                """,
            $"""
                create table if not exists audit (
                  id {key}, at_ms bigint not null, who text not null, act text not null, subject text not null, remote text not null)
                """,
            "create index if not exists audit_at on audit (at_ms)",
            """
                create table if not exists witness_heads (
                  site text not null, agent text not null, digest text not null, size bigint not null, time_ms bigint not null, received_ms bigint not null,
                  note text not null, standing text not null, primary key (site, agent, digest))
                """,
            "create index if not exists witness_heads_standing on witness_heads (site, agent, standing, size)",
            """
                create table if not exists witness_pins (
                  site text not null, agent text not null, public_key text, head text, primary key (site, agent))
                """,
            $"""
                create table if not exists witness_alarms (
                  id {key}, site text not null, agent text not null, kind text not null, raised_ms bigint not null, evidence text not null, known text,
                  seen bigint not null, acknowledged_ms bigint, acknowledged_by text, reason text)
                """,
            """
                create table if not exists witness_cosigned (
                  witness text not null, origin text not null, origin_hash text not null, size bigint not null, root text not null, note text not null,
                  at_ms bigint not null, primary key (witness, origin))
                """,
            "create table if not exists ended_logins (session text not null primary key, ended_ms bigint not null)",
            "create table if not exists account_limits (name text not null primary key, expires_ms bigint, evaluation text)",
        ];
    }
}
