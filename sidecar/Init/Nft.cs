using System.ComponentModel;
using System.Diagnostics;

namespace K8sRecorder.Sidecar.Init;

/// <summary>The nft program, one transaction a run.</summary>
internal sealed class Nft(string path)
{
    private static readonly string[] Places = ["/usr/sbin/nft", "/sbin/nft", "/usr/bin/nft", "/usr/local/sbin/nft"];

    /// <summary>The one that is named, or the first where distributions put it; null: there is none. PATH is not asked: it is not ours alone.</summary>
    public static Nft? Find(string? named) => (named is null ? Places : [named]).FirstOrDefault(File.Exists) is { } found ? new Nft(found) : null;

    /// <summary>Loads rules, all or none. Null where they are in place, else what nft says (rules, no payload).</summary>
    public async Task<string?> LoadAsync(string rules)
    {
        var start = new ProcessStartInfo(path, ["-f", "-"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            using var process = Process.Start(start)!;
            var said = process.StandardError.ReadToEndAsync();
            var printed = process.StandardOutput.ReadToEndAsync();
            try
            {
                await process.StandardInput.WriteAsync(rules);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended before it had read everything, and says why.
            }
            await process.WaitForExitAsync();
            _ = await printed;
            return process.ExitCode == 0 ? null : (await said).Trim() is { Length: > 0 } reason ? reason : $"nft ended with {process.ExitCode}";
        }
        catch (Win32Exception cannot)
        {
            return $"{path} does not start: {cannot.Message}";
        }
    }
}
