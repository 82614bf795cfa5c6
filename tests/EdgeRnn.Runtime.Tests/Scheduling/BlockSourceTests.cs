using System.Diagnostics;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;
using EdgeRnn.Runtime.Tests.Sessions;

namespace EdgeRnn.Runtime.Tests.Scheduling;

/// <summary>The scheduler with sources that are no sessions.</summary>
public sealed class BlockSourceTests : IDisposable
{
    private readonly SessionFixture _runtime = new();
    private readonly WeightPassScheduler _scheduler;
    private readonly WeightPass _pass = new(maxColumns: 8);
    private readonly ModelQueue _queue;

    public BlockSourceTests()
    {
        _scheduler = new WeightPassScheduler(_runtime.Options, frequency: 1000);
        _queue = _scheduler.Add(_runtime.Model("first"), new PassCost(8));
    }

    public void Dispose() => _runtime.Dispose();

    [Fact]
    public void TryTake_SourceThatAsksForLater_IsAskedAgainThen()
    {
        var source = new Source(_runtime.Model("first")) { Later = new BlockTimes(20, 20, 30) };
        _scheduler.Offer(new SchedulerSlot(source, _queue), new BlockTimes(10, 10, 20));

        Assert.False(_scheduler.TryTake(_pass, now: 10));
        Assert.Equal(20, _scheduler.NextDue);
        source.Later = null;
        source.Steps = 3;
        Assert.False(_scheduler.TryTake(_pass, now: 19));
        Assert.True(_scheduler.TryTake(_pass, now: 20));
        Assert.Equal(3, _pass.Columns);
    }

    [Fact]
    public void TryTake_SourceWithoutABlock_IsForgottenUntilItsNextOffer()
    {
        var source = new Source(_runtime.Model("first"));
        _scheduler.Offer(new SchedulerSlot(source, _queue), new BlockTimes(10, 10, 20));
        Assert.False(_scheduler.TryTake(_pass, now: 10));
        Assert.Equal(long.MaxValue, _scheduler.NextDue);
        Assert.Equal(0, _scheduler.ReadyBlocks(now: 100));
    }

    private sealed class Source(RecurrentModel model) : IBlockSource
    {
        public int Steps { get; set; }

        public BlockTimes? Later { get; set; }

        public int WaitingSteps => Steps;

        public PassBlock? Take(long now, out BlockTimes? later)
        {
            later = Later;
            return Steps == 0 ? null : new Block(model, Steps);
        }
    }

    private sealed class Block : PassBlock
    {
        private readonly RecurrentModel _model;

        public Block(RecurrentModel model, int steps)
        {
            _model = model;
            Steps = steps;
        }

        public override FrameSegment Segment =>
            new(_model.CreateState(), new float[Steps * _model.InputSize], new float[Steps * _model.OutputSize]);

        protected override string ReasonTag => "test";

        protected override Activity? Span => null;

        public override void Complete(bool succeeded)
        {
        }
    }
}
