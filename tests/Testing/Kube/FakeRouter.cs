using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace K8sRecorder.Testing.Kube;

/// <summary>Paths and verbs of the API.</summary>
internal sealed class FakeRouter(FakeApiServer server, IReadOnlyList<FakeKind> kinds)
{
    public async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        if (path is "/version")
        {
            await WriteAsync(context, new JsonObject { ["major"] = "1", ["minor"] = "30", ["gitVersion"] = "v1.30.0-fake" });
            return;
        }
        if (path.EndsWith("/tokenreviews", StringComparison.Ordinal) || path.EndsWith("/subjectaccessreviews", StringComparison.Ordinal))
        {
            var review = await ReadAsync(context);
            context.Response.StatusCode = 201;
            await WriteAsync(context, path.EndsWith("/tokenreviews", StringComparison.Ordinal) ? server.Reviews.Token(review) : server.Reviews.Access(review));
            return;
        }
        var target = FakeTarget.Parse(path, kinds) ?? throw new FakeApiException(404, "NotFound", "the server could not find the requested resource");
        await (context.Request.Method switch
        {
            "GET" when target.Name is not null => WriteAsync(context, server.Store.Get(target.Kind, target.Space, target.Name)),
            "GET" when context.Request.Query["watch"] == "true" => WatchAsync(context, target),
            "GET" => ListAsync(context, target),
            "POST" => PostAsync(context, target),
            "PUT" => PutAsync(context, target),
            "PATCH" => PatchAsync(context, target),
            "DELETE" => DeleteAsync(context, target),
            _ => throw new FakeApiException(405, "MethodNotAllowed", "the server does not allow this method on the requested resource"),
        });
    }

    public static async Task WriteAsync(HttpContext context, JsonNode body)
    {
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    private async Task ListAsync(HttpContext context, FakeTarget target)
    {
        var query = context.Request.Query;
        _ = int.TryParse(query["limit"], out var limit);
        var (items, version, next) = server.Store.List(target.Kind, target.Space, Selector(query), limit, query["continue"].FirstOrDefault());
        var meta = new JsonObject { ["resourceVersion"] = version.ToString(CultureInfo.InvariantCulture) };
        if (next is not null)
            meta["continue"] = next;
        foreach (var item in items)
        {
            item.Remove("kind");
            item.Remove("apiVersion");
        }
        await WriteAsync(context, new JsonObject
        {
            ["kind"] = target.Kind.Kind + "List",
            ["apiVersion"] = target.Kind.ApiVersion,
            ["metadata"] = meta,
            ["items"] = new JsonArray([.. items]),
        });
    }

    private async Task WatchAsync(HttpContext context, FakeTarget target)
    {
        var query = context.Request.Query;
        long? from = query["resourceVersion"].FirstOrDefault() is { Length: > 0 } text and not "0" ? long.Parse(text, CultureInfo.InvariantCulture) : null;
        if (server.Faults.IsGoneAsStatus && from is { } version)
            server.Store.Since(version);
        using var watch = new FakeWatch(server.Store, target.Kind, target.Space, Selector(query), query["allowWatchBookmarks"] == "true");
        await watch.RunAsync(context, from, server.Faults);
    }

    private async Task PostAsync(HttpContext context, FakeTarget target)
    {
        var body = await ReadAsync(context);
        context.Response.StatusCode = 201;
        if (target is { Kind.Kind: "ServiceAccount", Name: { } account, Subresource: "token" })
        {
            server.Store.Get(target.Kind, target.Space, account);
            await WriteAsync(context, server.Reviews.TokenRequest(target.Space!, account, body));
        }
        else
        {
            await WriteAsync(context, server.Store.Create(target.Kind, target.Space, body, Manager(context)));
        }
    }

    private async Task PutAsync(HttpContext context, FakeTarget target) =>
        await WriteAsync(context, server.Store.Replace(target.Kind, target.Space, target.Name!, await ReadAsync(context), target.Subresource, Manager(context)));

    private async Task PatchAsync(HttpContext context, FakeTarget target)
    {
        var query = context.Request.Query;
        var body = await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted);
        var patch = new FakePatch(context.Request.ContentType!.Split(';')[0], body!, Manager(context), query["force"] == "true");
        if (patch.IsApply && query["fieldManager"].Count == 0)
            throw FakeApiException.Bad("fieldManager is required for apply patch");
        if (!patch.IsApply && query["force"].Count > 0)
            throw FakeApiException.Bad("force is forbidden for other patches than apply");
        await WriteAsync(context, server.Store.Patch(target.Kind, target.Space, target.Name!, patch, target.Subresource));
    }

    private async Task DeleteAsync(HttpContext context, FakeTarget target)
    {
        var options = await ReadAsync(context);
        await WriteAsync(context, server.Store.Delete(target.Kind, target.Space, target.Name!, (string?)options["preconditions"]?["uid"]));
    }

    private static FakeSelector Selector(IQueryCollection query) => new(query["labelSelector"].FirstOrDefault(), query["fieldSelector"].FirstOrDefault());

    private static string Manager(HttpContext context) => context.Request.Query["fieldManager"].FirstOrDefault() ?? "unnamed";

    private static async Task<JsonObject> ReadAsync(HttpContext context)
    {
        try
        {
            return await JsonNode.ParseAsync(context.Request.Body, cancellationToken: context.RequestAborted) as JsonObject ?? throw FakeApiException.Bad("no object");
        }
        catch (JsonException)
        {
            throw FakeApiException.Bad("no JSON");
        }
    }
}
