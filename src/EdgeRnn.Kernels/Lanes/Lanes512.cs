using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels.Lanes;

/// <summary>AVX-512: sixteen lanes.</summary>
internal unsafe struct Lanes512(Vector512<float> value) : ILanes<Lanes512>
{
    private Vector512<float> _value = value;

    public static int Count => 16;
    public static int MaxSums => 24;
    public static int MaxSumsOfHalves => 24;
    public static int MaxSumsOfPairs => 24;

    public static Lanes512 Load(float* source) => new(Vector512.Load(source));
    public static Lanes512 Broadcast(float value) => new(Vector512.Create(value));
    public readonly void Store(float* destination) => _value.Store(destination);

    public static Lanes512 operator +(Lanes512 a, Lanes512 b) => new(a._value + b._value);
    public static Lanes512 operator -(Lanes512 a, Lanes512 b) => new(a._value - b._value);
    public static Lanes512 operator *(Lanes512 a, Lanes512 b) => new(a._value * b._value);
    public static Lanes512 operator /(Lanes512 a, Lanes512 b) => new(a._value / b._value);

    public static Lanes512 MultiplyAdd(Lanes512 a, Lanes512 b, Lanes512 c) =>
        new(Vector512.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes512 Clamp(Lanes512 value, float limit) =>
        new(Vector512.MinNative(Vector512.Create(limit), Vector512.MaxNative(Vector512.Create(-limit), value._value)));

    public static Lanes512 Abs(Lanes512 value) => new(Vector512.Abs(value._value));

    public static Lanes512 CopySign(Lanes512 magnitude, Lanes512 sign) => new(Vector512.CopySign(magnitude._value, sign._value));

    // Which of -0 and +0 a native maximum returns is unspecified; adding +0 makes either +0.
    public static Lanes512 Positive(Lanes512 value) =>
        new(Vector512.MaxNative(Vector512<float>.Zero, value._value) + Vector512<float>.Zero);

    public static Lanes512 CanonicalizeNaN(Lanes512 value) =>
        new(Vector512.ConditionalSelect(
            Vector512.Equals(value._value, value._value), value._value, Vector512.Create(0x7FC00000).AsSingle()));

    public static Lanes512 LowBitsToExponent(Lanes512 value) => new((value._value.AsInt32() << 23).AsSingle());

    public void NextInput(float* inputs, int frame, int frames) => _value = Vector512.Create(inputs[frame]);

    public void AddProduct(Lanes512 weights, Lanes512 input, int frame, int frames) =>
        _value = Vector512.FusedMultiplyAdd(weights._value, input._value, _value);

    public static Lanes512 LowerHalves(Lanes512 words) => new((words._value.AsInt32() << 16).AsSingle());

    public static Lanes512 UpperHalves(Lanes512 words) => new(words._value & Vector512.Create(0xFFFF0000).AsSingle());

    // Columns 0, 2, 1, 3 in the bytes of a lane: a pair is the low or the high bytes of two 16-bit integers, at most two shifts away.
    public static int ByteOffset(int lane, int column) => 4 * lane + (column >> 1) + 2 * (column & 1);

    public static Lanes512 FirstPairs(Lanes512 words) => new(((words._value.AsInt16() << 8) >> 8).AsSingle());

    public static Lanes512 SecondPairs(Lanes512 words) => new((words._value.AsInt16() >> 8).AsSingle());

    public void AddPairs(Lanes512 weights, Lanes512 input, int frame, int frames) =>
        _value = (_value.AsInt32() + Avx512BW.MultiplyAddAdjacent(weights._value.AsInt16(), input._value.AsInt16())).AsSingle();

    public static Lanes512 FromIntegers(Lanes512 integers) => new(Vector512.ConvertToSingle(integers._value.AsInt32()));

    public static void Prefetch(float* address) => Sse.Prefetch0(address);
}
