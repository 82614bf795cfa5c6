using EdgeRnn.Cli.Simulation;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models;

namespace EdgeRnn.Server.Tests.Simulation;

/// <summary>The embedded model on machines it never saw: its training used seeds 1000 to 1319.</summary>
public sealed class EmbeddedModelTests : IDisposable
{
    private const int BlockSteps = 25;
    private const int OneSecond = (int)MachineSimulator.FrameRate;

    private readonly RecurrentModel _model = RecurrentModel.LoadEmbedded(KernelSet.Select(null));

    public void Dispose() => _model.Dispose();

    [Fact]
    public void LoadEmbedded_Always_FitsTheSimulator()
    {
        Assert.Equal(MachineSimulator.FrameSize, _model.InputSize);
        Assert.Equal(MachineStates.All.Select(state => state.Label()), _model.Labels);
    }

    [Fact]
    public void Run_FreshSeeds_RecognisesTheState()
    {
        int right = 0, counted = 0, settledRight = 0, settled = 0;
        for (var seed = 600_000UL; seed < 600_012; seed++)
        {
            var recording = MachineRecording.Simulate(seed, 20 * OneSecond);
            var classes = Classify(recording);
            var since = 0;
            for (var frame = OneSecond; frame < recording.Count; frame++)
            {
                since = recording.States[frame] == recording.States[frame - 1] ? since + 1 : 0;
                var hit = classes[frame] == (int)recording.States[frame] ? 1 : 0;
                (right, counted) = (right + hit, counted + 1);
                if (since >= OneSecond)
                    (settledRight, settled) = (settledRight + hit, settled + 1);
            }
        }

        var share = (double)right / counted;
        var settledShare = (double)settledRight / settled;
        Assert.True(share >= 0.96, $"{share:P2} of {counted} frames after the first second are right");
        Assert.True(settledShare >= 0.975, $"{settledShare:P2} of {settled} frames a second after a change are right");
    }

    private int[] Classify(MachineRecording recording)
    {
        using var state = _model.CreateState();
        using var workspace = _model.CreateWorkspace(BlockSteps);
        var outputs = new float[recording.Count * _model.OutputSize];
        for (var frame = 0; frame < recording.Count; frame += BlockSteps)
        {
            var block = new FrameSegment(
                state,
                recording.Frames.AsMemory(frame * _model.InputSize, BlockSteps * _model.InputSize),
                outputs.AsMemory(frame * _model.OutputSize, BlockSteps * _model.OutputSize));
            _model.Run([block], workspace);
        }

        return [.. outputs.Chunk(_model.OutputSize).Select(output => Array.IndexOf(output, output.Max()))];
    }
}
