using EdgeRnn.Runtime.Sessions;

namespace EdgeRnn.Server.Rpc;

/// <summary>The contract's names for the fields that the runtime's rules are about.</summary>
internal static class RequestFields
{
    /// <summary>A broken rule, fit for the client.</summary>
    /// <example>open.latency_budget_ms: expected 1 to 60000, found 0</example>
    public static string Describe(Violation violation) => violation.Describe(field => NameOf(field, isSubject: field == violation.Field));

    /// <summary>Why no session was opened, fit for the client.</summary>
    public static string Describe(SessionRefusedException refusal) =>
        refusal.Violation is { } violation ? Describe(violation) : refusal.Message;

    /// <param name="isSubject">Whether the sentence begins with the name: then it tells the message that has the field.</param>
    private static string NameOf(RequestField field, bool isSubject)
    {
        string open = isSubject ? "open." : "";
        return field switch
        {
            RequestField.Model => open + "model",
            RequestField.BlockSteps => open + "block_steps",
            RequestField.MaxBlockDelay => open + "max_block_delay_ms",
            RequestField.OutputEvery => open + "output_every",
            RequestField.LatencyBudget => open + "latency_budget_ms",
            RequestField.Objective => open + "objective",
            RequestField.FrameRateHz => open + "frame_rate_hz",
            RequestField.ClientName => open + "client_name",
            RequestField.Frames => "frames.data",
            RequestField.FirstIndex => "frames.first_index",
            RequestField.Sessions => "sessions",
            RequestField.Capacity => "capacity",
            RequestField.Memory => "memory",
            _ => throw new ArgumentOutOfRangeException(nameof(field), field, null),
        };
    }
}
