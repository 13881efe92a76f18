namespace K8sRecorder.Testing;

/// <summary>Where the sources are, found upwards from the test's assembly.</summary>
public static class RepositoryRoot
{
    /// <summary>The folder that holds the solution.</summary>
    public static string Path { get; } = Find();

    /// <summary>The full path of a file of the repository.</summary>
    public static string File(string relative) => System.IO.Path.Combine(Path, relative);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(System.IO.Path.Combine(folder.FullName, "K8sRecorder.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
