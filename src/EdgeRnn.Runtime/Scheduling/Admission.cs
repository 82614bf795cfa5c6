using System.Globalization;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Runtime.Scheduling;

/// <summary>
/// Knows how much of the workers the open sessions need by the rates that they declared, so that one too many is known before it hurts
/// the others. Sessions without a rate need nothing here.
/// </summary>
internal sealed class Admission(RuntimeOptions options)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<RecurrentModel, ModelLoad> _loads = [];

    /// <summary>Counts a session in.</summary>
    /// <returns>Null where the workers can carry it beside the others; else why not, fit for the client.</returns>
    public string? Add(RecurrentModel model, SessionOptions session, PassCost cost)
    {
        lock (_gate)
        {
            if (!_loads.TryGetValue(model, out ModelLoad? load))
                _loads.Add(model, load = new ModelLoad(cost, options));
            load.Add(session);
            double needed = _loads.Values.Sum(each => each.Workers);
            double available = BudgetRules.MaxUse * options.WorkerCount;
            return session.FrameRateHz == 0 || needed <= available ? null : string.Create(CultureInfo.InvariantCulture,
                $"capacity: expected sessions that need at most {available:0.##} workers of {options.WorkerCount}, "
                + $"found {needed:0.##} with this one of {session.FrameRateHz:0.###} frames/s");
        }
    }

    /// <summary>Counts a session out.</summary>
    public void Remove(RecurrentModel model, SessionOptions session)
    {
        lock (_gate)
            _loads[model].Remove(session);
    }

    /// <summary>The sessions of one model, added up.</summary>
    private sealed class ModelLoad(PassCost cost, RuntimeOptions limits)
    {
        // How many of a model's sessions with a rate have each budget; the shortest bounds the passes that all share.
        private readonly SortedDictionary<TimeSpan, int> _budgets = [];
        private double _rate;
        private long _steps;
        private int _sessions;

        /// <summary>Workers that compute all the time for these sessions.</summary>
        public double Workers
        {
            get
            {
                if (_sessions == 0)
                    return 0;
                double own = Math.Max(1, (double)_steps / _sessions);
                int columns = (int)Math.Min(limits.MaxPassColumns, limits.SharePasses ? Math.Max(own, SharedColumns() / 2) : own);
                return _rate * cost.Seconds(columns) / columns;
            }
        }

        public void Add(SessionOptions session) => Count(session, 1);

        public void Remove(SessionOptions session) => Count(session, -1);

        /// <summary>
        /// Frames per pass when the workers are busy all the time: then every session has a block ready for every pass. Half of it is
        /// counted on, for frames do not come when it suits.
        /// </summary>
        private double SharedColumns()
        {
            int fits = _budgets.Count == 0
                ? limits.MaxPassColumns
                : BudgetRules.BlockSteps(cost, _budgets.First().Key, limits.MaxPassColumns);
            return Math.Min(_steps, fits);
        }

        private void Count(SessionOptions session, int sign)
        {
            if (session.FrameRateHz == 0)
                return;
            _sessions += sign;
            _rate = _sessions == 0 ? 0 : _rate + sign * session.FrameRateHz;
            _steps += sign * UsualSteps(session);
            if (session.LatencyBudget is not { } budget)
                return;
            int count = _budgets.GetValueOrDefault(budget) + sign;
            if (count > 0)
                _budgets[budget] = count;
            else
                _budgets.Remove(budget);
        }

        /// <summary>Frames that come while a block waits: half of a budget is for waiting.</summary>
        private static int UsualSteps(SessionOptions session)
        {
            double wait = session.LatencyBudget?.TotalSeconds / 2 ?? session.MaxBlockDelay.TotalSeconds;
            return (int)Math.Min(session.BlockSteps, 1 + session.FrameRateHz * wait);
        }
    }
}
