namespace EdgeRnn.Runtime.Models.Running;

/// <summary>What happens to a frame that contains a NaN or an infinity.</summary>
internal enum NonFinitePolicy
{
    /// <summary>The frame is refused, together with the message that carries it.</summary>
    Reject,

    /// <summary>The frame is computed like any other.</summary>
    Pass,

    /// <summary>Each value that is not finite is replaced by the last finite one of its column.</summary>
    Hold,
}
