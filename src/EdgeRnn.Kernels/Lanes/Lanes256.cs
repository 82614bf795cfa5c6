using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels.Lanes;

/// <summary>AVX2 with FMA: eight lanes.</summary>
internal unsafe struct Lanes256(Vector256<float> value) : ILanes<Lanes256>
{
    private Vector256<float> _value = value;

    public static int Count => 8;
    public static int MaxSums => Avx512F.VL.IsSupported ? 24 : 12; // with AVX-512 there are 32 registers
    public static int MaxSumsOfHalves => Avx512F.VL.IsSupported ? 12 : 7;
    public static int MaxSumsOfPairs => Avx512F.VL.IsSupported ? 12 : 7;

    public static Lanes256 Load(float* source) => new(Vector256.Load(source));
    public static Lanes256 Broadcast(float value) => new(Vector256.Create(value));
    public readonly void Store(float* destination) => _value.Store(destination);

    public static Lanes256 operator +(Lanes256 a, Lanes256 b) => new(a._value + b._value);
    public static Lanes256 operator -(Lanes256 a, Lanes256 b) => new(a._value - b._value);
    public static Lanes256 operator *(Lanes256 a, Lanes256 b) => new(a._value * b._value);
    public static Lanes256 operator /(Lanes256 a, Lanes256 b) => new(a._value / b._value);

    public static Lanes256 MultiplyAdd(Lanes256 a, Lanes256 b, Lanes256 c) =>
        new(Vector256.FusedMultiplyAdd(a._value, b._value, c._value));

    public static Lanes256 Clamp(Lanes256 value, float limit) =>
        new(Vector256.MinNative(Vector256.Create(limit), Vector256.MaxNative(Vector256.Create(-limit), value._value)));

    public static Lanes256 Abs(Lanes256 value) => new(Vector256.Abs(value._value));

    public static Lanes256 CopySign(Lanes256 magnitude, Lanes256 sign) => new(Vector256.CopySign(magnitude._value, sign._value));

    // Which of -0 and +0 a native maximum returns is unspecified; adding +0 makes either +0.
    public static Lanes256 Positive(Lanes256 value) =>
        new(Vector256.MaxNative(Vector256<float>.Zero, value._value) + Vector256<float>.Zero);

    public static Lanes256 CanonicalizeNaN(Lanes256 value) =>
        new(Vector256.ConditionalSelect(
            Vector256.Equals(value._value, value._value), value._value, Vector256.Create(0x7FC00000).AsSingle()));

    public static Lanes256 LowBitsToExponent(Lanes256 value) => new((value._value.AsInt32() << 23).AsSingle());

    public void NextInput(float* inputs, int frame, int frames) => _value = Vector256.Create(inputs[frame]);

    public void AddProduct(Lanes256 weights, Lanes256 input, int frame, int frames) =>
        _value = Vector256.FusedMultiplyAdd(weights._value, input._value, _value);

    public static Lanes256 LowerHalves(Lanes256 words) => new((words._value.AsInt32() << 16).AsSingle());

    public static Lanes256 UpperHalves(Lanes256 words) => new(words._value & Vector256.Create(0xFFFF0000).AsSingle());

    // Columns 0, 2, 1, 3 in the bytes of a lane: a pair is the low or the high bytes of two 16-bit integers, at most two shifts away.
    public static int ByteOffset(int lane, int column) => 4 * lane + (column >> 1) + 2 * (column & 1);

    public static Lanes256 FirstPairs(Lanes256 words) => new(((words._value.AsInt16() << 8) >> 8).AsSingle());

    public static Lanes256 SecondPairs(Lanes256 words) => new((words._value.AsInt16() >> 8).AsSingle());

    public void AddPairs(Lanes256 weights, Lanes256 input, int frame, int frames) =>
        _value = (_value.AsInt32() + Avx2.MultiplyAddAdjacent(weights._value.AsInt16(), input._value.AsInt16())).AsSingle();

    public static Lanes256 FromIntegers(Lanes256 integers) => new(Vector256.ConvertToSingle(integers._value.AsInt32()));

    public static void Prefetch(float* address) => Sse.Prefetch0(address);
}
