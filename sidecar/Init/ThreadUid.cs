using System.Runtime.InteropServices;

namespace K8sRecorder.Sidecar.Init;

/// <summary>
/// The uid that this thread's new sockets belong to: what <c>meta skuid</c> compares is the filesystem uid of the moment in which a socket
/// was opened or accepted. Needs CAP_SETUID for any uid but our own, and no other process.
/// </summary>
internal static class ThreadUid
{
    private const uint Ask = uint.MaxValue; // no uid: nothing changes, and the present one comes back

    public static uint Current => SetFsUid(Ask);

    /// <summary>Whether sockets of this uid can be had here.</summary>
    public static bool CanBe(uint uid)
    {
        var before = SetFsUid(uid);
        var can = Current == uid;
        _ = SetFsUid(before);
        return can;
    }

    /// <summary>Does something as this uid. It must not wait for another thread: the uid is this one's.</summary>
    public static T As<T>(uint uid, Func<T> what)
    {
        var before = SetFsUid(uid);
        try
        {
            return what();
        }
        finally
        {
            _ = SetFsUid(before);
        }
    }

    [DllImport("libc", EntryPoint = "setfsuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint SetFsUid(uint uid);
}
