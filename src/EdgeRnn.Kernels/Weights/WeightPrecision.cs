namespace EdgeRnn.Kernels.Weights;

/// <summary>What a layer keeps of its weights. Biases, norms, recurrences and the skip term are float32 in each.</summary>
public enum WeightPrecision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>The upper 16 bits of float32, rounded to the nearest; products and sums are float32's.</summary>
    Bf16,

    /// <summary>
    /// -127 to 127 and one scale for each unit's gate. A frame is rounded to 16-bit integers with one scale from its own largest
    /// magnitude; sums of products are exact. A frame with NaN or an infinity makes all sums of the layer NaN.
    /// </summary>
#pragma warning disable CA1720 // what everyone calls it, beside fp32 and bf16
    Int8,
#pragma warning restore CA1720
}

/// <summary>How and where packed weights shall lie.</summary>
/// <param name="Precision">What is kept of them.</param>
/// <param name="Allocate">Makes the zeroed buffer of a given length.</param>
internal readonly record struct WeightStore(WeightPrecision Precision, Func<int, AlignedBuffer> Allocate);
