using K8sRecorder.Crds;

#pragma warning disable RS0030 // a tool of the house: its output is the terminal
if (args is not ([] or ["--check"]))
{
    Console.Error.WriteLine("usage: crds [--check]");
    return 3;
}
var root = Directory.GetCurrentDirectory();
var stale = new List<string>();
foreach (var (path, text) in GeneratedFiles.All(root))
{
    var file = Path.Combine(root, path);
    if (File.Exists(file) && File.ReadAllText(file) == text)
        continue;
    stale.Add(path);
    if (args is [])
        File.WriteAllText(file, text);
}
if (stale.Count > 0)
    Console.WriteLine($"{(args is [] ? "written" : "not what make crds writes")}: {string.Join(", ", stale)}");
return args is ["--check"] && stale.Count > 0 ? 1 : 0;
