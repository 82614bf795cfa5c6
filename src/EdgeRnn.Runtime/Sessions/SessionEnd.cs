namespace EdgeRnn.Runtime.Sessions;

/// <summary>Why a session ended. The name is the log field and, in snake case, the metric tag; the server maps it to a status.</summary>
internal enum SessionEnd
{
    /// <summary>The client finished; every frame was answered.</summary>
    EndOfInput,

    /// <summary>The client canceled, its deadline passed, or its connection broke.</summary>
    ClientCancelled,

    /// <summary>A message broke the contract.</summary>
    InvalidInput,

    /// <summary>A message was over the size limit.</summary>
    MessageTooLarge,

    /// <summary>Nothing was received or delivered for <see cref="RuntimeOptions.IdleTimeout"/>.</summary>
    IdleTimeout,

    /// <summary>The model failed while computing.</summary>
    ModelFault,

    /// <summary>The runtime is shutting down.</summary>
    Shutdown,
}
