using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Runtime.Tests.Sessions;

/// <summary>The runtime without threads under fake time: passes run when the test says so.</summary>
internal sealed class SessionFixture : IDisposable
{
    private readonly SamplePackages _package = new SamplePackages().Add("first", seed: 1).Add("second", nonFinite: "pass", seed: 2);
    private readonly ModelRepository _models;

    /// <param name="models">How many small packages.</param>
    /// <param name="folder">A folder of packages instead.</param>
    public SessionFixture(Action<RuntimeOptions>? configure = null, int models = 2, string? folder = null, KernelSet? kernels = null)
    {
        for (int i = 3; i <= models; i++)
            _package.Add($"model{i:00}");
        configure?.Invoke(Options);
        Meters = new TestMeterFactory();
        Metrics = new RuntimeMetrics(Meters);
        _models = ModelRepository.Load(folder ?? _package.Models, kernels ?? KernelSet.Select(null), NullLogger.Instance);
        Dispatcher = new PassDispatcher(Options, Time, new FakeWait(Time));
        var memory = new MemoryGuard(Ceiling, streamBytes: 0, () => Held(), Time);
        Manager = new SessionManager(_models, Options, Dispatcher, memory, Metrics, Time, NullLogger<SessionManager>.Instance);
        Executor = new PassExecutor(Dispatcher, Options.MaxPassColumns, Metrics, Time, NullLogger.Instance);
    }

    public FakeTimeProvider Time { get; } = new();

    public RuntimeOptions Options { get; } = new() { MaxSessions = 3, DefaultBlockSteps = 4, MaxBlockSteps = 16, MaxPassColumns = 16 };

    /// <summary>Bytes that the process may hold, as the sessions' memory guard sees it.</summary>
    public const long Ceiling = 16L << 20;

    /// <summary>Tells the bytes that the process holds, whenever the sessions' memory guard asks.</summary>
    public Func<long> Held { get; set; } = () => 4L << 20;

    public TestMeterFactory Meters { get; }

    public RuntimeMetrics Metrics { get; }

    public PassDispatcher Dispatcher { get; }

    public SessionManager Manager { get; }

    public PassExecutor Executor { get; }

    public RecurrentModel Model(string name) =>
        _models.TryGet(name, out RecurrentModel? model) ? model : throw new KeyNotFoundException(name);

    /// <summary>Lets passes of a model cost so many seconds, by columns. Before sessions are opened on it.</summary>
    public SessionFixture WithCost(Func<int, double> seconds, string model = "first")
    {
        Dispatcher.Add(Model(model), new PassCost(Options.MaxPassColumns, seconds));
        return this;
    }

    public StreamSession Open(SessionRequest request) => Manager.Open(request, new ResultOutlet(Options.OutletCapacity));

    public StreamSession Open(int? blockSteps = null, TimeSpan? delay = null, int? outputEvery = null, string model = "first") =>
        Manager.Open(new SessionRequest(model, blockSteps, delay, outputEvery), new ResultOutlet(Options.OutletCapacity));

    /// <summary>Runs every pass that is ready.</summary>
    public void RunPasses()
    {
        while (Executor.TryRunNext())
        {
        }
    }

    /// <summary>What the model computes for these frames in one go, from a zero state.</summary>
    public float[] Expected(ReadOnlySpan<float> frames, string model = "first")
    {
        RecurrentModel recurrent = Model(model);
        int count = frames.Length / recurrent.InputSize;
        using RecurrentState state = recurrent.CreateState();
        using Workspace workspace = recurrent.CreateWorkspace(count);
        float[] outputs = new float[count * recurrent.OutputSize];
        recurrent.Run([new FrameSegment(state, frames.ToArray(), outputs)], workspace);
        return outputs;
    }

    public static byte[] Bytes(ReadOnlySpan<float> frames) => MemoryMarshal.AsBytes(frames).ToArray();

    /// <summary>Takes what is in the outlet, gives delivered blocks back and detaches at the end, as a stream does.</summary>
    public static List<Delivered> Deliver(StreamSession session)
    {
        List<Delivered> items = [];
        while (session.Outlet.TryRead(out OutletItem item))
        {
            byte[] outputs = new byte[item.Block?.OutputBytes ?? 0];
            item.Block?.CopyOutputs(outputs);
            items.Add(new Delivered(item.Kind, item.Block?.FirstOutputIndex ?? 0, item.Block?.Steps ?? 0, item.Block?.Reason ?? default,
                MemoryMarshal.Cast<byte, float>(outputs).ToArray(), item.End, item.Message));
            item.Block?.Release();
            if (item.Kind == OutletItemKind.End)
                session.Detach();
        }

        return items;
    }

    public void Dispose()
    {
        Executor.Dispose();
        Manager.Dispose();
        _models.Dispose();
        _package.Dispose();
        Meters.Dispose();
    }

    internal sealed record Delivered(
        OutletItemKind Kind, long FirstIndex, int Steps, BlockReason Reason, float[] Outputs, SessionEnd End, string Message);

    internal sealed class TestMeterFactory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            options.Scope = this;
            var meter = new Meter(options);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }
}
