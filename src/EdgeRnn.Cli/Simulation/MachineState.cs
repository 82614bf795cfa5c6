namespace EdgeRnn.Cli.Simulation;

/// <summary>What is wrong with the simulated machine. The number is the class index of the demo model.</summary>
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

    /// <summary>The label the model's package uses for a state.</summary>
    public static string Label(this MachineState state) => state switch
    {
        MachineState.Normal => "normal",
        MachineState.Imbalance => "imbalance",
        MachineState.Misalignment => "misalignment",
        MachineState.BearingInner => "bearing_inner",
        MachineState.BearingOuter => "bearing_outer",
        _ => throw new ArgumentOutOfRangeException(nameof(state), state, "Not a machine state."),
    };
}
