using System.Runtime.InteropServices;
using EdgeRnn.Cli.Output;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Cli.Running;

/// <summary>Compares a quantized model's outputs with the original's on the same stream of frames.</summary>
internal sealed class PrecisionComparison : IDisposable
{
    private const int BlockSteps = 16;

    private readonly (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) _original, _quantized;
    private readonly OutputComparison _comparison;
    private readonly HeldValues? _held;
    private long _frames;

    /// <summary>Does not take ownership of the models.</summary>
    public PrecisionComparison(RecurrentModel original, RecurrentModel quantized)
    {
        _original = Prepare(original);
        _quantized = Prepare(quantized);
        _held = original.HoldsNonFinite ? new HeldValues(original.RestingFrame) : null;
        // Without a head the outputs are features, which decide nothing.
        _comparison = new OutputComparison(original.OutputSize, original.Description.HeadActivation);

        static (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) Prepare(RecurrentModel model) =>
            (model, model.CreateState(), model.CreateWorkspace(BlockSteps), new float[BlockSteps * model.OutputSize]);
    }

    /// <summary>Runs both models on the stream's next frames.</summary>
    /// <param name="frames">[n][input size].</param>
    /// <exception cref="CliException">A value is not finite, and the model rejects such frames.</exception>
    public void Add(ReadOnlyMemory<float> frames)
    {
        int width = _original.Model.InputSize;
        for (; !frames.IsEmpty; frames = frames[Math.Min(frames.Length, BlockSteps * width)..])
        {
            ReadOnlyMemory<float> block = frames[..Math.Min(frames.Length, BlockSteps * width)];
            if (_held is not null)
                block = Held(_held, block);
            CheckFinite(block.Span);
            int steps = block.Length / width;
            _comparison.Add(Run(_original, block, steps), Run(_quantized, block, steps));
            _frames += steps;
        }
    }

    /// <exception cref="CliException">There were no frames.</exception>
    public OutputError Report() =>
        _frames > 0 ? _comparison.Report() : throw new CliException("--input: expected at least one frame, found none");

    public void Dispose()
    {
        foreach ((RecurrentModel _, RecurrentState? state, Workspace? workspace, float[] _) in new[] { _original, _quantized })
        {
            state.Dispose();
            workspace.Dispose();
        }
    }

    private static ReadOnlySpan<float> Run(
        (RecurrentModel Model, RecurrentState State, Workspace Workspace, float[] Outputs) run, ReadOnlyMemory<float> block, int steps)
    {
        Memory<float> outputs = run.Outputs.AsMemory(0, steps * run.Model.OutputSize);
        run.Model.Run([new FrameSegment(run.State, block, outputs)], run.Workspace);
        return outputs.Span;
    }

    private static float[] Held(HeldValues held, ReadOnlyMemory<float> frames) =>
        MemoryMarshal.Cast<byte, float>(held.Fill(MemoryMarshal.AsBytes(frames.Span).ToArray(), out _).Span).ToArray();

    private void CheckFinite(ReadOnlySpan<float> frames)
    {
        if (!_original.Model.RejectsNonFinite)
            return;
        for (int i = 0; i < frames.Length; i++)
        {
            if (!float.IsFinite(frames[i]))
            {
                long frame = _frames + i / _original.Model.InputSize;
                throw new CliException($"--input: frame {frame}: expected finite values, found {frames[i]}");
            }
        }
    }
}
