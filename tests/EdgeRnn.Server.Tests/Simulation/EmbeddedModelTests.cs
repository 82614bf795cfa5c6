using EdgeRnn.Cli.Simulation;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Server.Tests.Simulation;

/// <summary>The embedded model on unseen machines: its training used seeds 1000 to 1319.</summary>
public sealed class EmbeddedModelTests : IDisposable
{
    private const int BlockSteps = 25;
    private const int OneSecond = (int)MachineSimulator.FrameRate;

    private readonly RecurrentModel _model = ModelLoader.LoadEmbedded(KernelSet.Select(null));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void LoadEmbedded_Always_FitsTheSimulator()
    {
        Assert.Equal(MachineSimulator.FrameSize, _model.InputSize);
        Assert.Equal(MachineStates.All.Select(state => state.Label()), _model.Labels);
    }

    /// <summary>Simulator and kernels give the same bits everywhere, so the shares are those of docs/performance.md to the last digit.</summary>
    [Fact]
    public void Run_FreshSeeds_RecognizesWhatTheDocumentsClaim()
    {
        Share afterFirstSecond = new(), settled = new();
        for (ulong seed = 700_000UL; seed < 700_100; seed++)
        {
            var recording = MachineRecording.Simulate(seed, 20 * OneSecond);
            int[] classes = Classify(recording);
            int since = 0;
            for (int frame = OneSecond; frame < recording.Count; frame++)
            {
                MachineState state = recording.States[frame];
                since = state == recording.States[frame - 1] ? since + 1 : 0;
                bool isRight = classes[frame] == (int)state;
                afterFirstSecond.Count(isRight);
                if (since >= OneSecond)
                    settled.Count(isRight);
            }
        }

        string document = File.ReadAllText(Path.Combine(Repository.Root, "docs", "performance.md"));
        Assert.Contains($"{afterFirstSecond} of the frames after", document, StringComparison.Ordinal);
        Assert.Contains($"{settled} of those at least a second after", document, StringComparison.Ordinal);
        Assert.True(afterFirstSecond.Value >= 0.95, $"{afterFirstSecond} right");
    }

    private int[] Classify(MachineRecording recording)
    {
        using RecurrentState state = _model.CreateState();
        using Workspace workspace = _model.CreateWorkspace(BlockSteps);
        float[] outputs = new float[recording.Count * _model.OutputSize];
        for (int frame = 0; frame < recording.Count; frame += BlockSteps)
        {
            var block = new FrameSegment(
                state,
                recording.Frames.AsMemory(frame * _model.InputSize, BlockSteps * _model.InputSize),
                outputs.AsMemory(frame * _model.OutputSize, BlockSteps * _model.OutputSize));
            _model.Run([block], workspace);
        }

        return [.. outputs.Chunk(_model.OutputSize).Select(output => Array.IndexOf(output, output.Max()))];
    }

    private sealed class Share
    {
        private int _right, _all;

        public double Value => (double)_right / _all;

        public void Count(bool isRight)
        {
            _right += isRight ? 1 : 0;
            _all++;
        }

        public override string ToString() => FormattableString.Invariant($"{100 * Value:0.00} %");
    }
}
