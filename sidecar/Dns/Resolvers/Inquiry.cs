using K8sRecorder.Sidecar.Dns.Messages;

namespace K8sRecorder.Sidecar.Dns.Resolvers;

/// <summary>A question on its way to a resolver.</summary>
/// <param name="Message">The agent's message; its id is replaced in a copy.</param>
/// <param name="Question">What it asks.</param>
internal readonly record struct Inquiry(ReadOnlyMemory<byte> Message, DnsQuestion Question);
