using System.Net.Sockets;
using System.Text;
using EdgeRnn.Client;
using EdgeRnn.Server.Hosting;

namespace EdgeRnn.Server.Tests.Server;

/// <summary><c>edgernn serve</c> under a service manager, whose socket is the test's.</summary>
public sealed class WatchdogTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"edgernn-{Guid.NewGuid():N}.sock");
    private readonly Socket _manager = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public WatchdogTests() => _manager.Bind(new UnixDomainSocketEndPoint(_path));

    public void Dispose()
    {
        _manager.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task Serve_UnderAManager_NotifiesReadyThenAliveThenStopping()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using ServerProcess process = Start(package, ("WATCHDOG_USEC", "1500000"));
        (Uri? grpc, Uri _) = await process.ListeningAsync();
        Assert.Equal("READY=1", await ReceiveAsync());
        Assert.Equal("WATCHDOG=1", await ReceiveAsync());

        using var client = new EdgeRnnClient(grpc);
        await using InferenceStream stream = await client.OpenAsync(new InferenceOptions { BlockSteps = 1 }).Soon();
        await stream.WriteAsync(SamplePackages.Frames(50, seed: 1)).Soon();
        Assert.Equal("WATCHDOG=1", await ReceiveAsync());

        process.Terminate();
        string word;
        while ((word = await ReceiveAsync()) == "WATCHDOG=1")
        {
        }

        Assert.Equal("STOPPING=1", word);
        Assert.Equal(0, (await process.ExitAsync()).ExitCode);
    }

    [Fact]
    public async Task Serve_ManagerWithoutWatchdog_NotifiesReadyAndStopping()
    {
        using SamplePackages package = new SamplePackages().Add("first");
        using ServerProcess process = Start(package);
        await process.ListeningAsync();
        Assert.Equal("READY=1", await ReceiveAsync());
        process.Terminate();
        Assert.Equal("STOPPING=1", await ReceiveAsync());
        await process.ExitAsync();
    }

    [Fact]
    public void IsMade_StuckWorkers_EndsAfterTheLimit()
    {
        TimeSpan limit = TimeSpan.FromSeconds(30), step = TimeSpan.FromSeconds(10);
        var time = new FakeTimeProvider();
        var progress = new Watchdog.Progress(time);
        Assert.True(progress.IsMade(passes: 7, readyBlocks: 3, TimeSpan.Zero, limit));
        for (int i = 0; i < 2; i++)
        {
            time.Advance(step);
            Assert.True(progress.IsMade(passes: 7, readyBlocks: 3, TimeSpan.Zero, limit));
        }

        time.Advance(step);
        Assert.False(progress.IsMade(passes: 7, readyBlocks: 3, TimeSpan.Zero, limit));
        Assert.True(progress.IsMade(passes: 8, readyBlocks: 3, TimeSpan.Zero, limit));
        Assert.False(progress.IsMade(passes: 8, readyBlocks: 3, limit, limit));
        time.Advance(4 * step);
        Assert.True(progress.IsMade(passes: 8, readyBlocks: 0, TimeSpan.Zero, limit));
    }

    [Theory]
    [InlineData("20000000", null, 20.0)]
    [InlineData("20000000", "7", 20.0)]
    [InlineData("20000000", "8", null)]
    [InlineData("0", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void FromEnvironment_WatchdogVariables_CountIfMeantForThisProcess(
        string? microseconds, string? process, double? seconds)
    {
        var manager = ServiceManager.FromEnvironment(name => name switch
        {
            "NOTIFY_SOCKET" => _path,
            "WATCHDOG_USEC" => microseconds,
            "WATCHDOG_PID" => process,
            _ => null,
        }, processId: 7);

        Assert.Equal(seconds, manager.WatchdogPeriod?.TotalSeconds);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("/nowhere/notify")]
    [InlineData("@edgernn-nobody")]
    public void Notify_WithoutAListener_DoesNothing(string? socket)
    {
        using var manager = new ServiceManager(socket, null);
        Assert.True(manager.Notify(ServiceManager.Ready));
        Assert.False(manager.IsUnreachable);
    }

    [Fact]
    public void Notify_SocketOfMoreThan107Bytes_IsUnreachable()
    {
        using var manager = new ServiceManager("/" + new string('x', 120), TimeSpan.FromSeconds(1));
        Assert.True(manager.IsUnreachable);
        Assert.Null(manager.WatchdogPeriod);
        Assert.True(manager.Notify(ServiceManager.Ready));
    }

    [Fact]
    public async Task Notify_FullQueue_SaysSoAndReadyComesLater()
    {
        using var manager = new ServiceManager(_path, null);
        int sent = 0;
        while (manager.Notify(ServiceManager.Alive))
            sent++;
        Assert.True(sent > 0);
        for (int i = 0; i < sent; i++)
            Assert.Equal(ServiceManager.Alive, await ReceiveAsync());
        Assert.True(manager.Notify(ServiceManager.Ready));
        Assert.Equal(ServiceManager.Ready, await ReceiveAsync());
    }

    private ServerProcess Start(SamplePackages package, params (string, string)[] environment) => ServerProcess.Start(
        ["--models", package.Models, "--grpc-port", "0", "--http-port", "0"], [("NOTIFY_SOCKET", _path), .. environment]);

    private async Task<string> ReceiveAsync()
    {
        byte[] buffer = new byte[64];
        int length = await _manager.ReceiveAsync(buffer).Soon();
        return Encoding.UTF8.GetString(buffer, 0, length);
    }
}
