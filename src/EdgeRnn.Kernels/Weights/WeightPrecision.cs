namespace EdgeRnn.Kernels.Weights;

/// <summary>The precision of a layer's gate weights. Biases, norms, recurrences and the skip term are float32 in any case.</summary>
internal enum WeightPrecision
{
    /// <summary>float32.</summary>
    Fp32,

    /// <summary>bfloat16, rounded to the nearest; products and sums are float32.</summary>
    Bf16,

    /// <summary>
    /// Integers from -127 to 127 with one scale per gate of a unit. Each frame is quantized to 16-bit integers with a scale of its own;
    /// sums of products are exact. A frame with a NaN or an infinity makes its sums NaN.
    /// </summary>
#pragma warning disable CA1720 // the usual name, beside fp32 and bf16
    Int8,
#pragma warning restore CA1720
}

/// <summary>The precision and the memory of packed weights.</summary>
/// <param name="Allocate">Allocates a zeroed buffer of the given length.</param>
internal readonly record struct PackingOptions(WeightPrecision Precision, Func<int, AlignedBuffer> Allocate);
