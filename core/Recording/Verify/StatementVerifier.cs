using System.Security.Cryptography;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;

namespace K8sRecorder.Recording.Verify;

/// <summary>Checks an open statement: its form, its place, its signature, its salt.</summary>
internal static class StatementVerifier
{
    /// <summary>The statement where it can be read at all, and what is wrong with it.</summary>
    public static async ValueTask<(SessionStatement? Statement, List<Finding> Findings)> VerifyAsync(
        IRecordingReader store, string session, CancellationToken cancellationToken)
    {
        var key = StoreLayout.OpenKey(session);
        var findings = new List<Finding>();
        byte[]? bytes;
        try
        {
            bytes = await store.GetAsync(key, ReadLimits.StatementBytes, cancellationToken);
        }
        catch (StoreException e) when (e.Fault == StoreFault.TooLarge)
        {
            bytes = [];
        }

        if (bytes is null)
        {
            findings.Add(new Finding(FindingCode.StatementMissing, "there is no open statement: nothing says whose key signed this session") { Key = key });
            return (null, findings);
        }

        var statement = StatementReader.TryRead(bytes, out var problem);
        if (statement is null)
        {
            findings.Add(new Finding(FindingCode.StatementSyntax, problem) { Key = key });
            return (null, findings);
        }

        if (statement.Session != session)
            findings.Add(new Finding(FindingCode.StatementSyntax, "the open statement is of another session") { Key = key });
        using var signer = SignatureCheck.TryCreate(statement.Signer ?? statement.PublicKey);
        if (signer is null || !signer.IsSigned("k8srecorder.io/open/1\n"u8, statement.SignedBytes, statement.Signature))
            findings.Add(new Finding(FindingCode.StatementSignature, "the signature of the open statement is wrong") { Key = key });
        if (statement.Salt is { } salt && SaltId(salt) != statement.SaltId)
            findings.Add(new Finding(FindingCode.SaltMismatch, "the salt is not the one that the open statement names") { Key = key });
        return (statement, findings);
    }

    private static string SaltId(byte[] salt) =>
        Convert.ToHexStringLower(SHA256.HashData([.. "k8srecorder.io/salt/1\n"u8, .. salt]).AsSpan(0, 16));
}
