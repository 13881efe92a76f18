namespace K8sRecorder.Dialects.Tools;

/// <summary>An object or array that <see cref="ToolScan"/> is inside of, with what was seen of its members.</summary>
/// <param name="isArray">Whether it is an array.</param>
/// <param name="place">The member that it is the value of; of an element the member of its array.</param>
/// <param name="isMessage">Whether it stands where a JSON-RPC message does: alone, or in the outermost array.</param>
internal sealed class ToolFrame(bool isArray, ToolKey place, bool isMessage)
{
    public bool IsArray => isArray;

    public ToolKey Place => place;

    public bool IsMessage => isMessage;

    /// <summary>The member whose value comes next.</summary>
    public ToolKey Key { get; set; }

    /// <summary>Whether its type or role says that its name is a tool's.</summary>
    public bool IsTool { get; set; }

    public bool HasMethod { get; set; }

    public bool IsToolsCall { get; set; }

    public byte[]? Id { get; set; }

    public List<string>? Names { get; private set; }

    /// <summary>The names in its <c>params</c>.</summary>
    public List<string>? Parameters { get; private set; }

    public void AddName(string name) => (Names ??= []).Add(name);

    public void AddParameter(string name) => (Parameters ??= []).Add(name);
}
