using System.CommandLine;
using System.Security.Cryptography;
using System.Text;
using K8sRecorder.Plugin.CommandLine;
using K8sRecorder.Plugin.Output;
using K8sRecorder.Plugin.Sessions;
using K8sRecorder.Plugin.Verification;
using K8sRecorder.Recording.Reading;
using K8sRecorder.Recording.Stores;
using K8sRecorder.Recording.Verify;

namespace K8sRecorder.Plugin.Verbs;

/// <summary><c>verify</c>: three verdicts on a session, or on a whole store.</summary>
internal static class VerifyVerb
{
    private const int MostTrustBytes = 1 << 20;

    private static readonly VerbHelp Help = new(
        "Three verdicts, always. integrity: what is there is what was signed. completeness: everything that was recorded is there. anchor: "
        + "who vouches for the key, and whether --trust names them. Without SESSION the whole store is verified, its index, too. "
        + "Nothing but the store is needed: no cluster, no network beside it.",
        [
            ("the whole store, by the fingerprint that the recorder printed at its start", "kubectl recorder verify --trust SHA256:…"),
            ("one session, by an operator's key", "kubectl recorder verify 01kb3w0x --trust operator.pem"),
            ("what is wrong, for a script", "kubectl recorder verify -o json | jq 'select(.exitCode != 0) | .findings'"),
        ],
        [
            (ExitCode.Good, "sound, complete, and signed by somebody that --trust names"),
            (ExitCode.Tampered, "tampered or foreign"),
            (ExitCode.Incomplete, "not complete, or not anchored in somebody that --trust names"),
            (ExitCode.Usage, "wrong usage, or the store or the session is not there or cannot be read"),
        ]);

    public static Verb Create(VerbContext context)
    {
        var session = new Argument<string?>("SESSION")
        {
            Description = "a session: its id, a beginning of it that is unique, 'latest', or its folder (default: all)",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "the whole store (what is done without SESSION)" };
        var format = SharedOptions.Format("json");
        var verb = new Verb("verify", "Verify that recordings are sound, complete and anchored.", Help, (parsed, token) =>
        {
            if (parsed.GetValue(all) && parsed.GetValue(session) is not null)
                throw new CommandException("--all does not go with a session", "leave out one or the other");
            return RunAsync(context, parsed, parsed.GetValue(session), parsed.GetValue(format) == "json", token);
        });
        verb.Add(session);
        verb.Add(all);
        verb.Add(format);
        return verb;
    }

    private static async Task<int> RunAsync(VerbContext context, ParseResult parsed, string? named, bool json, CancellationToken cancellationToken)
    {
        var trust = ReadTrust(parsed.GetValue(context.Options.Trust));
        await using var store = OpenStore(context, parsed, ref named);
        using var progress = new Progress(context.Terminal, context.Time);
        var reporter = new VerifyReporter(progress);
        if (named is null)
        {
            var whole = await new StoreVerifier(store, trust).VerifyAsync(reporter, cancellationToken);
            progress.Clear();
            if (whole.Sessions.Count == 0 && whole.Findings.Count == 0)
                throw SessionFinder.NoSessions(store);
            if (json)
                VerifyJson.Print(context.PrintJson(), whole);
            else
                Print(context, output => VerifyPrinter.Print(output, whole, trust));
            return whole.ExitCode;
        }
        var session = await SessionFinder.FindAsync(store, named, cancellationToken);
        var result = await new SessionVerifier(store, trust).VerifyAsync(session, reporter, cancellationToken);
        progress.Clear();
        if (json)
            VerifyJson.Print(context.PrintJson(), result);
        else
            Print(context, output => VerifyPrinter.Print(output, result, trust));
        return result.ExitCode;
    }

    private static void Print(VerbContext context, Action<Printer> print)
    {
        using var output = context.Print();
        print(output);
    }

    /// <summary>A folder <c>…/sessions/yyyy/mm/dd/session</c> names its store, too.</summary>
    private static IRecordingReader OpenStore(VerbContext context, ParseResult parsed, ref string? named)
    {
        if (named is null || !named.Contains('/', StringComparison.Ordinal) || !Directory.Exists(named))
            return context.OpenStore(parsed);
        var folder = Path.TrimEndingDirectorySeparator(Path.GetFullPath(named));
        var id = Path.GetFileName(folder);
        var prefix = StoreLayout.IsSession(id) ? Path.DirectorySeparatorChar + StoreLayout.SessionPrefix(id).TrimEnd('/') : null;
        if (prefix is null || !folder.EndsWith(prefix, StringComparison.Ordinal))
            throw new CommandException($"'{named}' is not the folder of a session", "it ends in sessions/yyyy/mm/dd/<session>");
        named = id;
        return StoreUrl.ForFolder(folder[..^prefix.Length]).OpenReader();
    }

    private static TrustSet ReadTrust(string? named)
    {
        if (named is null)
            return TrustSet.Empty;
        if (TrustSet.IsFingerprint(named))
            return TrustSet.Of(named);
        if (!File.Exists(named))
        {
            throw new CommandException(
                named.StartsWith("SHA256:", StringComparison.Ordinal) ? $"'{named}' is not a whole fingerprint" : $"there is no file '{named}'",
                "--trust takes SHA256: and 43 characters, or a file of such lines and of public keys (PEM or DER)");
        }
        var bytes = ReadFile(named);
        if (FingerprintOfDer(bytes) is { } fingerprint)
            return TrustSet.Of(fingerprint);
        var trust = TrustSet.TryParse(Encoding.UTF8.GetString(bytes), out var problem);
        if (trust is null or { IsEmpty: true })
            throw new CommandException($"'{named}': {(trust is null ? problem : "it names nobody")}", "a line is a fingerprint (SHA256:…); a key is PEM or DER");
        return trust;
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MostTrustBytes
                ? File.ReadAllBytes(path)
                : throw new CommandException($"'{path}' is too large to be a file of keys");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"'{path}' cannot be read", null, e);
        }
    }

    private static string? FingerprintOfDer(byte[] bytes)
    {
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(bytes, out var read);
            return read == bytes.Length ? SessionStatement.FingerprintOf(bytes) : null;
        }
        catch (Exception e) when (e is CryptographicException or PlatformNotSupportedException)
        {
            return null;   // not DER, or not of a curve that is known here; it may be text
        }
    }
}
