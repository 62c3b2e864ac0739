namespace ExamMonitor.Evidence.Anchoring;

/// <summary>Why a time stamp is not believed.</summary>
public enum AnchorFault
{
    /// <summary>The authority could not be reached, or gave no answer in time.</summary>
    Unreachable,

    /// <summary>It answered, and refused.</summary>
    Refused,

    /// <summary>The answer is no time stamp, or is too large to be one.</summary>
    Malformed,

    /// <summary>The stamp is for other bytes.</summary>
    OtherImprint,

    /// <summary>The stamp answers another request: an old answer was replayed.</summary>
    OtherNonce,

    /// <summary>The signature is not that of the certificate in it, or the certificate is not for time stamps.</summary>
    BadSignature,

    /// <summary>The certificate does not lead to a trusted authority.</summary>
    Untrusted,

    /// <summary>A certificate was not valid at the stamp's own time.</summary>
    Expired,

    /// <summary>The authority's clock and this machine's are too far apart.</summary>
    ClocksApart,
}

/// <summary>No time stamp was got, or it is not believed.</summary>
public sealed class AnchorException : IOException
{
    /// <summary>Says what is wrong and what to do.</summary>
    public AnchorException(AnchorFault fault, string problem, string hint, Exception? inner = null)
        : base($"{problem} {hint}", inner) => Fault = fault;

    /// <summary>What is wrong.</summary>
    public AnchorFault Fault { get; }
}
