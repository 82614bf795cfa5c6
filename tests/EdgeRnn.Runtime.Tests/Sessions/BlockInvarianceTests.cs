using EdgeRnn.Runtime.Sessions;
using static EdgeRnn.Runtime.Tests.Sessions.SessionFixture;

namespace EdgeRnn.Runtime.Tests.Sessions;

/// <summary>Invariant 1 through the real accumulator and scheduler: what a session gets depends on its frames alone.</summary>
public sealed class BlockInvarianceTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Outputs_RandomMessagesBlocksBudgetsFlushesAndNeighbors_AreBitEqualToOneGo(int seed)
    {
        var random = new Random(seed);
        using var runtime = new SessionFixture(options =>
        {
            options.MaxSessions = 8;
            options.IdleTimeout = TimeSpan.FromDays(1);
        });
        Client[] clients = [.. Enumerable.Range(0, 8).Select(i => new Client(
            runtime.Open(Request(random) with { Model = i % 3 == 0 ? "second" : "first" }),
            SamplePackages.Frames(random.Next(1, 120), seed * 100 + i)))];

        while (clients.Any(client => !client.IsDone))
        {
            Client client = clients[random.Next(clients.Length)];
            await client.StepAsync(random);
            if (random.Next(3) == 0)
                runtime.Executor.TryRunNext();
            if (random.Next(3) == 0)
                runtime.Time.Advance(TimeSpan.FromMilliseconds(random.Next(120)));
            if (random.Next(2) == 0)
                client.Take();
        }

        foreach (Client client in clients)
        {
            while (!client.HasEnded)
            {
                runtime.RunPasses();
                client.Take();
            }

            Assert.Equal(SessionEnd.EndOfInput, client.Session.End);
            float[] expected = runtime.Expected(client.Frames, client.Session.Model.Name);
            int at = client.Outputs.Zip(expected).TakeWhile(pair => pair.First == pair.Second).Count();
            Assert.True(at == expected.Length && at == client.Outputs.Count,
                $"seed {seed}, session {client.Session.Id}: {client.Outputs.Count} outputs of {expected.Length}, first difference at {at}");
        }
    }

    private static SessionRequest Request(Random random) => random.Next(3) == 0
        ? new SessionRequest("", BlockSteps: random.Next(1, 17))
        : new SessionRequest("", BlockSteps: random.Next(1, 17), LatencyBudget: TimeSpan.FromMilliseconds(random.Next(1, 200)),
            Objective: random.Next(3) == 0 ? LatencyObjective.Latency : LatencyObjective.Efficiency, FrameRateHz: random.Next(1, 500));

    private sealed class Client(StreamSession session, float[] frames)
    {
        private int _written;
        private Task _write = Task.CompletedTask;

        public StreamSession Session => session;

        public float[] Frames => frames;

        public List<float> Outputs { get; } = [];

        public bool HasEnded { get; private set; }

        public bool IsDone => _written == frames.Length && _write.IsCompleted;

        public async Task StepAsync(Random random)
        {
            if (!_write.IsCompleted)
            {
                // A finished write continues on this test's own scheduler: a loop that never yields would keep it waiting.
                await Task.Yield();
                return;
            }

            await _write;
            if (_written == frames.Length)
                return;
            int count = Math.Min(random.Next(1, 20), (frames.Length - _written) / SamplePackages.Inputs);
            _write = session.WriteAsync(Bytes(frames.AsSpan(_written, count * SamplePackages.Inputs))).AsTask();
            _written += count * SamplePackages.Inputs;
            if (_written == frames.Length)
                _ = FinishAsync();
            else if (random.Next(4) == 0)
                session.Flush();
        }

        public void Take()
        {
            foreach (Delivered item in Deliver(session))
            {
                Outputs.AddRange(item.Outputs);
                HasEnded |= item.Kind == OutletItemKind.End;
            }
        }

        private async Task FinishAsync()
        {
            await _write;
            session.Finish(SessionEnd.EndOfInput);
        }
    }
}
