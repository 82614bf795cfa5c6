namespace EdgeRnn.Kernels.Tests;

public class InputWindowTests
{
    private const int Inputs = 7, Frames = 20;
    private readonly InputWindow _window = new(Inputs);

    [Fact]
    public void Constructor_OddSize_ReportsItsSizes()
    {
        Assert.Equal((7, 14, 16), (_window.Inputs, _window.Width, _window.StateSize));
        Assert.Throws<ArgumentOutOfRangeException>(() => new InputWindow(0));
        Assert.Throws<OverflowException>(() => new InputWindow(1 << 30));
    }

    [Fact]
    public void Run_RandomCutsAndNeighbors_AppendsThePreviousFrame()
    {
        for (int seed = 1; seed <= 50; seed++)
        {
            var random = new Random(seed);
            float[][] frames = [random.Normals(Frames * Inputs), random.Normals(Frames * Inputs)];
            float[][] last = [random.Normals(Inputs), random.Normals(Inputs)];
            AlignedBuffer[] states = [State(last[0]), State(last[1])];
            List<float>[] found = [[], []];
            for (int[] done = [0, 0]; done.Sum() < 2 * Frames;)
            {
                int[] streams = [.. Enumerable.Range(0, 2).Where(stream => done[stream] < Frames)];
                random.Shuffle(streams);
                int[] counts = [.. streams.Select(stream => random.Next(1, Math.Min(4, Frames - done[stream]) + 1))];
                float[] pass = [.. streams.Zip(counts)
                    .SelectMany(pair => frames[pair.First].AsSpan(done[pair.First] * Inputs, pair.Second * Inputs).ToArray())];
                FrameRows inputs = pass.ToRows(Inputs), outputs = new float[2 * pass.Length].ToRows(2 * Inputs);

                _window.Run(inputs, outputs, [.. streams.Zip(counts, (s, count) => new Segment(states[s], count))], stateOffset: 16);

                float[] windows = outputs.ToArray(counts.Sum(), 2 * Inputs);
                foreach ((int stream, int count) in streams.Zip(counts))
                {
                    found[stream].AddRange(windows[..(count * 2 * Inputs)]);
                    windows = windows[(count * 2 * Inputs)..];
                    done[stream] += count;
                }

                inputs.Buffer.Dispose();
                outputs.Buffer.Dispose();
            }

            for (int stream = 0; stream < 2; stream++)
            {
                float[][] rows = frames[stream].Chunk(Inputs).ToArray();
                float[] expected = [.. rows.SelectMany((row, t) => row.Concat(t == 0 ? last[stream] : rows[t - 1]))];
                Check.SameBits(expected, [.. found[stream]], $"stream {stream}, seed {seed}");
                Check.SameBits(rows[^1], states[stream].Span.Slice(16, Inputs).ToArray(), $"state of stream {stream}, seed {seed}");
                Assert.All(states[stream].Span[..16].ToArray(), value => Assert.Equal(0.25f, value));
                states[stream].Dispose();
            }
        }
    }

    [Fact]
    public void Run_WrongArguments_Throws()
    {
        using AlignedBuffer small = new(31), large = new(96);
        var inputs = new FrameRows(large, 16);
        Segment[] segments = [new(large, 2)];

        Assert.Throws<ArgumentException>(() => _window.Run(inputs, inputs, segments, 0));
        Assert.Throws<ArgumentException>(() => _window.Run(new FrameRows(small, 16), inputs, segments, 0));
        Assert.Throws<ArgumentException>(() => _window.Run(inputs, new FrameRows(small, 16), segments, 0));
        using var outputs = new AlignedBuffer(32);
        Assert.Throws<ArgumentException>(() => _window.Run(inputs, new FrameRows(outputs, 16), segments, 8));
        Assert.Throws<ArgumentException>(() => _window.Run(inputs, new FrameRows(outputs, 16), [new(small, 2)], 16));
    }

    private static AlignedBuffer State(float[] last)
    {
        var state = new AlignedBuffer(32);
        state.Span.Fill(0.25f);
        last.CopyTo(state.Span[16..]);
        return state;
    }
}
