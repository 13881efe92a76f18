using System.Text.Json.Nodes;

namespace K8sRecorder.Testing.Kube;

/// <summary>One write, as watches tell it. <paramref name="Before"/> is null where the object is new.</summary>
public sealed record FakeChange(long Version, FakeKind Kind, string Type, JsonObject Entity, JsonObject? Before);
