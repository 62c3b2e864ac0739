namespace ExamMonitor.Hosting.Configuration;

/// <summary>What the keys of <c>tier</c> need of each other.</summary>
internal static class TierRules
{
    /// <summary>Everything that is wrong with the section.</summary>
    public static IEnumerable<Finding> Check(AgentOptions options, string folder, Func<string, string, string?, Finding> error)
    {
        var tier = options.Tier;
        return tier.Kind switch
        {
            "folder" => CheckFolder(options, tier, folder, error),
            "s3" => CheckS3(tier, folder, error),
            _ => (tier.Path ?? tier.Bucket ?? tier.Endpoint) is null
                ? []
                : [error("tier.kind", "is none, but a place is named.", "Write kind: folder or kind: s3.")],
        };
    }

    private static IEnumerable<Finding> CheckFolder(
        AgentOptions options,
        TierSection tier,
        string folder,
        Func<string, string, string?, Finding> error
    )
    {
        if ((tier.Bucket ?? tier.Endpoint ?? tier.AccessKey) is not null)
            yield return error("tier.kind", "is folder, but a bucket, endpoint or access key is given.", "Remove them, or write kind: s3.");
        if (tier.Path is not { Length: > 0 } path)
        {
            yield return error("tier.path", "is missing.", "Name the folder of the second disk.");
            yield break;
        }

        var (volume, second) = (Whole(folder, options.Footage.Volume), Whole(folder, path));
        if (volume.StartsWith(second, StringComparison.Ordinal) || second.StartsWith(volume, StringComparison.Ordinal))
            yield return error("tier.path", "lies inside the footage volume, or the volume inside it.", "Name a folder on another disk.");
    }

    private static IEnumerable<Finding> CheckS3(TierSection tier, string folder, Func<string, string, string?, Finding> error)
    {
        if (tier.Path is not null)
            yield return error("tier.path", "belongs to kind folder.", "Remove it.");
        if (tier.Bucket is not { } bucket || !IdText.IsValid(bucket))
            yield return error("tier.bucket", "is missing or no name of a bucket.", "Name a bucket that was made with Object Lock.");
        if (tier.Prefix is { Length: > 0 } prefix && !prefix.Split('/').All(IdText.IsValid))
            yield return error("tier.prefix", "is no path of names.", "Use A-Z a-z 0-9 . _ - with / between, and none at either end.");
        if (tier.AccessKey is not { Length: > 0 and <= 128 })
            yield return error("tier.accessKey", "is missing.", "Write the id of the access key; its secret goes into 'secretKeyFile'.");
        if (tier.Endpoint is not { } endpoint || !ConfigurationRules.IsAddress(endpoint, "http", "https"))
            yield return error("tier.endpoint", "is missing or not an http or https address.", "Write https://host[:port].");
        else if (new Uri(endpoint) is { UserInfo.Length: > 0 })
            yield return error(
                "tier.endpoint",
                "holds a user or password.",
                "Move them to 'accessKey' and 'secretKeyFile': addresses appear in logs."
            );
        else if (new Uri(endpoint) is { Scheme: "http", IsLoopback: false })
            yield return error("tier.endpoint", "would send footage of candidates unencrypted over the network.", "Use https://.");
        if (tier.SecretKeyFile is not null && tier.SecretKeyEnvironment is not null)
            yield return error("tier.secretKeyEnvironment", "stands beside 'secretKeyFile'.", "Keep one of them.");
        else if (tier.SecretKeyFile is { } file && Secrets.FindFault(Path.Combine(folder, file)) is { } fault)
            yield return error("tier.secretKeyFile", fault.Text, fault.Mend);
        else if (tier.SecretKeyEnvironment is { } variable && string.IsNullOrEmpty(Environment.GetEnvironmentVariable(variable)))
            yield return error(
                "tier.secretKeyEnvironment",
                $"the environment variable {variable} is not set.",
                "Set it in the service's environment file."
            );
        else if (tier.SecretKeyFile is null && tier.SecretKeyEnvironment is null)
            yield return error(
                "tier.secretKeyFile",
                "is missing.",
                "Write the secret into a file of mode 0600 and name it, or use 'secretKeyEnvironment'."
            );
        if (tier.CertificateAuthority is { } authority && !File.Exists(Path.Combine(folder, authority)))
            yield return error("tier.certificateAuthority", $"there is no file \"{authority}\".", null);
    }

    private static string Whole(string folder, string path) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(path, folder)) + Path.DirectorySeparatorChar;
}
