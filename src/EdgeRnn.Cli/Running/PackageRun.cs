using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using EdgeRnn.Cli.Output;
using EdgeRnn.Runtime;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.DependencyInjection;

namespace EdgeRnn.Cli.Running;

/// <summary>
/// Runs one stream through a package in this process and on this thread: with the runtime's own sessions, blocks and weight passes, so
/// that what comes out is what a client of the server would receive.
/// </summary>
internal sealed class PackageRun : IDisposable
{
    private readonly int[] _blockSteps;
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly ModelRepository _models;
    private readonly PassDispatcher _dispatcher;
    private readonly SessionManager _sessions;
    private readonly PassExecutor _executor;
    private readonly ResultOutlet _outlet;
    private readonly StreamSession _session;
    private readonly SortedDictionary<int, long> _blocks = [];
    private byte[] _bytes = [];
    private float[] _outputs = [];

    /// <param name="directory">The package.</param>
    /// <param name="blockSteps">Frames per block, 1 to 4096 each; used cyclically.</param>
    /// <exception cref="ModelException">The package cannot be used.</exception>
    public PackageRun(string directory, int[] blockSteps, Terminal terminal)
    {
        if (!File.Exists(Path.Combine(directory, ModelManifest.FileName)))
            throw new CliException($"{directory}: expected a model package, a folder with {ModelManifest.FileName}, found none");
        _blockSteps = blockSteps;
        int maxSteps = blockSteps.Max();
        // Only its own steps close a block: no clock may, in however short a time the frames come.
        var options = new RuntimeOptions
        {
            MaxSessions = 1,
            MaxBlockSteps = maxSteps,
            DefaultBlockSteps = maxSteps,
            MaxPassColumns = maxSteps,
            DefaultMaxBlockDelay = RuntimeOptions.MaxBlockDelayLimit,
            IdleTimeout = TimeSpan.FromDays(1),
        };
        var metrics = new RuntimeMetrics(_services.GetRequiredService<IMeterFactory>());
        _models = ModelRepository.Load(directory, KernelChoice.FromEnvironment(), new WarningLogger<ModelRepository>(terminal));
        _dispatcher = new PassDispatcher(options, TimeProvider.System);
        _sessions = new SessionManager(
            _models, options, _dispatcher, MemoryGuard.OfProcess(streamBytes: 0, TimeProvider.System), metrics, TimeProvider.System,
            new WarningLogger<SessionManager>(terminal));
        _executor = new PassExecutor(_dispatcher, maxSteps, metrics, TimeProvider.System, new WarningLogger<PassExecutor>(terminal));
        _outlet = new ResultOutlet(options.OutletCapacity);
        _session = _sessions.Open(new SessionRequest(""), _outlet);
    }

    public RecurrentModel Model => _session.Model;

    /// <summary>The stream's state, between the frames of one <see cref="RunAsync"/> and the next.</summary>
    public RecurrentState State => _session.State;

    /// <summary>Computes the frames, [n][input size] at a time, and writes their outputs.</summary>
    /// <exception cref="InvalidFramesException">A frame is not finite, and the model rejects such.</exception>
    /// <exception cref="CliException">The model failed.</exception>
    public async Task<RunReport> RunAsync(IAsyncEnumerable<ReadOnlyMemory<float>> frames, ResultOutput? output)
    {
        long start = TimeProvider.System.GetTimestamp();
        int block = 0, missing = _blockSteps[0];
        await foreach (ReadOnlyMemory<float> batch in frames)
        {
            for (ReadOnlyMemory<float> rest = batch; !rest.IsEmpty;)
            {
                int steps = Math.Min(missing, rest.Length / Model.InputSize);
                await _session.WriteAsync(Bytes(rest.Span[..(steps * Model.InputSize)]));
                rest = rest[(steps * Model.InputSize)..];
                missing -= steps;
                if (missing > 0)
                    continue;
                Compute(output);
                missing = _blockSteps[++block % _blockSteps.Length];
            }
        }

        Compute(output);
        TimeSpan elapsed = TimeProvider.System.GetElapsedTime(start);
        return new RunReport(Model.Name, _session.FramesComputed, _blocks.Values.Sum(), _executor.Passes, _blockSteps,
            _blocks.ToDictionary(), elapsed.TotalSeconds);
    }

    public void Dispose()
    {
        _session.Detach();
        _executor.Dispose();
        _sessions.Dispose();
        _dispatcher.Dispose();
        _models.Dispose();
        _services.Dispose();
    }

    /// <summary>Has the block that is filling computed, and delivers it.</summary>
    private void Compute(ResultOutput? output)
    {
        _session.Flush();
        while (_executor.TryRunNext())
        {
        }

        while (_outlet.TryRead(out OutletItem item))
        {
            if (item.Block is not { } block)
                throw new CliException($"{Model.Name}: frame {_session.FramesComputed}: {item.Message}");
            _blocks[block.Steps] = _blocks.GetValueOrDefault(block.Steps) + 1;
            output?.Write(block.FirstOutputIndex, _session.Options.OutputEvery, Outputs(block));
            block.Release();
        }
    }

    private ReadOnlyMemory<byte> Bytes(ReadOnlySpan<float> frames)
    {
        Memory<byte> bytes = Scratch(frames.Length);
        for (int i = 0; i < frames.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.Span[(i * sizeof(float))..], frames[i]);
        return bytes;
    }

    private ReadOnlySpan<float> Outputs(FrameBlock block)
    {
        int count = block.OutputBytes / sizeof(float);
        if (_outputs.Length < count)
            _outputs = new float[count];
        Span<byte> bytes = Scratch(count).Span;
        block.CopyOutputs(bytes);
        for (int i = 0; i < count; i++)
            _outputs[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes[(i * sizeof(float))..]);
        return _outputs.AsSpan(0, count);
    }

    /// <summary>Room for so many values as they go over the wire.</summary>
    private Memory<byte> Scratch(int values)
    {
        if (_bytes.Length < values * sizeof(float))
            _bytes = new byte[values * sizeof(float)];
        return _bytes.AsMemory(0, values * sizeof(float));
    }
}
