using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Recording.Keys;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Sessions;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Recording.Format;

/// <summary>Writes open statements.</summary>
internal static class OpenStatementLine
{
    /// <summary>The object <c>open.json</c> of a self-signed session.</summary>
    public static byte[] Write(
        SessionId session, SessionIdentity identity, SessionId previous, ReadOnlySpan<byte> salt, SessionKey key)
    {
        using var signed = new PooledBytes();
        signed.Write("k8srecorder.io/open/1\n"u8);
        var start = signed.Length;
        signed.Write("{\"format\":"u8);
        JsonText.WriteString(signed, FormatNames.Recording);
        Field(signed, "session", session.ToString());
        Field(signed, "key", Convert.ToBase64String(key.PublicKey.Span));
        Field(signed, "saltId", SaltId(salt));
        WriteIdentity(signed, identity);
        Field(signed, "previous", previous.IsEmpty ? null : previous.ToString());
        signed.WriteByte((byte)'}');

        using var line = new PooledBytes();
        line.Write("{\"statement\":"u8);
        line.Write(signed.Span[start..]);
        line.Write(",\"signature\":\""u8);
        JsonText.WriteBase64(line, key.Sign(signed.Span));
        line.Write("\",\"salt\":\""u8);
        JsonText.WriteBase64(line, salt);
        line.Write("\"}\n"u8);
        return line.Span.ToArray();
    }

    /// <summary>Whether these are the bytes of a session's statement, every one of them.</summary>
    public static bool IsWhole(ReadOnlySpan<byte> bytes, SessionId session)
    {
        if (StatementReader.TryRead(bytes, out _) is not { Salt: { } salt } statement || statement.Session != session.ToString()
            || statement.SaltId != SaltId(salt))
            return false;
        using var key = SignatureCheck.TryCreate(statement.Signer ?? statement.PublicKey);
        return key is not null && key.IsSigned("k8srecorder.io/open/1\n"u8, statement.SignedBytes, statement.Signature);
    }

    /// <summary>Digest of what a statement says about the place; a session is resumed only where it is the same.</summary>
    public static byte[] IdentityDigest(SessionIdentity identity)
    {
        using var text = new PooledBytes();
        WriteIdentity(text, identity);
        return SHA256.HashData(text.Span);
    }

    /// <summary>The first 32 hexadecimal digits of SHA-256(domain, line feed, salt).</summary>
    public static string SaltId(ReadOnlySpan<byte> salt) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes(FormatNames.SaltDomain), (byte)'\n', .. salt]).AsSpan(0, 16));

    private static void WriteIdentity(PooledBytes to, SessionIdentity identity)
    {
        Field(to, "tagKey", identity.TagKeyId);
        Field(to, "store", identity.Store);
        Field(to, "namespace", identity.Namespace);
        Field(to, "pod", identity.Pod);
        Field(to, "podUid", identity.PodUid);
        Field(to, "node", identity.Node);
        Field(to, "serviceAccount", identity.ServiceAccount);
        if (identity.Images is { Count: > 0 } images)
            WriteImages(to, images);
        Field(to, "policy", identity.Policy);
        if (identity.Actor is { } actor)
            WriteActor(to, actor);
    }

    private static void WriteImages(PooledBytes to, IReadOnlyDictionary<string, string> images)
    {
        JsonText.WriteName(to, "images");
        to.WriteByte((byte)'{');
        var first = true;
        foreach (var (container, digest) in images.OrderBy(static image => image.Key, StringComparer.Ordinal))
        {
            if (!first)
                to.WriteByte((byte)',');
            first = false;
            JsonText.WriteString(to, container);
            to.WriteByte((byte)':');
            JsonText.WriteString(to, digest);
        }

        to.WriteByte((byte)'}');
    }

    private static void WriteActor(PooledBytes to, SessionActor actor)
    {
        JsonText.WriteName(to, "actor");
        to.Write("{\"kind\":"u8);
        JsonText.WriteString(to, actor.Kind);
        Field(to, "subject", actor.Subject);
        if (actor.Groups is { Count: > 0 } groups)
        {
            JsonText.WriteName(to, "groups");
            for (var i = 0; i < groups.Count; i++)
            {
                to.WriteByte(i == 0 ? (byte)'[' : (byte)',');
                JsonText.WriteString(to, groups[i]);
            }

            to.WriteByte((byte)']');
        }

        Field(to, "issuer", actor.Issuer);
        to.Write(actor.Verified ? ",\"verified\":true}"u8 : ",\"verified\":false}"u8);
    }

    private static void Field(PooledBytes to, string name, string? value)
    {
        if (value is null)
            return;
        JsonText.WriteName(to, name);
        JsonText.WriteString(to, value);
    }
}
