using System.Text.Json.Serialization;

namespace EdgeRnn.Client;

/// <summary>A model as the server describes it.</summary>
public sealed record ModelDescription
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>SHA-256 over manifest and tensors, in hexadecimal.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>Recurrent cell: "sru", …</summary>
    public required string Family { get; init; }

    /// <summary>Values per frame.</summary>
    public required int FrameSize { get; init; }

    /// <summary>Values per output.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Frames per second that the model was made for; 0 where it does not say.</summary>
    public required double FrameRateHz { get; init; }

    /// <summary>What output 0, 1, … stands for; empty where the model names none.</summary>
    public required IReadOnlyList<string> Labels { get; init; }

    /// <summary>"none", "softmax" or "sigmoid".</summary>
    public required string OutputActivation { get; init; }

    public required int Layers { get; init; }

    public required long Parameters { get; init; }

    /// <summary>Bytes of the weights. A weight pass reads them once; LSTM and GRU read part of theirs once per frame.</summary>
    public required long WeightBytes { get; init; }

    /// <summary>Bytes that a session with default options holds on the server.</summary>
    public required long SessionBytes { get; init; }

    public required int MaxBlockSteps { get; init; }

    /// <summary>What happens to a frame with NaN or infinity in it: "reject" or "pass".</summary>
    public required string NonFinite { get; init; }

    /// <summary>Whether such a frame ends the session: <see cref="NonFinite"/> as a choice, so JSON has it once.</summary>
    [JsonIgnore]
    public bool RejectsNonFinite => NonFinite == "reject";

    /// <summary>What the matrices of the layers are kept as: "fp32", "bf16" or "int8"; empty from a server that does not tell.</summary>
    public required string Precision { get; init; }
}
