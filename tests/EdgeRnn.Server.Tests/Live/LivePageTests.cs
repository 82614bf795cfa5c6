using System.Net;
using System.Net.ServerSentEvents;
using System.Text.Json;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeRnn.Server.Tests.Live;

/// <summary>The page over HTTP; EdgeRnn.Browser.Tests has the tests in a browser.</summary>
public sealed class LivePageTests
{
    [Theory]
    [InlineData("", "text/html; charset=utf-8", "<title>EdgeRnn</title>")]
    [InlineData("live.css", "text/css; charset=utf-8", "prefers-color-scheme: dark")]
    [InlineData("live.js", "text/javascript; charset=utf-8", "new EventSource('live/events')")]
    public async Task Files_OfThePage_HaveTypePolicyAndTag(string path, string type, string content)
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Server.HttpAddress };
        using HttpResponseMessage response = await client.GetAsync(new Uri(path, UriKind.Relative)).Soon();

        Assert.Equal(type, response.Content.Headers.ContentType!.ToString());
        Assert.Contains(content, await response.Content.ReadAsStringAsync().Soon(), StringComparison.Ordinal);
        Assert.StartsWith("default-src 'none'; script-src 'self';", Header(response, "Content-Security-Policy"), StringComparison.Ordinal);
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));

        using var again = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        again.Headers.IfNoneMatch.Add(response.Headers.ETag!);
        using HttpResponseMessage unchanged = await client.SendAsync(again).Soon();
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("[::1]", HttpStatusCode.OK)]
    [InlineData("LOCALHOST", HttpStatusCode.OK)]
    [InlineData("127.0.0.2", HttpStatusCode.OK)]
    [InlineData("192.168.1.7", HttpStatusCode.OK)]
    [InlineData("edge.example", HttpStatusCode.OK)]
    [InlineData("stranger.example", HttpStatusCode.MisdirectedRequest)]
    [InlineData("127.0.0.1.stranger.example", HttpStatusCode.MisdirectedRequest)]
    public async Task Page_ByAnyAddressOrItsOwnNames_AnswersAndToNoOtherName(string host, HttpStatusCode expected)
    {
        await using TestServer server = await TestServer.StartAsync(options => options.Hosts = "other.example, Edge.Example");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, server.Server.HttpAddress);
        request.Headers.Host = $"{host}:{server.Server.HttpAddress.Port}";
        using HttpResponseMessage response = await client.SendAsync(request).Soon();
        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Events_WithAStream_IncludeItsLastResult()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using Events page = await Events.OpenAsync(server);
        JsonElement before = await page.NextAsync();
        Assert.Equal(0, before.GetProperty("streamCount").GetInt32());
        Assert.Equal(["first", "second"], before.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()));

        float[] frames = SamplePackages.Frames(5, seed: 1);
        float[] last = server.Expected(frames)[^SamplePackages.Units..];
        using RawStream stream = await server.OpenRawAsync(new() { Model = "first", BlockSteps = 5, MaxBlockDelayMs = 60_000 });
        await stream.SendFramesAsync(frames);
        JsonElement told;
        do
        {
            told = await page.NextAsync();
        }
        while (told.GetProperty("streamCount").GetInt32() == 0 || told.GetProperty("streams")[0].GetProperty("result").ValueKind == JsonValueKind.Null);

        JsonElement row = told.GetProperty("streams")[0], result = row.GetProperty("result");
        Assert.Equal(("first", 5), (row.GetProperty("model").GetString(), row.GetProperty("frames").GetInt32()));
        Assert.Equal(last.Max(), result.GetProperty("value").GetSingle());
        Assert.Equal($"output {Array.IndexOf(last, last.Max())}", result.GetProperty("label").GetString());
        Assert.False(result.GetProperty("isConfidence").GetBoolean());
        Assert.Equal([1, 1, 1, 1], told.GetProperty("latency").EnumerateArray().Select(stage => stage.GetProperty("blocks").GetInt32()));
        Assert.Equal((5, 8, 1), Last(told.GetProperty("blocks")));

        static (int, int, int) Last(JsonElement blocks) => (blocks.EnumerateArray().Last().GetProperty("from").GetInt32(),
            blocks.EnumerateArray().Last().GetProperty("to").GetInt32(), blocks.EnumerateArray().Last().GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task Events_OfAStreamThatStalledBefore_IncludeItsLastResult()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RawStream stream = await server.OpenRawAsync(new() { Model = "first", BlockSteps = 5, MaxBlockDelayMs = 60_000 });
        await stream.SendFramesAsync(SamplePackages.Frames(5, seed: 1));
        await stream.NextAsync();
        await Waiting.UntilAsync(() => server.Sessions.OpenSessions.Single().Activity == SessionActivity.Silent);

        await using Events page = await Events.OpenAsync(server);
        JsonElement told = await page.NextAsync();

        JsonElement row = told.GetProperty("streams")[0];
        Assert.Equal("silent", row.GetProperty("state").GetString());
        Assert.Equal(5, row.GetProperty("result").GetProperty("number").GetInt32());
    }

    [Fact]
    public async Task Events_StreamsThatEnded_HaveTheirReasons()
    {
        await using TestServer server = await TestServer.StartAsync();
        using (RawStream stream = await server.OpenRawAsync(new() { Model = "first", ClientName = "pump-7" }))
        {
            await stream.SendFramesAsync(SamplePackages.Frames(5, seed: 1));
            await stream.SendAsync(new() { Open = new() });
            await stream.ReadToEndAsync();
        }

        await Waiting.UntilAsync(() => !server.Sessions.OpenSessions.Any());
        await using Events page = await Events.OpenAsync(server);
        JsonElement told = await page.NextAsync();

        Assert.Equal(0, told.GetProperty("streams").GetArrayLength());
        JsonElement end = told.GetProperty("ended")[0];
        Assert.Equal(("pump-7", "first", "failed", "invalid_input", 5), (end.GetProperty("name").GetString(), end.GetProperty("model").GetString(),
            end.GetProperty("outcome").GetString(), end.GetProperty("reason").GetString(), end.GetProperty("accepted").GetInt32()));
        Assert.Equal("request: expected frames, flush or reset, found open", end.GetProperty("message").GetString());
    }

    [Fact]
    public async Task History_WithoutAViewer_IsKept()
    {
        await using TestServer server = await TestServer.StartAsync();
        float[] frames = SamplePackages.Frames(5, seed: 1);
        float[] last = server.Expected(frames)[^SamplePackages.Units..];
        using RawStream stream = await server.OpenRawAsync(new() { Model = "first", ClientName = "pump-7", BlockSteps = 5, MaxBlockDelayMs = 60_000 });
        await stream.SendFramesAsync(frames);
        string id = server.Sessions.OpenSessions.Single().Id;
        using var client = new HttpClient { BaseAddress = server.Server.HttpAddress };

        LiveFeed feed = server.Server.Services.GetRequiredService<LiveFeed>();
        await Waiting.UntilAsync(() => Marks(JsonElement.Parse(feed.Course)).Any());

        JsonElement course = await AskAsync(client, "live/history"), mark = Marks(course).First();
        Assert.Equal((Array.IndexOf(last, last.Max()), last.Max()), (mark.GetProperty("output").GetInt32(), mark.GetProperty("value").GetSingle()));
        Assert.Contains(course.GetProperty("points").EnumerateArray(), point => point.GetProperty("framesPerS").GetDouble() > 0);
        JsonElement detail = await AskAsync(client, $"live/streams/{id}");
        Assert.Equal(("pump-7", 5, 1), (detail.GetProperty("name").GetString(), detail.GetProperty("computed").GetInt32(), detail.GetProperty("blocks").GetInt32()));
        JsonElement point = detail.GetProperty("points").EnumerateArray().First(point => point.GetProperty("frames").GetInt32() > 0);
        Assert.Equal(5, point.GetProperty("frames").GetInt32());
        Assert.Equal(last, point.GetProperty("outputs").EnumerateArray().Select(output => output.GetSingle()));
        Assert.InRange(point.GetProperty("compute").GetDouble(), 0, point.GetProperty("longest").GetDouble());

        IEnumerable<JsonElement> Marks(JsonElement told) =>
            told.GetProperty("streams").TryGetProperty(id, out JsonElement marks)
                ? marks.EnumerateArray().Where(mark => mark.ValueKind != JsonValueKind.Null)
                : [];
    }

    [Fact]
    public async Task Detail_OfNoOpenStream_IsNotFound()
    {
        await using TestServer server = await TestServer.StartAsync();
        using var client = new HttpClient { BaseAddress = server.Server.HttpAddress };
        using HttpResponseMessage response = await client.GetAsync(new Uri("live/streams/%3Cscript%3E", UriKind.Relative)).Soon();
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal("expected the id of an open stream", await response.Content.ReadAsStringAsync().Soon());
    }

    [Fact]
    public async Task Events_TooManyViewers_RefusesUntilOneLeaves()
    {
        await using TestServer server = await TestServer.StartAsync();
        LiveFeed feed = server.Server.Services.GetRequiredService<LiveFeed>();
        List<LiveViewer> viewers = [];
        while (feed.TryJoin(out LiveViewer? viewer))
            viewers.Add(viewer);
        Assert.Equal(LiveFeed.MaxViewers, viewers.Count);

        using var client = new HttpClient();
        using HttpResponseMessage refused = await client.GetAsync(new Uri(server.Server.HttpAddress, "live/events")).Soon();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);

        viewers[0].Dispose();
        await using Events page = await Events.OpenAsync(server);
        await page.NextAsync();
    }

    [Fact]
    public async Task Shutdown_WithAViewer_DoesNotWaitForIt()
    {
        await using TestServer server = await TestServer.StartAsync();
        await using Events page = await Events.OpenAsync(server);
        await page.NextAsync();
        await server.Server.DisposeAsync().AsTask().Soon();
    }

    private static async Task<JsonElement> AskAsync(HttpClient client, string path) =>
        JsonElement.Parse(await client.GetStringAsync(new Uri(path, UriKind.Relative)).Soon());

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    /// <summary>The events that the server sends to a page.</summary>
    private sealed class Events(HttpClient client, HttpResponseMessage response, IAsyncEnumerator<SseItem<JsonElement>> items) : IAsyncDisposable
    {
        public static async Task<Events> OpenAsync(TestServer server)
        {
            var client = new HttpClient();
            HttpResponseMessage response = await client.GetAsync(new Uri(server.Server.HttpAddress, "live/events"), HttpCompletionOption.ResponseHeadersRead).Soon();
            Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
            Stream body = await response.Content.ReadAsStreamAsync().Soon();
            return new Events(client, response,
                SseParser.Create(body, (_, data) => JsonElement.Parse(data)).EnumerateAsync().GetAsyncEnumerator());
        }

        public async Task<JsonElement> NextAsync()
        {
            Assert.True(await items.MoveNextAsync().AsTask().Soon(), "the events ended");
            return items.Current.Data;
        }

        public async ValueTask DisposeAsync()
        {
            await items.DisposeAsync();
            response.Dispose();
            client.Dispose();
        }
    }
}
