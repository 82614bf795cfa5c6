using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Server.Tests;

/// <summary>An app with pages of its own that hosts EdgeRnn, with the model "first".</summary>
internal sealed class HostedApp : IAsyncDisposable
{
    private readonly SamplePackages _package;

    private HostedApp(SamplePackages package, WebApplication app, GrpcChannel channel)
    {
        _package = package;
        App = app;
        Channel = channel;
    }

    public WebApplication App { get; }

    public GrpcChannel Channel { get; }

    public Protocol.V1.InferenceService.InferenceServiceClient Service => new(Channel);

    public SessionManager Sessions => App.Services.GetRequiredService<SessionManager>();

    /// <summary>An app on Kestrel with one port, HTTP/2 without TLS.</summary>
    public static Task<HostedApp> OnKestrelAsync(Action<WebApplicationBuilder> add, Action<WebApplication> map) => StartAsync(
        builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.WebHost.ConfigureKestrel(
                kestrel => kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Protocols = HttpProtocols.Http2));
            add(builder);
        },
        map,
        app => GrpcChannel.ForAddress(app.Urls.Single()));

    /// <summary>An app on TestServer, without a network.</summary>
    public static Task<HostedApp> InMemoryAsync(Action<WebApplicationBuilder> add, Action<WebApplication> map) => StartAsync(
        builder =>
        {
            builder.WebHost.UseTestServer();
            add(builder);
        },
        map,
        app => GrpcChannel.ForAddress("http://localhost", new GrpcChannelOptions { HttpHandler = app.GetTestServer().CreateHandler() }));

    /// <summary>A client for the app's pages.</summary>
    public HttpClient Http() => App.GetTestClient();

    public async Task<RawStream> OpenAsync(OpenSession open, Metadata? headers = null)
    {
        var stream = new RawStream(Service.StreamInfer(headers));
        await stream.SendAsync(new StreamInferRequest { Open = open });
        Assert.NotNull((await stream.NextAsync()).Opened);
        return stream;
    }

    public async ValueTask DisposeAsync()
    {
        Channel.Dispose();
        await App.DisposeAsync().AsTask().Soon();
        _package.Dispose();
    }

    private static async Task<HostedApp> StartAsync(
        Action<WebApplicationBuilder> add, Action<WebApplication> map, Func<WebApplication, GrpcChannel> connect)
    {
        SamplePackages package = new SamplePackages().Add("first", seed: 1);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration["EdgeRnn:Models"] = package.Models;
        add(builder);
        WebApplication app = builder.Build();
        map(app);
        await app.StartAsync().Soon();
        return new HostedApp(package, app, connect(app));
    }
}
