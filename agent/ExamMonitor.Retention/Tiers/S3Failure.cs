using System.Net;
using Amazon.Runtime;
using ExamMonitor.Contracts;

namespace ExamMonitor.Retention.Tiers;

/// <summary>
/// What an S3 server's refusal means to a person. Pure. The server's own words are hostile input and are not repeated, but for its error
/// code when that is a plain word.
/// </summary>
internal static class S3Failure
{
    /// <summary>Whether this is a failure of the server, the way to it, or what it sent.</summary>
    public static bool IsFailure(Exception e) =>
        e
            is AmazonClientException
                or AmazonServiceException
                or HttpRequestException
                or IOException
                or InvalidDataException
                or TimeoutException
                or OperationCanceledException
                or System.Xml.XmlException
                or FormatException
                // The SDK reads headers that the server made up, such as an ETag that is no hash.
                or ArgumentException { Source: "AWSSDK.Core" or "AWSSDK.S3" };

    /// <summary>The exception to throw in its place.</summary>
    public static TierException Of(Exception e, string operation, string subject)
    {
        if (e is TierException known)
            return known;
        if (e is not AmazonServiceException answer || answer.StatusCode == default(HttpStatusCode))
            return new TierUnavailableException(
                operation,
                subject,
                e is AmazonUnmarshallingException or ArgumentException or FormatException
                    ? "What answers there is no S3 server."
                    : $"The server does not answer ({Word(Innermost(e).GetType().Name)}). Look at the network and at tier.endpoint."
            );
        var code = Word(answer.ErrorCode);
        return answer.ErrorCode switch
        {
            "RequestTimeTooSkewed" or "RequestExpired" => new TierRefusedException(
                operation,
                subject,
                "The clock of this machine and the server's differ by more than the server accepts. Set both by NTP."
            ),
            "InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "AuthorizationHeaderMalformed" => new TierRefusedException(
                operation,
                subject,
                $"The server refuses the access key ({code}). Mend tier.accessKey, its secret, or tier.region."
            ),
            "NoSuchBucket" => new TierRefusedException(
                operation,
                subject,
                "There is no such bucket. Make it with Object Lock, which cannot be switched on everywhere later."
            ),
            "ObjectLockConfigurationNotFoundError" => new TierRefusedException(operation, subject, NoLock),
            _ when answer.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized => new TierRefusedException(
                operation,
                subject,
                $"The server forbids it ({code}). The access key needs to read, write, list, and set retention in this bucket."
            ),
            _ when answer.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Redirect or HttpStatusCode.TemporaryRedirect =>
                new TierRefusedException(
                    operation,
                    subject,
                    "The server sends us elsewhere, which is not followed. Name the bucket's own endpoint and region."
                ),
            _ when answer is AmazonUnmarshallingException => new TierUnavailableException(
                operation,
                subject,
                "What answers there is no S3 server."
            ),
            _ => new TierUnavailableException(
                operation,
                subject,
                FormattableString.Invariant($"The server answered {(int)answer.StatusCode} ({code}).")
            ),
        };
    }

    /// <summary>Sentence for a bucket that locks nothing.</summary>
    public const string NoLock =
        "The bucket has no Object Lock, so nothing would keep anyone from deleting the copies. Make a bucket with Object Lock and "
        + "versioning, and name that one.";

    private static string Word(string? code) => IdText.IsValid(code) ? code : "no plain error code";

    private static Exception Innermost(Exception e) => e.InnerException is { } inner ? Innermost(inner) : e;
}
