using System.Net;
using System.Security.Claims;
using System.Text.Encodings.Web;
using EdgeRnn.Kernels;
using EdgeRnn.Protocol.V1;
using Grpc.Core;
using Grpc.Health.V1;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>EdgeRnn in an ASP.NET Core app, over the app's own Kestrel and under TestServer.</summary>
public sealed class HostedAppTests
{
    private const int Frames = 10;
    private static readonly float[] Input = SamplePackages.Frames(Frames, seed: 1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task MapEdgeRnn_OnAnyServer_AnswersFramesAndTellsItsVersion(bool inMemory)
    {
        await using HostedApp app = await StartAsync(inMemory);
        using AsyncDuplexStreamingCall<StreamInferRequest, StreamInferResponse> call = app.Service.StreamInfer();
        using var stream = new RawStream(call);
        await stream.SendAsync(new StreamInferRequest { Open = new OpenSession { Model = "first", BlockSteps = 4 } });
        await stream.SendFramesAsync(Input);
        await stream.CompleteAsync();

        RawStream.Rest rest = await stream.ReadToEndAsync();

        rest.AssertEnd(EndReason.EndOfInput, StatusCode.OK);
        Assert.Equal(TestServer.Expected(app.App.Services, Input), rest.Outputs);
        Assert.Equal(ServerVersion.Text, (await call.ResponseHeadersAsync.Soon()).GetValue("edgernn-version"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task StopAsync_WithAnOpenStream_AnswersWhatWasAccepted(bool inMemory)
    {
        await using HostedApp app = await StartAsync(inMemory);
        using RawStream stream = await app.OpenAsync(new OpenSession { Model = "first", BlockSteps = 100, MaxBlockDelayMs = 60_000 });
        await stream.SendFramesAsync(Input);
        await Waiting.UntilAsync(() => app.Sessions.OpenSessions.Single().FramesAccepted == Frames);

        Task stopping = app.App.StopAsync();
        RawStream.Rest rest = await stream.ReadToEndAsync();
        await stopping.Soon();

        rest.AssertEnd(EndReason.Shutdown, StatusCode.Unavailable);
        Assert.Equal(TestServer.Expected(app.App.Services, Input), rest.Outputs);
    }

    [Fact]
    public async Task MapEdgeRnn_HealthService_ServesTheModelsName()
    {
        await using HostedApp app = await StartAsync(inMemory: true);
        var health = new Health.HealthClient(app.Channel);

        HealthCheckResponse response = await health.CheckAsync(new HealthCheckRequest { Service = "first" }).ResponseAsync.Soon();

        Assert.Equal(HealthCheckResponse.Types.ServingStatus.Serving, response.Status);
    }

    [Fact]
    public async Task RequireAuthorization_OnMapEdgeRnn_RefusesCallsWithoutCredentials()
    {
        await using HostedApp app = await HostedApp.OnKestrelAsync(
            builder =>
            {
                builder.Services.AddEdgeRnn();
                builder.Services.AddAuthentication(TokenScheme.Name)
                    .AddScheme<AuthenticationSchemeOptions, TokenScheme>(TokenScheme.Name, null);
                builder.Services.AddAuthorization();
            },
            app => app.MapEdgeRnn().RequireAuthorization());

        RpcException refused = await Assert.ThrowsAsync<RpcException>(
            () => app.Service.ListModelsAsync(new ListModelsRequest()).ResponseAsync.Soon());
        using var anonymous = new RawStream(app.Service.StreamInfer());
        RawStream.Rest ended = await anonymous.ReadToEndAsync();
        using RawStream known = await app.OpenAsync(
            new OpenSession { Model = "first" }, new Metadata { { "authorization", TokenScheme.Token } });

        Assert.Equal(StatusCode.Unauthenticated, refused.StatusCode);
        Assert.Equal((0, StatusCode.Unauthenticated), (ended.Responses.Count, ended.Status.StatusCode));
        Assert.Equal(1, app.Sessions.ActiveSessions);
    }

    [Fact]
    public async Task AddEdgeRnn_WrongOptions_FailAtStartWithEveryError()
    {
        OptionsValidationException failure = await Assert.ThrowsAsync<OptionsValidationException>(() => HostedApp.InMemoryAsync(
            builder =>
            {
                builder.Configuration["EdgeRnn:Colour"] = "blue";
                builder.Configuration["EdgeRnn:Runtime:IdleTimeout"] = "soon";
                builder.Services.AddEdgeRnn(options => options.MaxMessageBytes = 7);
            },
            app => app.MapEdgeRnn()));

        Assert.Equal(
            [
                "Colour is not an option; known here: Models, EmbeddedIfEmpty, MaxMessageBytes, Runtime",
                "Runtime:IdleTimeout must be a duration in the form hh:mm:ss, such as 00:00:10 for ten seconds, found 'soon'",
                "MaxMessageBytes must be from 1024 to 67108864, found 7",
            ],
            failure.Failures);
        Assert.All(failure.Failures, error => Assert.Contains(error, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task AddEdgeRnn_WithoutMap_WrongOptionsFailAtStartToo() => await Assert.ThrowsAsync<OptionsValidationException>(
        () => HostedApp.InMemoryAsync(builder => builder.Services.AddEdgeRnn(options => options.Runtime.MaxSessions = 0), _ => { }));

    [Fact]
    public async Task AddEdgeRnn_DelegatesAndConfiguration_TheLastDelegateWins()
    {
        await using HostedApp app = await HostedApp.InMemoryAsync(
            builder =>
            {
                builder.Configuration["EdgeRnn:Runtime:MaxSessions"] = "3";
                builder.Configuration["EdgeRnn:Runtime:Workers"] = "1";
                builder.Services.AddEdgeRnn(options => options.Runtime.MaxSessions = 5);
                builder.Services.AddEdgeRnn(options => options.Runtime.MaxSessions++);
            },
            app => app.MapEdgeRnn());

        EdgeRnnOptions options = app.App.Services.GetRequiredService<IOptions<EdgeRnnOptions>>().Value;

        Assert.Equal((6, 1), (options.Runtime.MaxSessions, options.Runtime.Workers));
    }

    [Fact]
    public async Task AddEdgeRnn_ServicesOfTheApp_AreKept()
    {
        var time = new FakeTimeProvider();
        await using HostedApp app = await HostedApp.InMemoryAsync(
            builder =>
            {
                builder.Services.AddSingleton<TimeProvider>(time);
                builder.Services.AddSingleton(KernelSet.Available[^1]);
                builder.Services.AddEdgeRnn();
            },
            app => app.MapEdgeRnn());

        Assert.Same(time, app.App.Services.GetRequiredService<TimeProvider>());
        Assert.Same(KernelSet.Available[^1], app.App.Services.GetRequiredService<KernelSet>());
    }

    [Fact]
    public async Task MapEdgeRnn_WithoutAddEdgeRnn_TellsWhatIsMissing()
    {
        InvalidOperationException failure = await Assert.ThrowsAsync<InvalidOperationException>(
            () => HostedApp.InMemoryAsync(_ => { }, app => app.MapEdgeRnn()));

        Assert.Contains("AddEdgeRnn()", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task MapEdgeRnnMonitoring_InAGroup_ServesPageAndMetricsBesideTheAppsOwn()
    {
        await using HostedApp app = await HostedApp.InMemoryAsync(
            builder => builder.Services.AddEdgeRnnMonitoring(),
            app =>
            {
                app.MapGet("/", () => "the app's own");
                app.MapEdgeRnn();
                app.MapGroup("/edgernn").MapEdgeRnnMonitoring();
            });
        using HttpClient client = app.Http();

        Assert.Equal("the app's own", await GetAsync(client, "/"));
        Assert.Contains("<title>EdgeRnn</title>", await GetAsync(client, "/edgernn/"), StringComparison.Ordinal);
        Assert.Contains("edgernn_kernel_info", await GetAsync(client, "/edgernn/metrics"), StringComparison.Ordinal);
        using HttpResponseMessage withoutSlash = await client.GetAsync(new Uri("/edgernn", UriKind.Relative)).Soon();
        Assert.Equal((HttpStatusCode.Redirect, "/edgernn/"), (withoutSlash.StatusCode, withoutSlash.Headers.Location?.ToString()));
    }

    private static Task<HostedApp> StartAsync(bool inMemory) => inMemory
        ? HostedApp.InMemoryAsync(builder => builder.Services.AddEdgeRnn(), app => app.MapEdgeRnn())
        : HostedApp.OnKestrelAsync(builder => builder.Services.AddEdgeRnn(), app => app.MapEdgeRnn());

    private static Task<string> GetAsync(HttpClient client, string path) => client.GetStringAsync(new Uri(path, UriKind.Relative)).Soon();

    private sealed class TokenScheme(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
        : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
    {
        public const string Name = "test";
        public const string Token = "Bearer sensor-7";

        protected override Task<AuthenticateResult> HandleAuthenticateAsync() => Task.FromResult(Request.Headers.Authorization == Token
            ? AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(new ClaimsIdentity(Name)), Name))
            : AuthenticateResult.NoResult());
    }
}
