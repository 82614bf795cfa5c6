using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Server.Live;

namespace EdgeRnn.Server.Tests.Live;

public sealed class EndedStreamsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly EndedStreams _ended;

    public EndedStreamsTests() => _ended = new EndedStreams(_time);

    [Fact]
    public void Add_RefusalAgain_CountsWithTheFirst()
    {
        Refuse("a", "first");
        Refuse("b", "first");
        _time.Advance(TimeSpan.FromMinutes(1));
        Refuse("a", "first");
        Assert.Equal([("a", 2), ("b", 1)], _ended.All.Select(end => (end.Name, end.Times)));
        Assert.Equal(_time.GetUtcNow().ToUnixTimeMilliseconds(), _ended.All[0].EndedMs);
    }

    [Fact]
    public void Add_MoreThanTheCapacity_KeepsTheNewest()
    {
        for (int i = 0; i < EndedStreams.Capacity + 7; i++)
            Refuse($"client {i}", "first");
        Assert.Equal(EndedStreams.Capacity, _ended.All.Count);
        Assert.Equal($"client {EndedStreams.Capacity + 6}", _ended.All[0].Name);
        Assert.Equal("client 7", _ended.All[^1].Name);
    }

    [Fact]
    public void Add_ForeignText_IsEscaped()
    {
        Refuse("\u001b[2J", new string('x', 10_000));
        Assert.Equal("\\u{001B}[2J", _ended.All[0].Name);
        Assert.InRange(_ended.All[0].Model.Length, 64, 90);
    }

    [Fact]
    public void Forget_AfterAQuarterOfAnHour_LeavesTheYounger()
    {
        Refuse("old", "first");
        _time.Advance(TimeSpan.FromMinutes(14));
        Refuse("young", "first");
        _ended.Forget();
        Assert.Equal(2, _ended.All.Count);
        _time.Advance(TimeSpan.FromMinutes(1.1));
        _ended.Forget();
        Assert.Equal(["young"], _ended.All.Select(end => end.Name));
    }

    private void Refuse(string client, string model) => _ended.Add(
        new SessionRequest(model, ClientName: client), new SessionRefusedException(RefusalReason.UnknownModel, "no such model"));
}
