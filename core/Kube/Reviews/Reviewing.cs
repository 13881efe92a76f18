using K8sRecorder.Kube.Models;

namespace K8sRecorder.Kube.Reviews;

/// <summary>Questions to the API server: whose token is this, and may they do that.</summary>
public static class Reviewing
{
    /// <summary>
    /// Asks whose token it is. It must be for <paramref name="audience"/>: an authenticator that knows nothing of audiences says yes to any
    /// token and names none, so one that does not name ours is refused.
    /// </summary>
    public static async Task<TokenVerdict> ReviewTokenAsync(this IKubernetesClient client, string token, string audience, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentException.ThrowIfNullOrEmpty(audience);
        if (string.IsNullOrEmpty(token))
            return new TokenVerdict(null, "no token");
        var review = await client.CreateAsync(
            new V1TokenReview { Metadata = new V1ObjectMeta(), Spec = new V1TokenReviewSpec { Token = token, Audiences = [audience] } }, cancellationToken);
        var status = review.Status;
        if (status?.Authenticated is not true)
            return new TokenVerdict(null, "the API server does not know the token, or not for this audience");
        if (status.Audiences?.Contains(audience) is not true)
            return new TokenVerdict(null, "the token's audience was not checked");
        return string.IsNullOrEmpty(status.User?.Username) ? new TokenVerdict(null, "the token has no user") : new TokenVerdict(status.User, null);
    }

    /// <summary>Whether the user may; an error of an authorizer is a no.</summary>
    public static async Task<bool> ReviewAccessAsync(
        this IKubernetesClient client, V1UserInfo user, V1ResourceAttributes what, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(user);
        var review = await client.CreateAsync(
            new V1SubjectAccessReview
            {
                Metadata = new V1ObjectMeta(),
                Spec = new V1SubjectAccessReviewSpec { User = user.Username, Uid = user.Uid, Groups = user.Groups, Extra = user.Extra, ResourceAttributes = what },
            },
            cancellationToken);
        return review.Status is { Allowed: true, Denied: not true };
    }
}
