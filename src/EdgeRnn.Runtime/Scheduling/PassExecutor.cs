using EdgeRnn.Kernels.Sharing;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;
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

    /// <summary>How long the pass has been running that runs now; zero between passes. From any thread.</summary>
    public TimeSpan Running => Volatile.Read(ref _runningSince) is var since and not 0 ? time.GetElapsedTime(since) : TimeSpan.Zero;

    /// <summary>Runs a pass if blocks are ready.</summary>
    public bool TryRunNext() => TryRunNext(double.PositiveInfinity);

    /// <inheritdoc cref="TryRunNext()"/>
    /// <param name="longest">Seconds that it may be expected to take.</param>
    internal bool TryRunNext(double longest)
    {
        if (!dispatcher.TryTake(_pass, longest))
            return false;
        Run();
        return true;
    }

    /// <summary>Frees the workspaces; nobody may be helping any more.</summary>
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
        TimeSpan computed = time.GetElapsedTime(start);
        if (succeeded)
        {
            Passes++;
            metrics.PassCompleted(_pass.Model, _pass.Blocks.Length, _pass.Columns);
            foreach (FrameBlock block in _pass.Blocks)
            {
                block.BlockWait = time.GetElapsedTime(block.OldestArrival, block.ClosedAt);
                block.Queued = time.GetElapsedTime(block.ClosedAt, start);
                block.Computed = computed;
                block.PassSessions = _pass.Blocks.Length;
                metrics.BlockCompleted(_pass.Model.Name, block);
            }
        }

        foreach (FrameBlock block in _pass.Blocks)
            block.Session.OnComputed(block);
        Volatile.Write(ref _runningSince, 0);
        // After the sessions, so that the blocks which they offer next share a pass.
        dispatcher.Landed(_pass, computed);
        _pass.Clear();
    }

    private bool TryCompute()
    {
        try
        {
            foreach (FrameBlock block in _pass.Blocks)
            {
                if (block.ResetsState)
                    block.Session.State.Reset();
            }

            _pass.Model.Run(_pass.Segments, WorkspaceFor(_pass.Model));
            return true;
        }
        catch (Exception fault)
        {
            // Whatever a model does must not take the worker, and with it all other sessions, down.
            RuntimeLog.ModelFault(logger, fault, _pass.Model.Name);
            foreach (FrameBlock block in _pass.Blocks)
                block.Session.Abort(SessionEnd.ModelFault, "the model failed");
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
