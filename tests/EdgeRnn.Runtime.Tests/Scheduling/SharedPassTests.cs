using EdgeRnn.Kernels;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Sessions;
using EdgeRnn.Runtime.Tests.Models;
using EdgeRnn.Runtime.Tests.Sessions;
using Microsoft.Extensions.Logging.Abstractions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;
using TestPackage = EdgeRnn.Runtime.Tests.Models.TestPackage;

namespace EdgeRnn.Runtime.Tests.Scheduling;

/// <summary>Invariant 1 with models so wide that workers share the panels of a pass.</summary>
public sealed class SharedPassTests : IDisposable
{
    private const int Units = 273;

    private readonly TemporaryFolder _folder = new();

    public SharedPassTests()
    {
        Wide("first").WriteTo(_folder["first"]);
        Wide("second").Set("layers.activation", "tanh").WriteTo(_folder["second"]);
    }

    public static TheoryData<string, int> KernelsAndWorkers()
    {
        var cases = new TheoryData<string, int>();
        foreach (KernelSet kernels in KernelSet.Available)
        {
            for (int workers = 1; workers <= 4; workers++)
                cases.Add(kernels.Name, workers);
        }

        return cases;
    }

    public void Dispose() => _folder.Dispose();

    [Theory, MemberData(nameof(KernelsAndWorkers))]
    public async Task Workers_RandomSessionsOfTwoModels_EachGetsTheBitsOfOneGo(string kernels, int workers)
    {
        var random = new Random(workers);
        using var runtime = new SessionFixture(
            options =>
            {
                options.Workers = workers;
                options.MaxSessions = 8;
                options.MaxBlockSteps = 32;
                options.MaxPassColumns = 48;
            },
            folder: _folder["."], kernels: KernelSet.Select(kernels));
        using var pool = new WorkerPool(runtime.Dispatcher, runtime.Options, runtime.Metrics, runtime.Time, NullLogger<WorkerPool>.Instance);
        (string Model, int Steps, int Frames, int Seed)[] sessions = Enumerable.Range(0, random.Next(1, 6)).Select(i =>
            (Model: i % 2 == 0 ? "first" : "second", Steps: random.Next(1, 33), Frames: random.Next(1, 150), Seed: i)).ToArray();

        await Task.WhenAll(sessions.Select(async session =>
        {
            float[] frames = TestPackage.Frames(session.Frames, session.Seed);
            StreamSession stream = runtime.Open(session.Steps, model: session.Model);
            Task<float[]> outputs = ReadAllAsync(stream);
            foreach (float[] message in frames.Chunk(9 * TestPackage.Inputs))
                await stream.WriteAsync(Bytes(message));
            stream.Finish(SessionEnd.EndOfInput);
            bool same = (await outputs).AsSpan().SequenceEqual(runtime.Expected(frames, session.Model));
            Assert.True(same, $"{kernels}, {workers} workers, {session}");
        })).WaitAsync(TimeSpan.FromMinutes(2));
    }

    [Fact]
    public async Task Dispose_InTheMiddleOfPasses_ComputesThemAndEndsTheThreads()
    {
        for (int seed = 0; seed < 20; seed++)
        {
            using var runtime = new SessionFixture(options =>
                {
                    options.Workers = 3;
                    options.MaxBlockSteps = 16;
                }, folder: _folder["."]);
            var pool = new WorkerPool(runtime.Dispatcher, runtime.Options, runtime.Metrics, runtime.Time, NullLogger<WorkerPool>.Instance);
            StreamSession[] sessions = [runtime.Open(16), runtime.Open(16, model: "second"), runtime.Open(16)];
            float[] frames = TestPackage.Frames(48, seed);
            foreach (StreamSession session in sessions)
            {
                await session.WriteAsync(Bytes(frames));
                session.Finish(SessionEnd.EndOfInput);
            }

            await Task.Run(pool.Dispose).WaitAsync(TimeSpan.FromMinutes(1));

            foreach (StreamSession session in sessions)
            {
                float[] outputs = [.. Deliver(session).SelectMany(item => item.Outputs)];
                Assert.True(outputs.AsSpan().SequenceEqual(runtime.Expected(frames, session.Model.Name)), $"seed {seed}");
            }
        }
    }

    private static TestPackage Wide(string name)
    {
        TestPackage package = new TestPackage(name).Set("layers.hidden_size", Units);
        for (int layer = 0; layer < 2; layer++)
        {
            (int inputs, int gates) = layer == 0 ? (TestPackage.Inputs, 4) : (Units, 3);
            package.Weights[$"rnn_lst.{layer}.weight"] = package.Random(inputs, Units * gates);
            package.Weights[$"rnn_lst.{layer}.weight_c"] = package.Random(2 * Units);
            package.Weights[$"rnn_lst.{layer}.bias"] = package.Random(2 * Units);
        }

        package.Head["head.weight"] = package.Random(TestPackage.Outputs, Units);
        return package;
    }

    private static async Task<float[]> ReadAllAsync(StreamSession session)
    {
        List<float> outputs = [];
        while (true)
        {
            await session.Outlet.WaitToReadAsync();
            foreach (Delivered item in Deliver(session))
            {
                outputs.AddRange(item.Outputs);
                if (item.Kind == OutletItemKind.End)
                    return [.. outputs];
            }
        }
    }
}
