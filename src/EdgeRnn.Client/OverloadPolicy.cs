namespace EdgeRnn.Client;

/// <summary>What happens to frames that arrive while a session has no room for them.</summary>
public enum OverloadPolicy
{
    /// <summary>A policy that this version of the client does not know.</summary>
    Unspecified,

    /// <summary>The server reads no further message: writes wait, and nothing is lost.</summary>
    Block,

    /// <summary>The oldest frames that wait to be computed are dropped.</summary>
    DropOldest,

    /// <summary>The newly arrived frames are dropped.</summary>
    Reject,
}
