namespace EdgeRnn.Cli.Simulation;

/// <summary>The fault of the simulated machine. The value is the class index of the demo model.</summary>
internal enum MachineState
{
    Normal,
    Imbalance,
    Misalignment,
    BearingInner,
    BearingOuter,
}

internal static class MachineStates
{
    /// <summary>Every state, in the order of the model's labels.</summary>
    public static IReadOnlyList<MachineState> All { get; } = Enum.GetValues<MachineState>();

    /// <summary>The state's label in the model's package.</summary>
    public static string Label(this MachineState state) => state switch
    {
        MachineState.Normal => "normal",
        MachineState.Imbalance => "imbalance",
        MachineState.Misalignment => "misalignment",
        MachineState.BearingInner => "bearing_inner",
        MachineState.BearingOuter => "bearing_outer",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "expected a machine state"),
    };
}
