namespace EdgeRnn.Client;

/// <summary>Why a session ended.</summary>
public enum EndReason
{
    /// <summary>A reason that this version of the client does not know.</summary>
    Unspecified,

    /// <summary>The client completed its input, and every accepted frame was answered.</summary>
    EndOfInput,

    /// <summary>The client canceled, its deadline passed or its connection broke.</summary>
    ClientCancelled,

    /// <summary>A message broke the contract.</summary>
    InvalidInput,

    /// <summary>A message was over the server's size limit.</summary>
    MessageTooLarge,

    /// <summary>Nothing was received or delivered for <see cref="InferenceStream.IdleTimeout"/>.</summary>
    IdleTimeout,

    /// <summary>The model failed.</summary>
    ModelFault,

    /// <summary>The server is shutting down.</summary>
    Shutdown,
}
