using System.Globalization;
using System.Text;

namespace K8sRecorder.Recording.Spool;

/// <summary>The file in a spool that says which version of it the rest is in.</summary>
internal static class SpoolVersion
{
    private const string Name = "version";
    private const string Format = "k8srecorder-spool/";
    private const int Known = 2;
    private const int MaxLength = 64;

    /// <summary>Writes it where it is missing.</summary>
    /// <exception cref="SpoolRefusedException">The spool is of another version.</exception>
    public static void Check(string folder, SpoolDisk disk)
    {
        var path = Path.Combine(folder, Name);
        if (!File.Exists(path))
        {
            disk.Place(path, Encoding.ASCII.GetBytes($"{Format}{Known}\n"));
            return;
        }

        var text = new FileInfo(path).Length <= MaxLength ? File.ReadAllText(path) : "";
        if (!text.StartsWith(Format, StringComparison.Ordinal)
            || !long.TryParse(text.AsSpan(Format.Length).TrimEnd('\n'), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new SpoolRefusedException(
                SpoolRefusal.Damaged, $"{path} does not say a spool's version. Delete it if this is the recorder's own folder, or give another --spool");
        }

        if (version != Known)
            throw SpoolRefusedException.OfVersion(path, version, Known);
    }
}
