using System.Collections.Concurrent;
using System.Net.Http.Headers;

namespace EdgeRnn.Server.Tests.Client;

/// <summary>A handler that keeps the headers of every request it sends.</summary>
internal sealed class HeaderRecorder() : DelegatingHandler(new SocketsHttpHandler())
{
    public ConcurrentQueue<HttpRequestHeaders> Requests { get; } = new();

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Requests.Enqueue(request.Headers);
        return base.SendAsync(request, cancellationToken);
    }
}
