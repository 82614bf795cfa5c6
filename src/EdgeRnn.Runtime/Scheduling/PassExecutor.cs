using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Runtime.Metrics;
using EdgeRnn.Runtime.Models.Running;
using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>Runs weight passes on the calling thread, in workspaces of its own. One per thread.</summary>
/// <param name="maxColumns">The most frames in a pass.</param>
/// <param name="helpers">Threads that may compute panels of its passes; null: none.</param>
internal sealed class PassExecutor(
    PassDispatcher dispatcher, int maxColumns, RuntimeMetrics metrics, TimeProvider time, ILogger logger, IPanelHelpers? helpers = null)
    : IDisposable
{
    private readonly WeightPass _pass = new(maxColumns);
    private readonly Dictionary<RecurrentModel, Workspace> _workspaces = [];

    // As a timestamp; 0 between passes.
    private long _runningSince;

    /// <summary>Passes run so far.</summary>
    public long Passes { get; private set; }

    /// <summary>How long the current pass has been running; zero between passes. From any thread.</summary>
    public TimeSpan Running => Volatile.Read(ref _runningSince) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Runs a pass if blocks are ready.</summary>
    /// <param name="maxSeconds">The longest that it may be expected to take.</param>
    public bool TryRunNext(double maxSeconds = double.PositiveInfinity)
    {
        if (!dispatcher.TryTake(_pass, maxSeconds))
            return false;
        Run();
        return true;
    }

    /// <summary>Frees the workspaces. No thread may be helping any more.</summary>
    public void Dispose()
    {
        foreach (Workspace workspace in _workspaces.Values)
            workspace.Dispose();
    }

    private void Run()
    {
        long start = time.GetTimestamp();
        Volatile.Write(ref _runningSince, start);
        bool succeeded = TryCompute();
        TimeSpan computeTime = time.GetElapsedTime(start);
        if (succeeded)
        {
            Passes++;
            RecurrentModel model = _pass.Model;
            metrics.PassCompleted(model.Name, model.WeightBytes, _pass.Blocks.Length, _pass.Columns);
            foreach (PassBlock block in _pass.Blocks)
            {
                block.NoteTimes(time, start, computeTime, _pass.Blocks.Length);
                metrics.BlockCompleted(model.Name, block.Measure());
            }
        }

        foreach (PassBlock block in _pass.Blocks)
            block.Complete(succeeded);
        Volatile.Write(ref _runningSince, 0);
        // After the blocks have gone back, so that the blocks that their sources offer next share a pass.
        dispatcher.PassCompleted(_pass, computeTime);
        _pass.Clear();
    }

    private bool TryCompute()
    {
        try
        {
            foreach (PassBlock block in _pass.Blocks)
            {
                if (block.ResetsState)
                    block.Segment.State.Reset();
            }

            _pass.Model.Run(_pass.Segments, WorkspaceFor(_pass.Model));
            return true;
        }
        catch (Exception fault)
        {
            // A model that fails must not end the worker, and with it all other sessions.
            SchedulerLog.ModelFault(logger, fault, _pass.Model.Name);
            return false;
        }
    }

    private Workspace WorkspaceFor(RecurrentModel model)
    {
        if (!_workspaces.TryGetValue(model, out Workspace? workspace))
            _workspaces.Add(model, workspace = model.CreateWorkspace(maxColumns, helpers));
        return workspace;
    }
}
