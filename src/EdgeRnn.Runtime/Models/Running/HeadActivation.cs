namespace EdgeRnn.Runtime.Models.Running;

/// <summary>The function applied to a head's sums.</summary>
internal enum HeadActivation
{
    None,

    /// <summary>Over all outputs of a frame, which then sum to 1.</summary>
    Softmax,

    /// <summary>Of each output by itself.</summary>
    Sigmoid,
}
