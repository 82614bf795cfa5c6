using System.Diagnostics;
using EdgeRnn.Benchmarks.Serving.Hosting;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;

namespace EdgeRnn.Benchmarks.Serving.Figures;

/// <summary>
/// The throughput of one stream, against that of the model alone on one thread and of the echo; besides, that of the same model behind
/// gRPC and nothing else.
/// </summary>
internal static class OneStream
{
    private const int Frames = 16;
    private const double Share = .7;

    public static async Task RunAsync(ServingOptions options, Figure figure)
    {
        using Host edgeRnn = await Host.StartAsync(HostKind.EdgeRnn, options.Models);
        using Host echo = await Host.StartAsync(HostKind.Echo, options.Models);
        using Host plain = await Host.StartAsync(HostKind.Plain, options.Models);
        var load = new Load(options.Model, 1, null, options.Seconds, Frames, Frames);
        foreach (Host server in (Host[])[edgeRnn, echo, plain])
            await (load with { Seconds = 2 }).RunAsync(server);
        using var kernels = new ModelAlone(options);
        for (int round = 0; round < options.Rounds; round++)
        {
            figure.Add("edgernn frames/s", (await load.RunAsync(edgeRnn)).FramesPerS);
            figure.Add("echo frames/s", (await load.RunAsync(echo)).FramesPerS);
            figure.Add("plain service frames/s", (await load.RunAsync(plain)).FramesPerS);
            figure.Add("model alone frames/s", kernels.FramesPerSecond());
        }

        string limit = figure.Median("echo frames/s") < figure.Median("model alone frames/s") ? "echo" : "model alone";
        figure.AtLeast($"one stream, 16 frames per message ÷ {limit}", Share, figure.MedianRatio("edgernn frames/s", $"{limit} frames/s"));
        figure.Add("÷ plain service", figure.MedianRatio("edgernn frames/s", "plain service frames/s"));
    }

    private sealed class ModelAlone : IDisposable
    {
        private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

        private readonly ModelRepository _repository;
        private readonly RecurrentModel _model;
        private readonly RecurrentState _state;
        private readonly Workspace _workspace;

        public ModelAlone(ServingOptions options)
        {
            _repository = ModelRepository.Load(options.Models, KernelSet.Select(null));
            _model = _repository.Models.Single();
            _state = _model.CreateState();
            _workspace = _model.CreateWorkspace(Frames);
        }

        public double FramesPerSecond()
        {
            FrameSegment[] pass = [new(_state, new float[Frames * _model.InputSize], new float[Frames * _model.OutputSize])];
            long start = Stopwatch.GetTimestamp();
            long frames = 0;
            for (; Stopwatch.GetElapsedTime(start) < Duration; frames += Frames)
                _model.Run(pass, _workspace);
            return frames / Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        public void Dispose()
        {
            _workspace.Dispose();
            _state.Dispose();
            _repository.Dispose();
        }
    }
}
