namespace K8sRecorder.Kube.Configuration.Kubeconfig;

/// <summary>The parts of one kubeconfig, or of several as one.</summary>
internal sealed record KubeconfigDocument(
    string File,
    string? CurrentContext,
    IReadOnlyList<KubeconfigEntry> Clusters,
    IReadOnlyList<KubeconfigEntry> Users,
    IReadOnlyList<KubeconfigEntry> Contexts)
{
    /// <summary>Of entries with the same name the first stays, as kubectl has it.</summary>
    public static KubeconfigDocument Merge(IReadOnlyList<KubeconfigDocument> documents, string file) => new(
        documents.Count > 0 ? documents[0].File : file,
        documents.Select(document => document.CurrentContext).FirstOrDefault(context => !string.IsNullOrEmpty(context)),
        [.. documents.SelectMany(document => document.Clusters).DistinctBy(entry => entry.Name)],
        [.. documents.SelectMany(document => document.Users).DistinctBy(entry => entry.Name)],
        [.. documents.SelectMany(document => document.Contexts).DistinctBy(entry => entry.Name)]);
}
