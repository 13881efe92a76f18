using System.Reflection;
using System.Text.Json.Nodes;
using K8sRecorder.Policy.Model;

namespace K8sRecorder.Crds;

/// <summary>A model type as a structural schema: names, types and words are the model's, bounds and rules are <see cref="Constraints"/>'.</summary>
internal static class SchemaOf
{
    private const string DurationForm = "^([0-9]{1,9}h)?([0-9]{1,9}m)?([0-9]{1,9}s)?([0-9]{1,9}ms)?$";

    public static JsonObject Object(Type type, params string[] without)
    {
        var properties = new JsonObject();
        foreach (var property in type.GetProperties().Where(property => property.Name != "EqualityContract" && !without.Contains(property.Name)))
            properties[Camel(property.Name)] = Property(property);
        var schema = new JsonObject { ["type"] = "object", ["properties"] = properties };
        Constraints.Apply(type.Name, schema);
        return schema;
    }

    private static JsonObject Property(PropertyInfo property)
    {
        var schema = new JsonObject { ["description"] = ModelText.Of(property) };
        foreach (var (key, value) in OfType(property.PropertyType))
            schema[key] = value?.DeepClone();
        Constraints.Apply($"{property.DeclaringType!.Name}.{property.Name}", schema);
        return schema;
    }

    private static JsonObject OfType(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return new JsonObject { ["type"] = "string", ["enum"] = new JsonArray([.. Enum.GetNames(type).Select(name => (JsonNode)name)]) };
        if (type == typeof(string))
            return new JsonObject { ["type"] = "string" };
        if (type == typeof(bool))
            return new JsonObject { ["type"] = "boolean" };
        if (type == typeof(int))
            return new JsonObject { ["type"] = "integer", ["format"] = "int32" };
        if (type == typeof(long))
            return new JsonObject
            {
                ["x-kubernetes-int-or-string"] = true,
                ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer" }, new JsonObject { ["type"] = "string" }),
                ["pattern"] = "^(0|[1-9][0-9]{0,15})(Ki|Mi|Gi|Ti)?$",
                ["maxLength"] = 20,
            };
        if (type == typeof(TimeSpan))
            return new JsonObject
            {
                ["type"] = "string",
                ["format"] = "duration",
                ["minLength"] = 2,
                ["maxLength"] = 48,
                ["pattern"] = DurationForm,
                ["x-kubernetes-validations"] = new JsonArray(Constraints.Rule("self > duration('0s') && self <= duration('720h')", "must be longer than nothing and at most 720h; write a duration such as 30s")),
            };
        if (type == typeof(RowsLimit))
            return new JsonObject { ["type"] = "string", ["maxLength"] = 17, ["pattern"] = @"^(All|Count|First\([1-9][0-9]{0,9}\))$" };
        if (type == typeof(IReadOnlyDictionary<string, string>))
            return new JsonObject { ["type"] = "object", ["additionalProperties"] = new JsonObject { ["type"] = "string" } };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return new JsonObject { ["type"] = "array", ["items"] = OfType(type.GetGenericArguments()[0]) };
        return Object(type);
    }

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];
}
