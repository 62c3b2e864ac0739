namespace ExamMonitor.Dashboard.Accounts;

/// <summary>Who may use a route at all.</summary>
internal enum AccessRight
{
    /// <summary>Everybody, logged in or not.</summary>
    Anyone,

    /// <summary>Whoever is logged in, also with a password that somebody else gave: the routes by which it is changed.</summary>
    AnyAccount,

    /// <summary>Whoever is logged in with a password of their own.</summary>
    Account,

    /// <summary>As <see cref="Account"/>, and of a role that the rule's policy names.</summary>
    Role,
}

/// <summary>Within what a right holds.</summary>
internal enum AccessScope
{
    /// <summary>The route shows nothing of a site.</summary>
    None,

    /// <summary>The route names a site; the whole of it must be in the account's scope.</summary>
    Site,

    /// <summary>The route names a site and a room; the room must be in the account's scope.</summary>
    Room,

    /// <summary>The answer is narrowed to what lies in the account's scope.</summary>
    Narrowed,
}

/// <summary>One line of the table of access.</summary>
/// <param name="Methods">HTTP methods, parted by spaces; <c>*</c> for any.</param>
/// <param name="Route">Pattern of the route, as it is mapped.</param>
/// <param name="Right">Who.</param>
/// <param name="Policy">Name of the policy for <see cref="AccessRight.Role"/>; null for the others.</param>
/// <param name="Scope">Where.</param>
internal sealed record AccessRule(string Methods, string Route, AccessRight Right, string? Policy, AccessScope Scope)
{
    /// <summary>
    /// Whether accounts that hold for one evaluation may use it, as far as it is of that evaluation. False closes it to them.
    /// </summary>
    public bool OfOneEvaluation { get; init; }

    /// <summary>Whether the rule speaks of a request with that method.</summary>
    public bool Takes(string method) => Methods == "*" || Methods.Split(' ').Contains(method, StringComparer.OrdinalIgnoreCase);
}
