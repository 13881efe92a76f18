namespace K8sRecorder.Dialects.Exchanges;

/// <summary>What a part of a message is.</summary>
public enum ModelPartKind
{
    /// <summary>Text for the reader.</summary>
    Text,

    /// <summary>What the model thought, where the API tells.</summary>
    Reasoning,

    /// <summary>The model asks for a tool: name, call id, arguments as text.</summary>
    ToolCall,

    /// <summary>What a tool gave back.</summary>
    ToolResult,

    /// <summary>An image; its bytes stay in the recording.</summary>
    Image,

    /// <summary>Sound or video.</summary>
    Media,

    /// <summary>A document or file.</summary>
    File,

    /// <summary>Something else; <see cref="ModelPart.Name"/> says its type.</summary>
    Other,
}
