using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.Pkcs;
using System.Security.Cryptography.X509Certificates;

namespace ExamMonitor.Evidence.Anchoring;

/// <summary>A time stamp that holds.</summary>
/// <param name="Authority">Subject of the certificate that signed.</param>
/// <param name="Time">Time that the authority states, UTC.</param>
/// <param name="Serial">Number of the stamp at the authority, hex.</param>
/// <param name="Trusted">Whether the certificate leads to a trusted authority; null when no authorities were given to compare with.</param>
public sealed record Timestamp(string Authority, DateTimeOffset Time, string Serial, bool? Trusted)
{
    /// <summary>Largest answer that is read, bytes. A real one has 2 to 8 KiB.</summary>
    public const int MaxAnswerSize = 64 * 1024;

    private const string TimeStampingUsage = "1.3.6.1.5.5.7.3.8";

    /// <summary>Makes a request over SHA-256 of <paramref name="data"/>, with a fresh nonce, that asks for the certificate.</summary>
    public static Rfc3161TimestampRequest Request(ReadOnlySpan<byte> data) =>
        Rfc3161TimestampRequest.CreateFromData(
            data,
            HashAlgorithmName.SHA256,
            nonce: RandomNumberGenerator.GetBytes(16),
            requestSignerCertificates: true
        );

    /// <summary>Judges the answer to a request.</summary>
    /// <param name="data">What was stamped.</param>
    /// <param name="request">The request.</param>
    /// <param name="answer">TimeStampResp, DER (RFC 3161 §2.4.2).</param>
    /// <param name="authorities">Trusted certificates; those that are not self-signed only help to build the chain.</param>
    /// <param name="now">This machine's clock.</param>
    /// <param name="longestApart">Most that the two clocks may differ.</param>
    /// <exception cref="AnchorException">It is not believed.</exception>
    public static Timestamp Accept(
        ReadOnlySpan<byte> data,
        Rfc3161TimestampRequest request,
        ReadOnlyMemory<byte> answer,
        X509Certificate2Collection authorities,
        DateTimeOffset now,
        TimeSpan longestApart
    )
    {
        var token = Decode(answer);
        var nonce = token.TokenInfo.GetNonce();
        if (
            !(
                token.TokenInfo.GetMessageHash().Span.SequenceEqual(request.GetMessageHash().Span)
                && token.TokenInfo.HashAlgorithmId.Value == request.HashAlgorithmId.Value
            )
        )
            throw new AnchorException(
                AnchorFault.OtherImprint,
                "The time stamp is for other bytes than were sent.",
                "Ask the authority's operator; do not use it meanwhile."
            );
        if (nonce is null || !nonce.Value.Span.SequenceEqual(request.GetNonce()!.Value.Span))
            throw new AnchorException(
                AnchorFault.OtherNonce,
                "The time stamp answers another request than this one.",
                "Something on the way replays old answers, or the authority does not return the nonce, which RFC 3161 demands."
            );
        var stamp = Judge(data, token, authorities);
        var apart = (stamp.Time - now).Duration();
        return apart <= longestApart
            ? stamp
            : throw new AnchorException(
                AnchorFault.ClocksApart,
                $"The authority's clock says {stamp.Time:u}, this machine's {now:u}.",
                "Set the machine's clock (timedatectl set-ntp true), or ask the authority's operator."
            );
    }

    /// <summary>Judges a stamp that was stored.</summary>
    /// <param name="data">What must have been stamped.</param>
    /// <param name="answer">TimeStampResp, DER.</param>
    /// <param name="authorities">Trusted certificates; null to leave trust open.</param>
    /// <exception cref="AnchorException">It does not hold.</exception>
    public static Timestamp Check(ReadOnlySpan<byte> data, ReadOnlyMemory<byte> answer, X509Certificate2Collection? authorities) =>
        Judge(data, Decode(answer), authorities);

    private static Rfc3161TimestampToken Decode(ReadOnlyMemory<byte> answer)
    {
        if (answer.Length > MaxAnswerSize)
            throw new AnchorException(
                AnchorFault.Malformed,
                "The answer is too large for a time stamp.",
                "Is the address that of an RFC 3161 authority?"
            );
        try
        {
            var response = new AsnReader(answer, AsnEncodingRules.DER).ReadSequence();
            var status = response.ReadSequence();
            if (!status.TryReadInt32(out var code) || code is not (0 or 1))
                throw new AnchorException(
                    AnchorFault.Refused,
                    $"The authority refused the request (status {code}).",
                    "Ask its operator; some want a registered address or another policy."
                );
            var encoded = response.ReadEncodedValue();
            return Rfc3161TimestampToken.TryDecode(encoded, out var token, out _) ? token : throw WhyUndecodable(encoded);
        }
        catch (Exception e) when (e is AsnContentException or CryptographicException)
        {
            throw new AnchorException(
                AnchorFault.Malformed,
                "The answer is no time stamp.",
                "Is the address that of an RFC 3161 authority?",
                e
            );
        }
    }

    /// <summary>The decoder takes no token whose certificate does not fit it, and does not say why.</summary>
    private static AnchorException WhyUndecodable(ReadOnlyMemory<byte> encoded)
    {
        var cms = new SignedCms();
        cms.Decode(encoded.Span);
        if (
            cms.SignerInfos.Count == 1
            && cms.SignerInfos[0].Certificate is { } signer
            && Rfc3161TimestampTokenInfo.TryDecode(cms.ContentInfo.Content, out var info, out _)
        )
        {
            var at = info.Timestamp.UtcDateTime;
            return at < signer.NotBefore.ToUniversalTime() || at > signer.NotAfter.ToUniversalTime()
                ? Expired(signer)
                : new AnchorException(
                    AnchorFault.BadSignature,
                    "The time stamp's certificate or signature does not fit it.",
                    "Ask the authority's operator; do not use it meanwhile."
                );
        }

        return new AnchorException(
            AnchorFault.Malformed,
            "The answer holds no time stamp token with its certificate.",
            "Is the address that of an RFC 3161 authority?"
        );
    }

    private static AnchorException Expired(X509Certificate2 signer) =>
        new(
            AnchorFault.Expired,
            $"The certificate of \"{signer.Subject}\" was not valid at the stamp's time.",
            "Ask the authority's operator for a renewed one."
        );

    private static Timestamp Judge(ReadOnlySpan<byte> data, Rfc3161TimestampToken token, X509Certificate2Collection? authorities)
    {
        var info = token.TokenInfo;
        X509Certificate2? signer;
        try
        {
            if (!token.VerifySignatureForData(data, out signer))
            {
                throw Same(data, info)
                    ? new AnchorException(
                        AnchorFault.BadSignature,
                        "The time stamp's signature does not hold.",
                        "Ask the authority's operator; do not use it meanwhile."
                    )
                    : new AnchorException(
                        AnchorFault.OtherImprint,
                        "The time stamp is for other bytes.",
                        "The head or the stamp beside it was exchanged."
                    );
            }
        }
        catch (CryptographicException e)
        {
            throw new AnchorException(
                AnchorFault.BadSignature,
                "The time stamp's signature cannot be checked.",
                "Ask the authority's operator; do not use it meanwhile.",
                e
            );
        }

        using (signer)
        {
            if (authorities is not null)
                RequireTrust(signer, token, authorities);
            return new(
                signer.Subject,
                info.Timestamp.ToUniversalTime(),
                Convert.ToHexStringLower(info.GetSerialNumber().Span),
                authorities is null ? null : true
            );
        }
    }

    private static bool Same(ReadOnlySpan<byte> data, Rfc3161TimestampTokenInfo info) =>
        info.HashAlgorithmId.Value == "2.16.840.1.101.3.4.2.1" && info.GetMessageHash().Span.SequenceEqual(SHA256.HashData(data));

    /// <summary>The chain is judged at the stamp's own time: a stamp outlives the certificate that made it.</summary>
    private static void RequireTrust(X509Certificate2 signer, Rfc3161TimestampToken token, X509Certificate2Collection authorities)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        foreach (var certificate in authorities)
        {
            if (certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData))
                policy.CustomTrustStore.Add(certificate);
            else
                policy.ExtraStore.Add(certificate);
        }

        policy.ExtraStore.AddRange(token.AsSignedCms().Certificates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(TimeStampingUsage));
        policy.VerificationTime = token.TokenInfo.Timestamp.LocalDateTime;
        if (chain.Build(signer))
            return;
        var status = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, s) => all | s.Status);
        throw status == X509ChainStatusFlags.NotTimeValid
            ? Expired(signer)
            : new AnchorException(
                AnchorFault.Untrusted,
                $"\"{signer.Subject}\" does not lead to a trusted authority ({status}).",
                "Is the authority's certificate in the file that the configuration or --tsa-ca names?"
            );
    }
}
