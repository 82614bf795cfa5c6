namespace EdgeRnn.Kernels.Lanes;

/// <summary>Scalar, one lane: the reference whose bits every width must give.</summary>
internal unsafe struct Lanes1(float value) : ILanes<Lanes1>
{
    private float _value = value;

    public static int Count => 1;
    public static int MaxSums => 12;
    public static int MaxSumsOfHalves => 12;
    public static int MaxSumsOfPairs => 12;

    public static Lanes1 Load(float* source) => new(*source);
    public static Lanes1 Broadcast(float value) => new(value);
    public readonly void Store(float* destination) => *destination = _value;

    public static Lanes1 operator +(Lanes1 a, Lanes1 b) => new(a._value + b._value);
    public static Lanes1 operator -(Lanes1 a, Lanes1 b) => new(a._value - b._value);
    public static Lanes1 operator *(Lanes1 a, Lanes1 b) => new(a._value * b._value);
    public static Lanes1 operator /(Lanes1 a, Lanes1 b) => new(a._value / b._value);

    public static Lanes1 MultiplyAdd(Lanes1 a, Lanes1 b, Lanes1 c) =>
        new(MathF.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes1 Clamp(Lanes1 value, float limit) =>
        new(value._value > limit ? limit : value._value < -limit ? -limit : value._value);

    public static Lanes1 Abs(Lanes1 value) => new(MathF.Abs(value._value));

    public static Lanes1 CopySign(Lanes1 magnitude, Lanes1 sign) => new(MathF.CopySign(magnitude._value, sign._value));

    public static Lanes1 Positive(Lanes1 value) => new(value._value <= 0 ? 0 : value._value);

    public static Lanes1 CanonicalizeNaN(Lanes1 value) =>
        new(float.IsNaN(value._value) ? BitConverter.Int32BitsToSingle(0x7FC00000) : value._value);

    public static Lanes1 LowBitsToExponent(Lanes1 value) =>
        new(BitConverter.Int32BitsToSingle(BitConverter.SingleToInt32Bits(value._value) << 23));

    public void NextInput(float* inputs, int frame, int frames) => _value = inputs[frame];

    public void AddProduct(Lanes1 weights, Lanes1 input, int frame, int frames) =>
        _value = MathF.FusedMultiplyAdd(weights._value, input._value, _value);

    public static Lanes1 LowerHalves(Lanes1 words) => new(BitConverter.Int32BitsToSingle(Bits(words) << 16));

    public static Lanes1 UpperHalves(Lanes1 words) => new(BitConverter.Int32BitsToSingle(Bits(words) & unchecked((int)0xFFFF0000)));

    public static int ByteOffset(int lane, int column) => column;

    public static Lanes1 FirstPairs(Lanes1 words) => Pair((sbyte)Bits(words), (sbyte)(Bits(words) >> 8));

    public static Lanes1 SecondPairs(Lanes1 words) => Pair((sbyte)(Bits(words) >> 16), (sbyte)(Bits(words) >> 24));

    public void AddPairs(Lanes1 weights, Lanes1 input, int frame, int frames)
    {
        int w = Bits(weights), x = Bits(input);
        _value = BitConverter.Int32BitsToSingle(Bits(this) + (short)w * (short)x + (w >> 16) * (x >> 16));
    }

    public static Lanes1 FromIntegers(Lanes1 integers) => new(Bits(integers));

    private static int Bits(Lanes1 value) => BitConverter.SingleToInt32Bits(value._value);

    private static Lanes1 Pair(short lower, short upper) => new(BitConverter.Int32BitsToSingle((ushort)lower | upper << 16));

    public static void Prefetch(float* address) { }
}
