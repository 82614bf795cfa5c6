using System.Threading.Channels;
using EdgeRnn.Protocol;
using EdgeRnn.Protocol.V1;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Rpc;
using Grpc.Core;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Server.Tests.Server;

/// <summary>The two loops of a stream, without a network: reads and writes fail on demand.</summary>
public sealed class SessionStreamTests
{
    private static readonly EdgeRnnServerOptions Options = new();

    [Theory]
    [InlineData(false, StatusCode.DeadlineExceeded)]
    [InlineData(true, StatusCode.OK)]
    public async Task Write_ThatNeverCompletes_IsCanceledAfterTheIdleTimeout(bool halfClosed, StatusCode status)
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(time: time);
        var responses = new Responses(_ => new TaskCompletionSource().Task);
        var requests = new Requests(Frames(16));
        if (halfClosed)
            requests.Complete();

        Task<Status> running = Run(server, requests, responses, time);
        await responses.Blocked.Soon();
        time.Advance(Options.Runtime.IdleTimeout * 2);

        Assert.Equal(status, (await running.Soon()).StatusCode);
        Assert.Equal(0, server.Sessions.ActiveSessions);
    }

    [Fact]
    public async Task Write_CompletedJustBeforeItsTimeout_IsTheLast()
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(time: time);
        StreamSession session = server.Sessions.Open(new SessionRequest("first"), new ResultOutlet(Options.Runtime.OutletCapacity));
        var taken = new TaskCompletionSource();
        var responses = new Responses(_ => Task.CompletedTask, TakeLateAsync());
        var requests = new Requests();
        Task<Status> running = Run(session, requests, responses, time);
        // Input half-way, so that the session itself is not idle when the write's time-out fires.
        time.Advance(Options.Runtime.IdleTimeout / 2);
        requests.Add(Frames(16));
        await Waiting.UntilAsync(() => session.FramesComputed == 16);

        taken.SetResult();

        Assert.Equal(new Status(StatusCode.DeadlineExceeded, "the client took no more results"), await running.Soon());
        Assert.Equal(SessionEnd.IdleTimeout, session.End);
        Assert.False(responses.Blocked.IsCompleted);
        Assert.False(responses.Ended.IsCompleted);

        // The write succeeds, but its time-out fires before the writer resumes.
        async Task TakeLateAsync()
        {
            await taken.Task;
            time.Advance(Options.Runtime.IdleTimeout / 2);
        }
    }

    [Fact]
    public async Task Write_MoreInTheOutlet_IsBuffered()
    {
        await using TestServer server = await TestServer.StartAsync();
        StreamSession session = server.Sessions.Open(
            new SessionRequest("first", BlockSteps: 4), new ResultOutlet(Options.Runtime.OutletCapacity));
        var written = new TaskCompletionSource();
        List<bool> buffered = [];
        Responses? responses = null;
        responses = new Responses(_ =>
        {
            buffered.Add(responses!.WriteOptions?.Flags == WriteFlags.BufferHint);
            return written.Task;
        });
        var requests = new Requests(Frames(12));

        Task<Status> running = Run(session, requests, responses, TimeProvider.System);
        await responses.Blocked.Soon();
        await Waiting.UntilAsync(() => session.FramesComputed == 12);
        // Two of the three blocks wait in the outlet now, or all three were there when the first write began.
        await Waiting.UntilAsync(() => session.Outlet.Count == 2);
        written.SetResult();
        await Waiting.UntilAsync(() => session.Outlet.Count == 0);
        requests.Complete();

        Assert.Equal(StatusCode.OK, (await running.Soon()).StatusCode);
        Assert.Equal([true, false], buffered[1..]);
    }

    [Fact]
    public async Task Write_ThatFails_EndsBothLoopsAsCanceled()
    {
        await using TestServer server = await TestServer.StartAsync();
        var responses = new Responses(_ => Task.FromException(new IOException("broken", new IOException())));

        Status status = await Run(server, new Requests(Frames(16)), responses, TimeProvider.System).Soon();

        Assert.Equal(StatusCode.Cancelled, status.StatusCode);
        Assert.Equal(0, server.Sessions.ActiveSessions);
    }

    [Fact]
    public async Task Read_ThatFailsUnexpectedly_EndsAsInternalWithoutDetails()
    {
        await using TestServer server = await TestServer.StartAsync();
        var requests = new Requests();
        requests.Complete(new NotSupportedException("secret /path"));

        Status status = await Run(server, requests, new Responses(_ => Task.CompletedTask), TimeProvider.System).Soon();

        Assert.Equal(StatusCode.Internal, status.StatusCode);
        Assert.DoesNotContain("secret", status.Detail, StringComparison.Ordinal);
        Assert.Equal(0, server.Sessions.ActiveSessions);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Shutdown_AfterTheEnd_WaitsBrieflyForTheHalfClose(bool halfCloses)
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(time: time);
        var requests = new Requests();
        var responses = new Responses(_ => Task.CompletedTask);
        Task<Status> running = Run(server, requests, responses, time);

        await server.Sessions.DrainAsync().Soon();
        await responses.Ended.Soon();
        Assert.False(running.IsCompleted);
        if (halfCloses)
        {
            requests.Complete();
        }
        else
        {
            await Waiting.UntilAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return running.IsCompleted;
            });
        }

        Assert.Equal(StatusCode.Unavailable, (await running.Soon()).StatusCode);
    }

    [Fact]
    public async Task Shutdown_BeforeDelivery_TellsHowManyFramesWereNotAnswered()
    {
        var time = new FakeTimeProvider();
        await using TestServer server = await TestServer.StartAsync(time: time);
        StreamSession session = server.Sessions.Open(new SessionRequest("first"), new ResultOutlet(Options.Runtime.OutletCapacity));
        var opened = new TaskCompletionSource();
        var responses = new Responses(_ => Task.CompletedTask, opened.Task);
        var requests = new Requests(Frames(3));
        Task<Status> running = Run(session, requests, responses, time);
        await Waiting.UntilAsync(() => session.FramesAccepted == 3);

        Task drained = server.Sessions.DrainAsync();
        await Waiting.UntilAsync(() => session.FramesComputed == 3);
        time.Advance(Options.Runtime.DrainTimeout);
        await drained.Soon();
        requests.Complete();
        opened.SetResult();

        Assert.Equal(
            new Status(
                StatusCode.Unavailable, "the server shut down before everything was delivered; of 3 accepted frames 3 were not answered"),
            await running.Soon());
    }

    private static Task<Status> Run(TestServer server, Requests requests, Responses responses, TimeProvider time)
    {
        StreamSession session = server.Sessions.Open(new SessionRequest("first"), new ResultOutlet(Options.Runtime.OutletCapacity));
        return Run(session, requests, responses, time);
    }

    private static Task<Status> Run(StreamSession session, Requests requests, Responses responses, TimeProvider time)
    {
        var stream = new SessionStream(session, requests, responses, Options, time, NullLogger.Instance);
        return stream.RunAsync(new StreamInferResponse { Opened = new SessionOpened() }, CancellationToken.None);
    }

    private static StreamInferRequest Frames(int count) =>
        new() { Frames = new Frames { Data = FramePayload.Pack(SamplePackages.Frames(count, seed: 1)) } };

    private sealed class Requests : IAsyncStreamReader<StreamInferRequest>
    {
        private readonly Channel<StreamInferRequest> _requests = Channel.CreateUnbounded<StreamInferRequest>();

        public Requests(params StreamInferRequest[] requests) => Array.ForEach(requests, Add);

        public StreamInferRequest Current { get; private set; } = new();

        public void Add(StreamInferRequest request) => _requests.Writer.TryWrite(request);

        public void Complete(Exception? failure = null) => _requests.Writer.Complete(failure);

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            if (!await _requests.Reader.WaitToReadAsync(cancellationToken))
                return false;
            Current = await _requests.Reader.ReadAsync(cancellationToken);
            return true;
        }
    }

    /// <param name="write">The write of a result.</param>
    /// <param name="opened">The write of the first response; completes at once if null, as do all others.</param>
    private sealed class Responses(Func<StreamInferResponse, Task> write, Task? opened = null) : IServerStreamWriter<StreamInferResponse>
    {
        private readonly TaskCompletionSource _blocked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public WriteOptions? WriteOptions { get; set; }

        /// <summary>Completes when a result's write has begun.</summary>
        public Task Blocked => _blocked.Task;

        /// <summary>Completes when the session's end was written.</summary>
        public Task Ended => _ended.Task;

        public Task WriteAsync(StreamInferResponse message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(StreamInferResponse message, CancellationToken cancellationToken)
        {
            if (message.End is not null)
                _ended.TrySetResult();
            if (message.Opened is not null && opened is not null)
                return opened;
            if (message.Result is null)
                return Task.CompletedTask;
            _blocked.TrySetResult();
            return write(message).WaitAsync(cancellationToken);
        }
    }
}
