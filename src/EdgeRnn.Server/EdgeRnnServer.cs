using System.Net.Sockets;
using System.Runtime.InteropServices;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Server.Configuration;
using EdgeRnn.Server.Hosting;

namespace EdgeRnn.Server;

/// <summary>
/// The stand-alone server with its own two ports, as <c>edgernn serve</c> runs it. To host EdgeRnn in an ASP.NET Core app, use
/// <c>AddEdgeRnn</c> and <c>MapEdgeRnn</c>.
/// </summary>
public sealed class EdgeRnnServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly PosixSignalRegistration? _hangup;
    private int _disposed;

    private EdgeRnnServer(WebApplication app)
    {
        _app = app;
        _hangup = OperatingSystem.IsWindows() ? null : PosixSignalRegistration.Create(PosixSignal.SIGHUP, StopAtHangup);
        KestrelSetup kestrel = app.Services.GetRequiredService<KestrelSetup>();
        GrpcAddress = kestrel.GrpcAddress;
        HttpAddress = kestrel.HttpAddress;
    }

    /// <summary>The address of gRPC, with the port that was bound.</summary>
    public Uri GrpcAddress { get; }

    /// <summary>
    /// The address of the live page, <c>/metrics</c>, <c>/health/live</c> and <c>/health/ready</c>, with the port that was bound.
    /// </summary>
    public Uri HttpAddress { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Reads the configuration, loads the models and starts to listen.</summary>
    /// <param name="configure">Changes the options after the configuration was read and before they are validated.</param>
    /// <param name="compose">Changes services and logging last.</param>
    /// <exception cref="ServerStartException">Options are wrong, models cannot be read, or a port is taken.</exception>
    public static async Task<EdgeRnnServer> StartAsync(
        Action<EdgeRnnServerOptions>? configure = null,
        Action<WebApplicationBuilder>? compose = null,
        CancellationToken cancellationToken = default)
    {
        WebApplicationBuilder builder = CreateBuilder();
        (EdgeRnnServerOptions options, IReadOnlyList<string> errors) = ReadOptions(builder.Configuration, configure);
        if (errors.Count > 0)
            throw ServerStartException.ForOptions(errors);

        builder.AddStandAlone(options);
        compose?.Invoke(builder);
        WebApplication app = builder.Build();
        try
        {
            app.MapStandAlone(options);
            await app.StartAsync(cancellationToken);
            var server = new EdgeRnnServer(app);
            server.LogStart(options);
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

    /// <summary>Completes once SIGTERM, SIGINT or the token has stopped the server, after accepted frames were answered.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancellationToken = default) => _app.WaitForShutdownAsync(cancellationToken);

    /// <summary>Drains and stops the server unless it has stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        if (!_app.Lifetime.ApplicationStopped.IsCancellationRequested)
            await _app.StopAsync();
        _hangup?.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>A terminal that closes ends the process by default, and with it every session.</summary>
    private void StopAtHangup(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _app.Lifetime.StopApplication();
    }

    /// <summary>The options that <see cref="StartAsync"/> would start with, and every error that it would find in them.</summary>
    internal static (EdgeRnnServerOptions Options, IReadOnlyList<string> Errors) ReadOptions(Action<EdgeRnnServerOptions> configure)
    {
        try
        {
            return ReadOptions(CreateBuilder().Configuration, configure);
        }
        catch (ServerStartException failure)
        {
            return (new EdgeRnnServerOptions(), [failure.Message]);
        }
    }

    private static (EdgeRnnServerOptions Options, IReadOnlyList<string> Errors) ReadOptions(
        IConfiguration configuration, Action<EdgeRnnServerOptions>? configure)
    {
        var options = new EdgeRnnServerOptions();
        OptionsReader.Read(configuration, options);
        configure?.Invoke(options);
        return (options,
        [
            .. options.Validate(), .. KernelSelection.Errors(), .. LoggingCheck.Errors(configuration),
            .. CheckEnvironment(options).Errors(),
        ]);
    }

    // The content root is the program's own folder, so that appsettings.json is found from any working directory.
    private static WebApplicationBuilder CreateBuilder()
    {
        WebApplicationBuilder builder;
        try
        {
            builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        }
        catch (Exception e) when (MachineSettings.IsOfTheFile(e))
        {
            throw MachineSettings.Refusal("appsettings.json", e);
        }

        MachineSettings.AddTo(builder.Configuration);
        return builder;
    }

    private static EnvironmentCheck CheckEnvironment(EdgeRnnServerOptions options)
    {
        IEnumerable<KeyValuePair<string, string>> variables = Environment.GetEnvironmentVariables().Cast<System.Collections.DictionaryEntry>()
            .Select(variable => new KeyValuePair<string, string>((string)variable.Key, (string?)variable.Value ?? ""));
        return new EnvironmentCheck(variables, OptionsReader.Names(options));
    }

    private static string? Explain(Exception startFailure, EdgeRnnServerOptions options) => startFailure switch
    {
        ModelException or IOException => startFailure.Message,
        SocketException => $"cannot listen on {options.Listen}, ports {options.GrpcPort} and {options.HttpPort}: {startFailure.Message}",
        _ => null,
    };

    private void LogStart(EdgeRnnServerOptions options)
    {
        ILogger<EdgeRnnServer> logger = Services.GetRequiredService<ILogger<EdgeRnnServer>>();
        if (logger.IsEnabled(LogLevel.Information))
        {
            string models = string.Join(", ", Services.GetRequiredService<ModelRepository>().Models.Select(model => model.Name));
            ServerLog.Listening(logger, GrpcAddress, HttpAddress, Services.GetRequiredService<KernelSet>().Name, models);
        }

        if (CheckEnvironment(options).Strangers() is { Count: > 0 } strangers)
            ServerLog.VariablesIgnored(logger, string.Join(", ", strangers));
        if (!ListenAddress.Parse(options.Listen).IsLoopback)
            ServerLog.ListeningBeyondLoopback(logger, options.Listen);
    }
}
