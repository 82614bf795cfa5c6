using System.Buffers;
using EdgeRnn.Server.Limits;

namespace EdgeRnn.Server.Tests.Limits;

public sealed class ClientPaceTests
{
    private const int Preface = 24;
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Admit_ControlFramesBeyondTheBurst_WaitAndGoOnAtTheRate()
    {
        ClientPace pace = Pace();
        byte[] pings = [.. new byte[Preface], .. Enumerable.Range(0, 1500).SelectMany(_ => Frame(type: 6, length: 8))];

        long admitted = pace.Admit(new ReadOnlySequence<byte>(pings), out TimeSpan wait);

        Assert.Equal(Preface + 1000 * 17, admitted);
        pace.Consumed(admitted);
        var rest = new ReadOnlySequence<byte>(pings[(int)admitted..]);
        Assert.Equal(0, pace.Admit(rest, out wait));
        Assert.Equal(10, wait.TotalMilliseconds, 1e-6);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        Assert.Equal(5 * 17, pace.Admit(rest, out _));
    }

    [Fact]
    public void Admit_FramesOfData_AreNeverHeldBack()
    {
        byte[] data = [.. new byte[Preface], .. Enumerable.Range(0, 5000).SelectMany(_ => Frame(type: 0, length: 11))];
        Assert.Equal(data.Length, Pace().Admit(new ReadOnlySequence<byte>(data), out _));
    }

    [Fact]
    public void Admit_EmptyData_CountsAsControlUnlessItEndsItsStream()
    {
        byte[] empty = [.. new byte[Preface], .. Enumerable.Range(0, 1500).SelectMany(_ => Frame(type: 0, length: 0))];
        byte[] ends = [.. new byte[Preface], .. Enumerable.Range(0, 1500).SelectMany(_ => Frame(type: 0, length: 0, flags: 1))];
        Assert.Equal(Preface + 1000 * 9, Pace().Admit(new ReadOnlySequence<byte>(empty), out _));
        Assert.Equal(ends.Length, Pace().Admit(new ReadOnlySequence<byte>(ends), out _));
    }

    [Fact]
    public void Admit_NewStreams_TakeFromWhatAllConnectionsShare()
    {
        var opens = new TokenBucket(rate: 5, burst: 7, _time);
        byte[] headers = [.. new byte[Preface], .. Enumerable.Range(0, 6).SelectMany(_ => Frame(type: 1, length: 40))];
        Assert.Equal(headers.Length, new ClientPace(opens, _time).Admit(new ReadOnlySequence<byte>(headers), out _));
        Assert.Equal(Preface + 49, new ClientPace(opens, _time).Admit(new ReadOnlySequence<byte>(headers), out TimeSpan wait));
        Assert.Equal(200, wait.TotalMilliseconds, 1e-6);
    }

    [Fact]
    public void Admit_InPiecesOfAnyLength_CountsTheSameFrames()
    {
        const int Seed = 3;
        var random = new Random(Seed);
        byte[] all = [.. new byte[Preface], .. Enumerable.Range(0, 1200).SelectMany(i => Frame((byte)(i % 3 == 0 ? 0 : 6), random.Next(1, 60)))];
        ClientPace pace = Pace();
        List<byte> buffer = [];
        long given = 0;
        for (int at = 0; at < all.Length;)
        {
            int piece = Math.Min(random.Next(1, 40), all.Length - at);
            buffer.AddRange(all.AsSpan(at, piece));
            at += piece;
            var sequence = new ReadOnlySequence<byte>(buffer.ToArray());
            int admitted = (int)pace.Admit(sequence, out TimeSpan wait);
            Assert.Equal(TimeSpan.Zero, wait);
            int consumed = random.Next(0, admitted + 1);
            pace.Consumed(consumed);
            buffer.RemoveRange(0, consumed);
            given += consumed;
        }

        Assert.Equal(all.Length, given + (int)pace.Admit(new ReadOnlySequence<byte>(buffer.ToArray()), out _));
        pace.Consumed(buffer.Count);
        Assert.True(CountUntilHeld(pace) == 800, $"seed {Seed}");
    }

    [Fact]
    public void ControlMessage_BeyondTheBurst_Waits()
    {
        ClientPace pace = Pace();
        for (int i = 0; i < 4000; i++)
            Assert.Equal(TimeSpan.Zero, pace.ControlMessage());
        Assert.Equal(0.5, pace.ControlMessage().TotalMilliseconds, 1e-6);
    }

    private ClientPace Pace() => new(new TokenBucket(1e6, 1e6, _time), _time);

    /// <summary>How many of the connection's 1000 control frames have been counted: by sending until it is held back.</summary>
    private static int CountUntilHeld(ClientPace pace)
    {
        byte[] pings = [.. Enumerable.Range(0, 1001).SelectMany(_ => Frame(type: 6, length: 8))];
        return 1000 - (int)(pace.Admit(new ReadOnlySequence<byte>(pings), out _) / 17);
    }

    private static byte[] Frame(byte type, int length, byte flags = 0) =>
        [(byte)(length >> 16), (byte)(length >> 8), (byte)length, type, flags, 0, 0, 0, 1, .. new byte[length]];
}
