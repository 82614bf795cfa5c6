using System.Buffers.Binary;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models;
using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeRnn.Runtime.Local;

/// <summary>One session of a model that computes on its caller's thread, and what it needs: a runtime without threads and clock.</summary>
internal sealed class LocalStream : IDisposable
{
    // Not the runtime's own meter: a server in the same process exports that one, and its gauges are about its own sessions.
    private const string MeterName = "EdgeRnn.Runtime.Local";

    private readonly IReadOnlyList<int> _blockSteps;
    private readonly Meter _meter = new(MeterName);
    private readonly SessionManager _sessions;
    private readonly PassExecutor _executor;
    private readonly ResultOutlet _outlet;
    private readonly StreamSession _session;
    private byte[] _bytes = [];

    /// <param name="models">One model.</param>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    /// <exception cref="ModelException">The process has no memory for the stream.</exception>
    public LocalStream(ModelRepository models, LocalRunOptions options, ILoggerFactory? loggers = null)
    {
        loggers ??= NullLoggerFactory.Instance;
        _blockSteps = CheckSteps(options.BlockSteps);
        int maxSteps = _blockSteps.Max();
        // Blocks close by their own steps: the delay is longer than any pause between the frames of a file.
        var runtime = new RuntimeOptions
        {
            MaxSessions = 1,
            MaxBlockSteps = maxSteps,
            DefaultBlockSteps = maxSteps,
            MaxPassColumns = maxSteps,
            DefaultMaxBlockDelay = RuntimeOptions.MaxBlockDelay,
            IdleTimeout = TimeSpan.FromDays(1),
        };
        TimeProvider time = TimeProvider.System;
        var metrics = new RuntimeMetrics(_meter);
        var dispatcher = new PassDispatcher(runtime, time);
        _sessions = new SessionManager(models, runtime, dispatcher, MemoryGuard.OfProcess(streamBytes: 0, time), metrics, time,
            loggers.CreateLogger<SessionManager>());
        _executor = new PassExecutor(dispatcher, maxSteps, metrics, time, loggers.CreateLogger<PassExecutor>());
        _outlet = new ResultOutlet(runtime.OutletCapacity);
        try
        {
            _session = _sessions.Open(new SessionRequest("", OutputEvery: options.OutputEvery), _outlet);
        }
        catch (SessionRefusedException refusal)
        {
            _executor.Dispose();
            _sessions.Dispose();
            _meter.Dispose();
            throw refusal.Reason == RefusalReason.InvalidOption
                ? new ArgumentException(refusal.Message, nameof(options), refusal)
                : new ModelException(refusal.Message, refusal);
        }
    }

    /// <summary>The recurrent state, between one <see cref="RunAsync"/> and the next.</summary>
    public RecurrentState State => _session.State;

    /// <summary>Frames computed.</summary>
    public long Frames => _session.FramesComputed;

    /// <summary>How often the weights were read.</summary>
    public long WeightPasses => _executor.Passes;

    /// <summary>Goes on with the stream: <see cref="LocalModel.RunAsync"/> from the present state.</summary>
    /// <inheritdoc cref="LocalModel.RunAsync"/>
    public async IAsyncEnumerable<LocalResult> RunAsync(IAsyncEnumerable<ReadOnlyMemory<float>> frames,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        int block = 0, missing = _blockSteps[0], size = _session.Model.InputSize;
        await foreach (ReadOnlyMemory<float> batch in frames.WithCancellation(cancellationToken))
        {
            if (batch.Length % size != 0)
                throw new ArgumentException($"expected whole frames of {size} values, found {batch.Length} values", nameof(frames));
            for (ReadOnlyMemory<float> rest = batch; !rest.IsEmpty;)
            {
                int steps = Math.Min(missing, rest.Length / size);
                await WriteAsync(rest[..(steps * size)]);
                rest = rest[(steps * size)..];
                missing -= steps;
                if (missing > 0)
                    continue;
                foreach (LocalResult result in Compute())
                    yield return result;
                missing = _blockSteps[++block % _blockSteps.Count];
            }
        }

        foreach (LocalResult result in Compute())
            yield return result;
    }

    public void Dispose()
    {
        _session.Detach();
        _executor.Dispose();
        _sessions.Dispose();
        _meter.Dispose();
    }

    private static IReadOnlyList<int> CheckSteps(IReadOnlyList<int> steps) =>
        steps.Count > 0 && steps.All(step => step is >= 1 and <= LocalRunOptions.MaxBlockSteps)
            ? steps
            : throw new ArgumentException($"{nameof(LocalRunOptions.BlockSteps)}: expected numbers from 1 to "
                + $"{LocalRunOptions.MaxBlockSteps}, found {(steps.Count == 0 ? "none" : string.Join(", ", steps))}", nameof(steps));

    private async ValueTask WriteAsync(ReadOnlyMemory<float> frames)
    {
        if (_bytes.Length < frames.Length * sizeof(float))
            _bytes = new byte[frames.Length * sizeof(float)];
        for (int i = 0; i < frames.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(_bytes.AsSpan(i * sizeof(float)), frames.Span[i]);
        try
        {
            await _session.WriteAsync(_bytes.AsMemory(0, frames.Length * sizeof(float)));
        }
        catch (InvalidFramesException invalid)
        {
            throw new ArgumentException(invalid.Message, nameof(frames), invalid);
        }
    }

    /// <summary>Has the block that is filling computed, and returns its result.</summary>
    private List<LocalResult> Compute()
    {
        _session.Flush();
        while (_executor.TryRunNext())
        {
        }

        List<LocalResult> results = [];
        while (_outlet.TryRead(out OutletItem item))
        {
            if (item.Block is not { } block)
                throw new ModelException($"{_session.Model.Name}: frame {_session.FramesComputed}: {item.Message}");
            results.Add(ToResult(block));
            block.Release();
        }

        return results;
    }

    private static LocalResult ToResult(FrameBlock block)
    {
        byte[] bytes = new byte[block.OutputBytes];
        block.CopyOutputs(bytes);
        float[] outputs = new float[bytes.Length / sizeof(float)];
        for (int i = 0; i < outputs.Length; i++)
            outputs[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return new LocalResult
        {
            FirstIndex = block.FirstOutputIndex,
            Count = block.OutputCount,
            Outputs = outputs,
            BlockSteps = block.Steps,
            Compute = block.ComputeTime,
        };
    }
}
