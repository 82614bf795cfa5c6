namespace EdgeRnn.Kernels.Lanes;

/// <summary>
/// One SIMD register of floats, one lane per unit. Kernels are written once against this interface; the JIT compiles them for every
/// implementation and turns each member into one or two instructions. Every operation is rounded as IEEE 754 says, so all widths give
/// the same bits.
/// </summary>
/// <remarks>
/// A tile inlines about 270 calls. At 430 the JIT exceeded its budget, left one call in the inner loop and spilled every register around
/// it. Therefore products are added in place. No member has a default body, which the ahead-of-time compiler would call instead of
/// inlining it. ListingTests check the result.
/// </remarks>
internal unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    static abstract int Count { get; }

    /// <summary>The number of registers for a tile's sums that leaves enough for a row of weights and an input.</summary>
    static abstract int MaxSums { get; }

    /// <summary>The same for rows that are split into <see cref="LowerHalves"/> and <see cref="UpperHalves"/>.</summary>
    static abstract int MaxSumsOfHalves { get; }

    /// <summary>The same for rows that are split into <see cref="FirstPairs"/> and <see cref="SecondPairs"/>.</summary>
    static abstract int MaxSumsOfPairs { get; }

    static abstract TSelf Load(float* source);
    static abstract TSelf Broadcast(float value);
    void Store(float* destination);

    static abstract TSelf operator +(TSelf a, TSelf b);
    static abstract TSelf operator -(TSelf a, TSelf b);
    static abstract TSelf operator *(TSelf a, TSelf b);
    static abstract TSelf operator /(TSelf a, TSelf b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract TSelf MultiplyAdd(TSelf a, TSelf b, TSelf c);

    /// <summary>Limits <paramref name="value"/> to ±<paramref name="limit"/>; NaN stays NaN.</summary>
    static abstract TSelf Clamp(TSelf value, float limit);

    static abstract TSelf Abs(TSelf value);

    /// <summary>The magnitude of one value with the sign bit of another.</summary>
    static abstract TSelf CopySign(TSelf magnitude, TSelf sign);

    /// <summary>max(x, 0): +0 for -0; NaN stays NaN.</summary>
    static abstract TSelf Positive(TSelf value);

    /// <summary>Replaces any NaN by 7FC00000. Which NaN an operation returns depends on the processor.</summary>
    static abstract TSelf CanonicalizeNaN(TSelf value);

    /// <summary>Shifts the lowest eight bits to the exponent field; the other bits become zero.</summary>
    static abstract TSelf LowBitsToExponent(TSelf value);

    /// <summary>
    /// Loads the input of <paramref name="frame"/> for <see cref="AddProduct"/>; those of a tile's <paramref name="frames"/> frames are
    /// adjacent. On x64 it is broadcast to all lanes. ARM64 multiplies by one lane of a register, so one load serves four frames.
    /// </summary>
    void NextInput(float* inputs, int frame, int frames);

    /// <summary>
    /// Adds weights * input, rounded once. In place, because a returned value would cost temporaries and register copies for every
    /// product.
    /// </summary>
    void AddProduct(TSelf weights, TSelf input, int frame, int frames);

    /// <summary>The bfloat16 in the lower half of each word as a float.</summary>
    static abstract TSelf LowerHalves(TSelf words);

    /// <summary>The bfloat16 in the upper half of each word as a float.</summary>
    static abstract TSelf UpperHalves(TSelf words);

    /// <summary>
    /// The position of a byte in a register with four signed bytes per lane: the order that <see cref="FirstPairs"/> and
    /// <see cref="SecondPairs"/> widen with the fewest instructions.
    /// </summary>
    /// <param name="lane">0 to Count - 1.</param>
    /// <param name="column">0 or 1 for the first pair, 2 or 3 for the second one.</param>
    static abstract int ByteOffset(int lane, int column);

    /// <summary>The first two bytes of every lane as 16-bit integers, in the order that <see cref="AddPairs"/> expects.</summary>
    static abstract TSelf FirstPairs(TSelf words);

    /// <summary>The last two bytes of every lane as 16-bit integers, in the order that <see cref="AddPairs"/> expects.</summary>
    static abstract TSelf SecondPairs(TSelf words);

    /// <summary>
    /// Adds, in 32-bit integers, the products of a lane's two weights with the lower and the upper 16-bit integer of the input;
    /// otherwise as <see cref="AddProduct"/>.
    /// </summary>
    void AddPairs(TSelf weights, TSelf input, int frame, int frames);

    /// <summary>Each lane's 32-bit integer as a float, rounded to the nearest, ties to even.</summary>
    static abstract TSelf FromIntegers(TSelf integers);

    /// <summary>Prefetches the cache line of an address, which need not be valid.</summary>
    static abstract void Prefetch(float* address);
}
