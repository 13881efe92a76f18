using YamlDotNet.Core.Events;

namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>Carries what cannot be read out of the recursion; never leaves <see cref="YamlTree"/>.</summary>
internal sealed class YamlTreeException(ParsingEvent? at, string message)
    : Exception(at is null ? message : $"line {at.Start.Line}: {message}");
