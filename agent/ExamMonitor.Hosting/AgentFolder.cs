using System.Globalization;
using ExamMonitor.Hosting.Configuration;

namespace ExamMonitor.Hosting;

/// <summary>Where everything of the agent lies. The configuration file's folder is the start of relative paths.</summary>
/// <param name="Configuration">Folder of the configuration file.</param>
/// <param name="Root">The agent's own folder.</param>
internal sealed record AgentFolder(string Configuration, string Root)
{
    /// <summary>Of a configuration.</summary>
    public static AgentFolder Of(ConfigurationReading reading)
    {
        var configuration = Path.GetDirectoryName(reading.Path)!;
        return new(configuration, Path.GetFullPath(reading.Options.Folder, configuration));
    }

    /// <summary>Files of the broker child.</summary>
    public string Broker => Path.Combine(Root, "broker");

    /// <summary>Events that wait for the broker.</summary>
    public string Outbox => Path.Combine(Root, "outbox");

    /// <summary>Lanes.</summary>
    public string Lanes => Path.Combine(Root, "lanes");

    /// <summary>Open problems.</summary>
    public string Problems => Path.Combine(Root, "problems.json");

    /// <summary>Where the ledger holds the signatures under the maps.</summary>
    public string Calibrations => Path.Combine(Root, "calibrations.json");

    /// <summary>Where the scrub stands.</summary>
    public string Scrub => Path.Combine(Root, "scrub.json");

    /// <summary>What witnesses refused, and waits for a person.</summary>
    public string WitnessRefusals => Path.Combine(Root, "witness-refusals.json");

    /// <summary>Witnesses that have cosigned heads of the ledger.</summary>
    public string Witnesses => Path.Combine(Root, "witnesses.json");

    /// <summary>Checks of the number plates.</summary>
    public string Plates => Path.Combine(Root, "plates");

    /// <summary>Last check of all copies on the archive tier.</summary>
    public string TierCheck => Path.Combine(Root, "tier-check.json");

    /// <summary>Bearer token of the API when no other file is configured.</summary>
    public string ApiToken => Path.Combine(Root, "api-token");

    /// <summary>Key that signs the ledger's heads; never leaves the machine.</summary>
    public string LedgerKey => Path.Combine(Root, "ledger-key.pem");

    /// <summary>Newest head of each volume, so that an older copy of a volume is noticed.</summary>
    public string LedgerHeads => Path.Combine(Root, "ledger-heads");

    /// <summary>What a dashboard on these premises needs.</summary>
    public string DashboardLink => Path.Combine(Root, "dashboard-link.json");

    /// <summary>What is set up over the API.</summary>
    public string SetUp => Path.Combine(Root, "set-up");

    /// <summary>Rooms and cameras that were set up over the API.</summary>
    public string SetUpFile => Path.Combine(SetUp, "set-up.json");

    /// <summary>Maps, pictures and versions of a room.</summary>
    public string SetUpRoom(RoomId room) => Path.Combine(SetUp, "rooms", room.Text);

    /// <summary>Map of a version of a room.</summary>
    public string SetUpMap(RoomId room, int version) =>
        Path.Combine(SetUpRoom(room), string.Create(CultureInfo.InvariantCulture, $"map-{version:0000}.json"));

    /// <summary>Pictures kept with problems.</summary>
    public string Evidence => Path.Combine(Root, "evidence");

    /// <summary>Makes the folder, for its owner alone.</summary>
    public void Create()
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(Root);
        else
            Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>A path of the configuration, made absolute.</summary>
    public string Resolve(string path) => Path.GetFullPath(path, Configuration);
}
