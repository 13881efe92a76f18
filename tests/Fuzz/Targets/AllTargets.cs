using K8sRecorder.Fuzz.Engine;

namespace K8sRecorder.Fuzz.Targets;

/// <summary>Every target there is.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<FuzzTarget> List { get; } =
    [
        new ChunkTarget(), new StoreTarget(), new MaskingTarget(), new ExchangeTarget(), new PolicyTarget(), new PluginTarget(), new DocumentsTarget(), new WalTarget(),
        new HttpHeadTarget(), new HttpChunkedTarget(), new DecoderTarget(), new CutterTarget(), new SseTarget(), new AwsTarget(), new TerminalTarget(), new DnsTarget(), new WebSocketTarget(), new Http2EndsTarget(), new UnknownFramesTarget(), new EnvelopeTarget(), new TrustTarget(), new McpTarget(), new PathTarget(),
        new AuthorityTarget(), new SnifferTarget(), new HelloTarget(), new AdmissionTarget(), new KubeTarget(),
    ];
}
