using System.Diagnostics;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Cli.Benchmark;

/// <summary>
/// Times a model's weight passes on one thread with blocks of 1 to 128 frames. Each round measures every size, so that a drift of the
/// machine's speed affects all alike. Outputs are checked to have the same bits at every size.
/// </summary>
internal sealed class BlockBenchmark : IDisposable
{
    public const int Rounds = 31;

    private const int Frames = 128;
    private static readonly int[] Sizes = [1, 2, 4, 8, 16, 32, 64, Frames];
    private static readonly TimeSpan SampleTime = TimeSpan.FromMilliseconds(2);

    private readonly RecurrentModel _model;
    private readonly RecurrentState _state;
    private readonly Workspace _workspace;
    private readonly float[] _frames;
    private readonly float[] _outputs;

    public BlockBenchmark(RecurrentModel model)
    {
        _model = model;
        _state = model.CreateState();
        _workspace = model.CreateWorkspace(Frames);
        var random = new Random(1);
        _frames = [.. Enumerable.Range(0, Frames * model.InputSize).Select(_ => random.NextSingle() * 2 - 1)];
        _outputs = new float[Frames * model.OutputSize];
    }

    /// <param name="progress">Called with the number of rounds done.</param>
    /// <exception cref="CliException">The outputs depend on the block size.</exception>
    public IReadOnlyList<BlockTiming> Run(Action<int> progress, CancellationToken cancellation)
    {
        CheckBits();
        int[] repetitions = [.. Sizes.Select(size => Math.Max(1, (int)(SampleTime / Time(size, repetitions: 1))))];
        double[][] samples = [.. Sizes.Select(_ => new double[Rounds])];
        for (int round = 0; round < Rounds; round++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int i = 0; i < Sizes.Length; i++)
                samples[i][round] = Time(Sizes[i], repetitions[i]).TotalMicroseconds / (repetitions[i] * (double)Frames);
            progress(round + 1);
        }

        return [.. Sizes.Zip(samples, (size, times) => new BlockTiming(size, times.Order().ElementAt(Rounds / 2), times.Min()))];
    }

    public void Dispose()
    {
        _state.Dispose();
        _workspace.Dispose();
    }

    /// <summary>Warms up every size, too.</summary>
    private void CheckBits()
    {
        float[]? first = null;
        foreach (int size in Sizes)
        {
            Pass(size);
            first ??= [.. _outputs];
            if (!first.AsSpan().SequenceEqual(_outputs))
                throw new CliException($"{_model.Name}: outputs of blocks of {size} frames differ from those of single frames");
        }
    }

    private TimeSpan Time(int size, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++)
            Pass(size);
        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Computes all frames from an initial state, in blocks of one size.</summary>
    private void Pass(int size)
    {
        _state.Reset();
        for (int frame = 0; frame < Frames; frame += size)
        {
            var block = new FrameSegment(_state,
                _frames.AsMemory(frame * _model.InputSize, size * _model.InputSize),
                _outputs.AsMemory(frame * _model.OutputSize, size * _model.OutputSize));
            _model.Run([block], _workspace);
        }
    }
}
