using K8sRecorder.Policy.Model;

namespace K8sRecorder.Policy.Binding;

/// <summary>The spec of a recording store.</summary>
internal static class StoreBinder
{
    public static RecordingStoreSpec Spec(MappingReader from) => new()
    {
        AzureBlob = from.Object("azureBlob", azure => new AzureBlobStoreSpec { ContainerUrl = azure.Text("containerUrl") }),
        S3 = from.Object("s3", s3 => new S3StoreSpec
        {
            Bucket = s3.Text("bucket"),
            Region = s3.Text("region"),
            Endpoint = s3.Text("endpoint"),
            ForcePathStyle = s3.Flag("forcePathStyle"),
        }),
        Folder = from.Object("folder", folder => new FolderStoreSpec { Path = folder.Text("path") }),
    };
}
