namespace K8sRecorder.Soak;

/// <summary>Gets a URL and prints the answer: a client in .NET, which believes what <c>SSL_CERT_FILE</c> says.</summary>
internal static class HttpsGet
{
    public const string Verb = "https-get";

    public static async Task<int> RunAsync(string url, CancellationToken cancellationToken)
    {
        using var client = new HttpClient();
        try
        {
            using var answer = await client.GetAsync(url, cancellationToken);
            await Console.Out.WriteLineAsync($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            return 0;
        }
        catch (HttpRequestException failure)
        {
            await Console.Error.WriteLineAsync(failure.ToString());
            return 1;
        }
    }
}
