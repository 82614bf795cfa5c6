using System.Net;
using System.Net.Sockets;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;

namespace EdgeRnn.Server;

/// <summary>The running server, whoever hosts it: its own program, the command line tool, a test.</summary>
public sealed class EdgeRnnServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _disposed;

    private EdgeRnnServer(WebApplication app)
    {
        _app = app;
        KestrelSetup kestrel = app.Services.GetRequiredService<KestrelSetup>();
        GrpcAddress = kestrel.GrpcAddress;
        HttpAddress = kestrel.HttpAddress;
    }

    /// <summary>Where gRPC is served, with the port that was bound.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>
    /// Where the live page, <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c> are served, with the port that was bound.
    /// </summary>
    public Uri HttpAddress { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Reads the configuration, loads the models and starts to listen.</summary>
    /// <param name="configure">Changes the options after the configuration was read and before they are checked.</param>
    /// <param name="compose">Has the last word on services and logging.</param>
    /// <exception cref="ServerStartException">Options are wrong, models unreadable, or a port is taken.</exception>
    public static async Task<EdgeRnnServer> StartAsync(
        Action<ServerOptions>? configure = null,
        Action<WebApplicationBuilder>? compose = null,
        CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = CreateBuilder();
        List<string> errors = [];
        ServerOptions options = ServerOptionsReader.Read(builder.Configuration, configure, errors);
        KernelSet? kernels = SelectKernels(errors);
        if (errors.Count > 0)
            throw ServerStartException.ForOptions(errors);

        builder.AddEdgeRnn(options, kernels!);
        compose?.Invoke(builder);
        WebApplication app = builder.Build();
        try
        {
            ModelRepository models = app.Services.GetRequiredService<ModelRepository>();
            app.MapEdgeRnn(options);
            await app.StartAsync(cancellationToken);
            var server = new EdgeRnnServer(app);
            server.LogStart(options, kernels!, models);
            return server;
        }
        catch (Exception e)
        {
            await app.DisposeAsync();
            if (Explain(e, options) is { } reason)
                throw ServerStartException.ForFailure(reason, e);
            throw;
        }
    }

    /// <summary>Completes once SIGTERM, SIGINT or the token has stopped the server, and accepted frames were answered.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Drains and stops the server if it still runs.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (!_app.Lifetime.ApplicationStopped.IsCancellationRequested)
            await _app.StopAsync();
        await _app.DisposeAsync();
    }

    /// <summary>The options that <see cref="StartAsync"/> would start with, and every error that it would find in them.</summary>
    internal static (ServerOptions Options, IReadOnlyList<string> Errors) ReadOptions(Action<ServerOptions> configure)
    {
        List<string> errors = [];
        ServerOptions options = ServerOptionsReader.Read(CreateBuilder().Configuration, configure, errors);
        SelectKernels(errors);
        return (options, errors);
    }

    // The program's own folder, so that the server reads the same appsettings.json wherever it is started from.
    private static WebApplicationBuilder CreateBuilder() =>
        WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });

    private static string? Explain(Exception startFailure, ServerOptions options) => startFailure switch
    {
        ModelException or IOException => startFailure.Message,
        SocketException => $"cannot listen on {options.Listen}, ports {options.GrpcPort} and {options.HttpPort}: {startFailure.Message}",
        _ => null,
    };

    private static KernelSet? SelectKernels(List<string> errors)
    {
        try
        {
            return KernelSet.Select(Environment.GetEnvironmentVariable(KernelSet.EnvironmentVariable));
        }
        catch (NotSupportedException e)
        {
            errors.Add($"{KernelSet.EnvironmentVariable}: {e.Message}");
            return null;
        }
    }

    private void LogStart(ServerOptions options, KernelSet kernels, ModelRepository models)
    {
        ILogger<EdgeRnnServer> logger = Services.GetRequiredService<ILogger<EdgeRnnServer>>();
        if (logger.IsEnabled(LogLevel.Information))
        {
            string names = string.Join(", ", models.Models.Select(model => model.Name));
            ServerLog.Listening(logger, GrpcAddress, HttpAddress, kernels.Name, names);
        }

        if (!IPAddress.IsLoopback(IPAddress.Parse(options.Listen)))
            ServerLog.ListeningBeyondLoopback(logger, options.Listen);
    }
}
