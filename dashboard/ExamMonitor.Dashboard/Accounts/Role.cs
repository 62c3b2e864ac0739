namespace ExamMonitor.Dashboard.Accounts;

/// <summary>What a person may do. The words are stored and part of the cookie; never rename one.</summary>
internal enum Role
{
    /// <summary>Everything, users and the record of their acts included.</summary>
    Administrator,

    /// <summary>The floor, live pictures and recordings of the rooms in scope.</summary>
    Supervisor,

    /// <summary>The floor, live pictures and the set-up of the rooms in scope; no recordings.</summary>
    Technician,

    /// <summary>The floor and recordings of the rooms in scope.</summary>
    Evaluator,

    /// <summary>Whoever holds a share link: watches one evaluation, and records nothing. Without an evaluation it opens nothing.</summary>
    Guest,
}

/// <summary>Names of the authorization policies.</summary>
internal static class Policy
{
    /// <summary>Pictures of now.</summary>
    public const string Live = nameof(Live);

    /// <summary>Pictures of before.</summary>
    public const string Recordings = nameof(Recordings);

    /// <summary>Accounts and the audit log.</summary>
    public const string Users = nameof(Users);

    /// <summary>Changes to the schedule of exam sessions.</summary>
    public const string Schedule = nameof(Schedule);

    /// <summary>Asking a room anew whether it is ready.</summary>
    public const string Readiness = nameof(Readiness);

    /// <summary>Placing holds: it only ever keeps more.</summary>
    public const string Holds = nameof(Holds);

    /// <summary>Lifting holds and approving destruction: what may make footage go.</summary>
    public const string Destruction = nameof(Destruction);

    /// <summary>To draw, to record findings and scores, to carry evidence away.</summary>
    public const string Evaluation = nameof(Evaluation);

    /// <summary>Setting up rooms, stations and cameras, and calibrating them.</summary>
    public const string SetUp = nameof(SetUp);

    /// <summary>To see what was drawn for an evaluation, and to take its packs.</summary>
    public const string Samples = nameof(Samples);

    /// <summary>To acknowledge what the witness of the ledgers alarms of.</summary>
    public const string Witness = nameof(Witness);

    /// <summary>All of them.</summary>
    public static string[] Every { get; } =
    [Live, Recordings, Users, Schedule, Readiness, Holds, Destruction, Witness, Evaluation, SetUp, Samples];

    public static string[] RolesOf(string policy) =>
        policy switch
        {
            Live =>
            [
                nameof(Role.Administrator),
                nameof(Role.Supervisor),
                nameof(Role.Technician),
                nameof(Role.Evaluator),
                nameof(Role.Guest),
            ],
            Recordings => [nameof(Role.Administrator), nameof(Role.Supervisor), nameof(Role.Evaluator), nameof(Role.Guest)],
            Samples => [nameof(Role.Administrator), nameof(Role.Evaluator), nameof(Role.Guest)],
            Schedule or Holds => [nameof(Role.Administrator), nameof(Role.Supervisor)],
            Readiness => [nameof(Role.Administrator), nameof(Role.Supervisor), nameof(Role.Technician)],
            Evaluation => [nameof(Role.Administrator), nameof(Role.Evaluator)],
            SetUp => [nameof(Role.Administrator), nameof(Role.Technician)],
            _ => [nameof(Role.Administrator)],
        };
}
