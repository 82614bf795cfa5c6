namespace EdgeRnn.Runtime.Models.Running;

/// <summary>What a package says about its model, and what loading it found out.</summary>
internal sealed record ModelDescription
{
    /// <summary>The name under which the model is served.</summary>
    public required string Name { get; init; }

    /// <summary>Chosen by the model's author.</summary>
    public required string Version { get; init; }

    /// <summary>The recurrent cell: "sru", "qrnn", "mingru", "minlstm", "gilr", "lstm" or "gru".</summary>
    public required string Family { get; init; }

    /// <summary>Recurrent layers.</summary>
    public required int LayerCount { get; init; }

    /// <summary>Values per frame.</summary>
    public required int InputSize { get; init; }

    /// <summary>Frames per second that the model was trained for; null if unknown.</summary>
    public double? FrameRate { get; init; }

    /// <summary>What a frame with a NaN or an infinity leads to.</summary>
    public NonFinitePolicy NonFinite { get; init; }

    /// <summary>Applied to the head's sums; null for a model without a head.</summary>
    public HeadActivation? HeadActivation { get; init; }

    /// <summary>The meaning of output 0, 1, …; empty, or one label per output.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>The format of the gate and projection matrices in memory: "fp32", "bf16" or "int8".</summary>
    public required string Precision { get; init; }

    /// <summary>SHA-256 over manifest and tensors, 64 lower-case hexadecimal digits.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Elements of all tensors of the layers and the head.</summary>
    public required long Parameters { get; init; }

    /// <summary>
    /// Bytes of the weights in memory, without lane padding. A weight pass reads them once, except for the matrices that LSTM and GRU
    /// multiply their last outputs by: these are read once per step.
    /// </summary>
    public required long WeightBytes { get; init; }
}
