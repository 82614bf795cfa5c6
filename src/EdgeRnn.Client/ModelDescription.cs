using System.Text.Json.Serialization;

namespace EdgeRnn.Client;

/// <summary>A model as the server describes it.</summary>
public sealed record ModelDescription
{
    /// <summary>The name that sessions are opened with.</summary>
    public required string Name { get; init; }

    /// <summary>The author's version.</summary>
    public string Version { get; init; } = "";

    /// <summary>SHA-256 over manifest and tensors, in hexadecimal.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>Family of the recurrent cell, such as "sru".</summary>
    public string Family { get; init; } = "";

    /// <summary>Values per frame.</summary>
    public required int FrameSize { get; init; }

    /// <summary>Values per output.</summary>
    public required int OutputSize { get; init; }

    /// <summary>Frames per second that the model was made for; 0 if it does not say.</summary>
    public double FrameRateHz { get; init; }

    /// <summary>The meaning of output 0, 1, …; empty if the model does not name them.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>"none", "softmax" or "sigmoid".</summary>
    public string OutputActivation { get; init; } = "";

    /// <summary>Recurrent layers.</summary>
    public int Layers { get; init; }

    /// <summary>Trained parameters.</summary>
    public long Parameters { get; init; }

    /// <summary>Bytes of the weights. A weight pass reads them once; LSTM and GRU read part of theirs once per frame.</summary>
    public long WeightBytes { get; init; }

    /// <summary>Bytes that a session with default options holds on the server.</summary>
    public long SessionBytes { get; init; }

    /// <summary>The most frames that a block of this model may hold.</summary>
    public int MaxBlockSteps { get; init; }

    /// <summary>What happens to a frame with NaN or infinity in it: "reject", "pass" or "hold" (the last finite value).</summary>
    public string NonFinite { get; init; } = "";

    /// <summary>Whether a frame with NaN or infinity in it ends the session.</summary>
    [JsonIgnore] // JSON has it as NonFinite.
    public bool RejectsNonFinite => NonFinite == "reject";

    /// <summary>How the matrices of the layers are stored: "fp32", "bf16" or "int8"; empty if the server does not tell.</summary>
    public string Precision { get; init; } = "";
}
