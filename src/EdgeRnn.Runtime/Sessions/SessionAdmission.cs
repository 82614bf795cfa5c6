using EdgeRnn.Runtime.Models.Packages;
using EdgeRnn.Runtime.Models.Running;
using EdgeRnn.Runtime.Scheduling;

namespace EdgeRnn.Runtime.Sessions;

/// <summary>
/// Decides whether a session can be opened, and takes what it needs: a place, memory and a share of the workers. What was taken is given
/// back by <see cref="GiveBack"/>.
/// </summary>
internal sealed class SessionAdmission(
    ModelRepository models, RuntimeOptions options, PassDispatcher dispatcher, MemoryGuard memory)
{
    private readonly Admission _workers = new(options);
    private int _places;

    /// <summary>Places that are taken.</summary>
    public int Places => Volatile.Read(ref _places);

    /// <summary>Resolves what a client asks for.</summary>
    /// <exception cref="SessionRefusedException">
    /// An unknown model, an option out of range, or a latency budget that the machine cannot keep.
    /// </exception>
    public (RecurrentModel Model, SessionOptions Options) Resolve(SessionRequest request)
    {
        RecurrentModel model = FindModel(request.Model);
        return (model, FitBudget(SessionOptions.Resolve(request, model, options), model));
    }

    /// <summary>Takes a place, memory and a share of the workers.</summary>
    /// <returns>Null, or what is exceeded if the options only warn of too much load.</returns>
    /// <exception cref="SessionRefusedException">More sessions than allowed, than there is memory for or than the workers carry.</exception>
    public Violation? Take(RecurrentModel model, SessionOptions session)
    {
        long bytes = session.SessionBytes(model, options);
        try
        {
            if (Interlocked.Increment(ref _places) > options.MaxSessions)
            {
                throw new SessionRefusedException(RefusalReason.TooManySessions, new Violation(
                    RequestField.Sessions, $"at most {options.MaxSessions} open", $"{options.MaxSessions + 1} with this one"));
            }

            memory.Reserve(bytes);
        }
        catch
        {
            Interlocked.Decrement(ref _places);
            throw;
        }

        Violation? overload = _workers.Add(model, session, dispatcher.QueueOf(model).Cost);
        if (overload is null || options.Admission != AdmissionMode.Enforce)
            return overload;
        GiveBack(model, session);
        throw new SessionRefusedException(RefusalReason.OverCapacity, overload);
    }

    /// <summary>Gives back what <see cref="Take"/> took.</summary>
    public void GiveBack(RecurrentModel model, SessionOptions session)
    {
        _workers.Remove(model, session);
        memory.Release(session.SessionBytes(model, options));
        Interlocked.Decrement(ref _places);
    }

    private RecurrentModel FindModel(string name)
    {
        // If a package could not be loaded, the only model may not be the one that is meant.
        if (name.Length == 0 && models.Models.Count == 1 && models.Failures.Count == 0)
            return models.Models.First();
        return models.TryGet(name, out RecurrentModel? model)
            ? model
            : throw new SessionRefusedException(RefusalReason.UnknownModel, Violation.UnknownModel(models, name));
    }

    /// <summary>Bounds the blocks by what a pass may take within the session's budget.</summary>
    /// <exception cref="SessionRefusedException">No block keeps it, however small.</exception>
    private SessionOptions FitBudget(SessionOptions session, RecurrentModel model)
    {
        if (session.LatencyBudget is not { } budget)
            return session;
        PassCost cost = dispatcher.QueueOf(model).Cost;
        // If no budget would do, the load is too much, which the workers' admission tells.
        if (BudgetRules.MinBudget(cost, dispatcher.Pace.Lateness, session.FrameRateHz, session.BlockSteps) is { } min && budget < min)
        {
            throw new SessionRefusedException(RefusalReason.BudgetTooShort, new Violation(RequestField.LatencyBudget,
                $"at least {min.TotalMilliseconds:0}, what this machine can keep", $"{budget.TotalMilliseconds:0}"));
        }

        return session with { BlockSteps = BudgetRules.BlockSteps(cost, budget, session.BlockSteps) };
    }
}
