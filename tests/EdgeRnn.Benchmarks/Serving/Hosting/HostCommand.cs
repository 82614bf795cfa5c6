using System.CommandLine;
using System.Text.Json;
using EdgeRnn.Kernels;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Server;
using Grpc.AspNetCore.Server;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Benchmarks.Serving.Hosting;

/// <summary>
/// A server in a process of its own, for the figures: prints its address on standard output, answers every line on standard input with
/// its counters, and ends with its input. The server's options come from the environment.
/// </summary>
internal static class HostCommand
{
    public const string Name = "host";
    public const string Collect = "collect";
    public const string WatchPauses = "watch-pauses";

    public static Command Create()
    {
        var kind = new Argument<HostKind>("KIND");
        var command = new Command(Name, "A server for the serving figures, which start it themselves.") { kind };
        command.SetAction((parsed, _) => RunAsync(parsed.GetRequiredValue(kind)));
        return command;
    }

    private static async Task<int> RunAsync(HostKind kind)
    {
        using var meter = new HostMeter();
        if (kind is HostKind.Echo or HostKind.Plain)
        {
            await using WebApplication app = BuildBare(kind);
            await app.StartAsync();
            Answer(new Uri(app.Urls.Single()), meter);
        }
        else
        {
            await using EdgeRnnServer server = await EdgeRnnServer.StartAsync(
                options => options.GrpcPort = options.HttpPort = 0, builder => Compose(builder, kind));
            Answer(server.GrpcAddress, meter);
        }

        return 0;
    }

    private static void Answer(Uri address, HostMeter meter)
    {
        Console.WriteLine(address);
        while (Console.ReadLine() is { } line)
        {
            if (line == WatchPauses)
                meter.WatchPauses();
            Console.WriteLine(JsonSerializer.Serialize(meter.Read(line == Collect)));
        }
    }

    private static void Compose(WebApplicationBuilder builder, HostKind kind)
    {
        builder.Logging.ClearProviders();
        if (kind == HostKind.EdgeRnn)
            return;
        builder.Services.AddSingleton(new TimesInterceptor.Mode(kind == HostKind.WithoutTimes));
        builder.Services.Configure<GrpcServiceOptions>(grpc => grpc.Interceptors.Add<TimesInterceptor>());
    }

    /// <summary>gRPC with the framework's own settings.</summary>
    private static WebApplication BuildBare(HostKind kind)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddGrpc();
        // The model that EdgeRnn's server would serve.
        builder.Services.AddSingleton(ModelRepository.Load(builder.Configuration["EdgeRnn:Models"], KernelSet.Select(null)));
        builder.Services.AddSingleton(provider => provider.GetRequiredService<ModelRepository>().Models.Single());
        builder.Services.AddSingleton(provider => Describe(provider.GetRequiredService<RecurrentModel>()));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        WebApplication app = builder.Build();
        if (kind == HostKind.Echo)
            app.MapGrpcService<EchoService>();
        else
            app.MapGrpcService<PlainService>();
        return app;
    }

    private static ModelInfo Describe(RecurrentModel model) =>
        new() { Name = model.Name, FrameSize = (uint)model.InputSize, OutputSize = (uint)model.OutputSize };
}
