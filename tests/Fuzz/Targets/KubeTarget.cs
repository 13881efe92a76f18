using System.Text;
using System.Text.Json;
using K8sRecorder.Fuzz.Engine;
using K8sRecorder.Kube;
using K8sRecorder.Kube.Configuration;
using K8sRecorder.Kube.Configuration.Kubeconfig;
using K8sRecorder.Kube.Credentials;
using K8sRecorder.Kube.Http;
using K8sRecorder.Kube.Models;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>
/// What an API server, a credential plugin and a kubeconfig say; the first byte says which. A list or an event is of its kind with names and
/// versions, or it is an error; a kubeconfig gives entries or problems.
/// </summary>
internal sealed class KubeTarget : FuzzTarget
{
    private static readonly KubeJson Json = new();
    private static readonly EntityInfo Pods = EntityInfo.Of<V1Pod>();
    private static readonly ExecPlugin Plugin = new() { ApiVersion = "client.authentication.k8s.io/v1", Command = "login" };

    public override string Name => "kube";

    public override string Subject => "WatchLine, ListReader, ExecCredential, KubeconfigReader: what an API server, a plugin and a kubeconfig say";

    public override int MaxLength => 16 * 1024;

    public override IEnumerable<string> Dictionary =>
    [
        "\"resourceVersion\":", "\"continue\":", "\"BOOKMARK\"", "\"ERROR\"", "\"deletionTimestamp\":", "\"2026-11-22T10:00:00Z\"", "&a ", "*a", "!!str ", "- name: ",
        "current-context: ", "certificate-authority-data: ", "insecure-skip-tls-verify: ", "proxy-url: ", "interactiveMode: ", "as-user-extra: ",
    ];

    public override IEnumerable<byte[]> Seeds() => new[]
    {
        """w{"type":"ADDED","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"a","namespace":"b","uid":"c","resourceVersion":"7","creationTimestamp":"2026-11-22T10:00:00Z","labels":{"a":"b"},"ownerReferences":[{"kind":"ReplicaSet","name":"x","uid":"y","controller":true}]},"spec":{"containers":[{"name":"agent","image":"i","env":[{"name":"A","value":"b"}],"ports":[{"containerPort":80}],"securityContext":{"runAsUser":1000}}]},"status":{"phase":"Running","podIP":"10.0.0.1","containerStatuses":[{"name":"agent","ready":true,"restartCount":0}]}}}""",
        """w{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"9","creationTimestamp":null}}}""",
        """w{"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}}""",
        """l{"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":"9","continue":"c"},"items":[{"metadata":{"name":"a","resourceVersion":"7"},"spec":{}},{"metadata":{"name":"b","resourceVersion":"8"}}]}""",
        """e{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"t","expirationTimestamp":"2026-11-22T10:00:00Z"}}""",
        """
        fapiVersion: v1
        kind: Config
        current-context: x
        clusters: [ { name: c, cluster: { server: 'https://h:6443', certificate-authority-data: eA==, tls-server-name: a.b, proxy-url: 'socks5://p:1', insecure-skip-tls-verify: false } } ]
        users:
        - name: u
          user: { token: abc, as: jane, as-groups: [ g ], as-user-extra: { k: [ v ] }, exec: { apiVersion: client.authentication.k8s.io/v1, command: login, args: [ a ], env: [ { name: A, value: b } ], interactiveMode: Never, provideClusterInfo: true } }
        contexts: [ { name: x, context: { cluster: c, user: u, namespace: n } } ]
        """,
    }.Select(Encoding.UTF8.GetBytes);

    public override long AllocationLimit(int length) => (2 << 20) + (512L * length);

    public override void Run(byte[] input, Measure measure)
    {
        if (input.Length == 0)
            return;
        var bytes = input.AsSpan(1);
        switch (input[0] % 4)
        {
            case 'w' % 4:
                Event(bytes, measure);
                break;
            case 'l' % 4:
                Items(bytes, measure);
                break;
            case 'e' % 4:
                Credential(input.AsMemory(1), measure);
                break;
            default:
                Config(bytes, measure);
                break;
        }
    }

    private static void Event(ReadOnlySpan<byte> line, Measure measure)
    {
        WatchEvent<V1Pod> read;
        measure.Begin();
        try
        {
            read = WatchLine.Read<V1Pod>(line, Pods, Json);
        }
        catch (Exception refused) when (refused is KubeStatusException or JsonException or FormatException or InvalidOperationException)
        {
            return;
        }
        finally
        {
            measure.End();
        }
        if (read.ResourceVersion is "" || read.Type == WatchEventType.Bookmark != read.Entity is null || read.Entity is { Metadata.Name: null })
            throw new OracleException("an event has a version, and a name unless it is a bookmark", read.ToString());
        using var whole = JsonDocument.Parse(line.ToArray(), new JsonDocumentOptions { MaxDepth = 256 });
        if (read.Entity is { } pod && JsonSerializer.SerializeToUtf8Bytes(pod, Json.TypeInfo<V1Pod>()) is var again
            && !again.AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(JsonSerializer.Deserialize(again, Json.TypeInfo<V1Pod>())!, Json.TypeInfo<V1Pod>())))
            throw new OracleException("what was read is written and read the same", pod.Metadata!.Name!);
    }

    private static void Items(ReadOnlySpan<byte> body, Measure measure)
    {
        measure.Begin();
        try
        {
            var page = ListReader.Read<V1Pod>(body, Pods, Json, static pod => pod);
            if (page.ResourceVersion is "" || page.Continue is "" || page.Items.Any(pod => pod.Metadata is not { Name: not null, ResourceVersion: not null }))
                throw new OracleException("a list and all in it have versions", page.ResourceVersion);
        }
        catch (Exception refused) when (refused is JsonException or FormatException or InvalidOperationException)
        {
            // no list
        }
        finally
        {
            measure.End();
        }
    }

    private static void Credential(ReadOnlyMemory<byte> output, Measure measure)
    {
        measure.Begin();
        try
        {
            var read = ExecCredential.Parse(output, Plugin);
            if (read.Credential.Token is { } token && token.AsSpan().ContainsAnyExceptInRange('!', '~'))
                throw new OracleException("a token fits into a header", token);
        }
        catch (CredentialException)
        {
            // none
        }
        finally
        {
            measure.End();
        }
    }

    private static void Config(ReadOnlySpan<byte> text, Measure measure)
    {
        var environment = new KubeEnvironment { Variable = _ => null, HomeFolder = "/nowhere" };
        var problems = new List<KubeConfigProblem>();
        measure.Begin();
        var document = KubeconfigReader.Read(text, "/nowhere/config", problems);
        var read = document is null || problems.Count > 0 ? null : new KubeconfigSelection(environment, KubeconfigDocument.Merge([document], ""), problems).Select(null);
        measure.End();
        if (read is null == (problems.Count == 0))
            throw new OracleException("a configuration or problems", $"{problems.Count} problems");
        if (problems.Any(problem => problem.Message is "" || problem.ToString().AsSpan().ContainsAnyInRange('\0', '\x1f')))
            throw new OracleException("a problem is one line with words", problems[0].Field);
    }
}
