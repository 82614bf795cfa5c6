namespace EdgeRnn.Kernels.Lanes;

/// <summary>
/// One SIMD register of floats, one lane per unit. Kernels are written once against this interface; the JIT compiles
/// them for every implementation and turns each member into one or two instructions. Every operation is rounded
/// exactly as IEEE 754 says, so all widths give the same bits.
/// </summary>
/// <remarks>
/// A tile inlines about 270 calls. At 430 the JIT gave up, left one call in the inner loop and spilled every register
/// around it. So products are added in place, and no member has a default body, which the ahead-of-time compiler calls
/// instead of inlining. The ListingTests watch over that.
/// </remarks>
internal unsafe interface ILanes<TSelf> where TSelf : unmanaged, ILanes<TSelf>
{
    static abstract int Count { get; }

    /// <summary>How many registers a tile's sums may take, so that a row of weights and an input still fit.</summary>
    static abstract int MaxSums { get; }

    /// <summary>As many where a row of weights is taken apart into <see cref="LowerHalves"/> and <see cref="UpperHalves"/>.</summary>
    static abstract int MaxSumsOfHalves { get; }

    /// <summary>As many where it is into <see cref="FirstPairs"/> and <see cref="SecondPairs"/>.</summary>
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

    /// <summary>The value if positive, +0 if negative or -0; NaN stays NaN.</summary>
    static abstract TSelf Positive(TSelf value);

    /// <summary>The value, any NaN as the one pattern 7FC00000: which NaN an operation returns depends on the processor.</summary>
    static abstract TSelf OneNaN(TSelf value);

    /// <summary>Moves the lowest eight bits of the pattern to where the exponent lies.</summary>
    static abstract TSelf LowBitsToExponent(TSelf value);

    /// <summary>
    /// Goes on to the input of <paramref name="frame"/> among <paramref name="frames"/> that lie side by side, for
    /// <see cref="AddProduct"/>. ARM64 multiplies by one lane of a register, so there one load serves four frames;
    /// elsewhere an input is broadcast to all lanes.
    /// </summary>
    void NextInput(float* inputs, int frame, int frames);

    /// <summary>
    /// Adds weights * input, rounded once. In place, because a returned value would cost temporaries and register
    /// copies for every product.
    /// </summary>
    void AddProduct(TSelf weights, TSelf input, int frame, int frames);

    /// <summary>The bfloat16 in the lower half of each word, widened.</summary>
    static abstract TSelf LowerHalves(TSelf words);

    /// <summary>The bfloat16 in the upper half of each word, widened.</summary>
    static abstract TSelf UpperHalves(TSelf words);

    /// <summary>
    /// Where a register of four signed bytes per lane has a lane's byte: the order that <see cref="FirstPairs"/> and
    /// <see cref="SecondPairs"/> take apart at least cost.
    /// </summary>
    /// <param name="lane">0 to Count - 1.</param>
    /// <param name="column">0 or 1: of the first pair. 2 or 3: of the second.</param>
    static abstract int ByteOffset(int lane, int column);

    /// <summary>The first two bytes of every lane as 16-bit integers, in an order that only <see cref="AddPairs"/> knows.</summary>
    static abstract TSelf FirstPairs(TSelf words);

    /// <summary>The last two bytes of every lane.</summary>
    static abstract TSelf SecondPairs(TSelf words);

    /// <summary>
    /// Adds, in 32-bit integers, both products of the weights with the input's lower and upper 16-bit integer; as
    /// <see cref="AddProduct"/> else.
    /// </summary>
    void AddPairs(TSelf weights, TSelf input, int frame, int frames);

    /// <summary>Each lane's 32-bit integer as a float, rounded to the nearest.</summary>
    static abstract TSelf FromIntegers(TSelf integers);

    /// <summary>Asks for the cache line of an address, which need not be valid.</summary>
    static abstract void Prefetch(float* address);
}
