using System.Globalization;
using EdgeRnn.Runtime.Locking;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Adds up how much of the workers the open sessions need, by the rates that they declared, so that one session too many is refused
/// before it hurts the others. Sessions without a rate do not count.
/// </summary>
internal sealed class Admission(RuntimeOptions options)
{
    private readonly RankedLock _gate = new(LockRank.Admission);
    private readonly Dictionary<RecurrentModel, ModelLoad> _loads = [];

    /// <summary>Counts a session in.</summary>
    /// <returns>Null if the workers can carry it besides the others.</returns>
    public Violation? Add(RecurrentModel model, SessionOptions session, PassCost cost)
    {
        using (_gate.EnterScope())
        {
            if (!_loads.TryGetValue(model, out ModelLoad? load))
                _loads.Add(model, load = new ModelLoad(cost, options));
            load.Add(session);
            double needed = _loads.Values.Sum(each => each.Workers);
            double available = BudgetRules.MaxUse * options.WorkerCount;
            if (session.FrameRateHz == 0 || needed <= available)
                return null;
            return new Violation(RequestField.Capacity,
                string.Create(CultureInfo.InvariantCulture,
                    $"sessions that need at most {available:0.##} workers of {options.WorkerCount}"),
                string.Create(CultureInfo.InvariantCulture, $"{needed:0.##} with this one of {session.FrameRateHz:0.###} frames/s"));
        }
    }

    /// <summary>Counts a session out.</summary>
    public void Remove(RecurrentModel model, SessionOptions session)
    {
        using (_gate.EnterScope())
            _loads[model].Remove(session);
    }

    /// <summary>The sessions of one model, added up.</summary>
    private sealed class ModelLoad(PassCost cost, RuntimeOptions limits)
    {
        // Sessions with a rate by their budget; the shortest budget bounds the passes that all of them share.
        private readonly SortedDictionary<TimeSpan, int> _budgets = [];
        private double _rate;
        private long _steps;
        private int _sessions;

        /// <summary>The workers that these sessions keep busy, as a fraction.</summary>
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
        /// Frames per pass if the workers are always busy: then every session has a block ready for every pass. The caller counts on half of
        /// it, because frames do not arrive evenly.
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

        /// <summary>Frames that arrive while a block waits: half of a budget is for waiting.</summary>
        private static int UsualSteps(SessionOptions session)
        {
            double wait = session.LatencyBudget?.TotalSeconds / 2 ?? session.MaxBlockDelay.TotalSeconds;
            return (int)Math.Min(session.BlockSteps, 1 + session.FrameRateHz * wait);
        }
    }
}
