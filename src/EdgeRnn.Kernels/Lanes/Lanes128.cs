using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace EdgeRnn.Kernels.Lanes;

/// <summary>NEON, or AVX with FMA: four lanes.</summary>
internal unsafe struct Lanes128(Vector128<float> value) : ILanes<Lanes128>
{
    private Vector128<float> _value = value;

    public static int Count => 4;
    public static int MaxSums => AdvSimd.Arm64.IsSupported ? 24 : 12;
    public static int MaxSumsOfHalves => AdvSimd.Arm64.IsSupported ? 24 : Avx512F.VL.IsSupported ? 12 : 7;

    // ARM64 multiplies integers only by a lane of the first 16 registers, at half the rate of floats: 16 sums hide the latency.
    public static int MaxSumsOfPairs => AdvSimd.Arm64.IsSupported ? 16 : Avx512F.VL.IsSupported ? 12 : 7;

    public static Lanes128 Load(float* source) => new(Vector128.Load(source));
    public static Lanes128 Broadcast(float value) => new(Vector128.Create(value));
    public readonly void Store(float* destination) => _value.Store(destination);

    public static Lanes128 operator +(Lanes128 a, Lanes128 b) => new(a._value + b._value);
    public static Lanes128 operator -(Lanes128 a, Lanes128 b) => new(a._value - b._value);
    public static Lanes128 operator *(Lanes128 a, Lanes128 b) => new(a._value * b._value);
    public static Lanes128 operator /(Lanes128 a, Lanes128 b) => new(a._value / b._value);

    public static Lanes128 MultiplyAdd(Lanes128 a, Lanes128 b, Lanes128 c) =>
        new(Vector128.FusedMultiplyAdd(a._value, b._value, c._value));

    // The attribute is where the ARM64 compiler would otherwise leave a call in every frame of a recurrence (eng/arm64/check.sh).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 Clamp(Lanes128 value, float limit) =>
        new(Vector128.MinNative(Vector128.Create(limit), Vector128.MaxNative(Vector128.Create(-limit), value._value)));

    public static Lanes128 Abs(Lanes128 value) => new(Vector128.Abs(value._value));

    public static Lanes128 CopySign(Lanes128 magnitude, Lanes128 sign) => new(Vector128.CopySign(magnitude._value, sign._value));

    // Which of -0 and +0 a native maximum returns is unspecified; adding +0 makes either +0.
    public static Lanes128 Positive(Lanes128 value) =>
        new(Vector128.MaxNative(Vector128<float>.Zero, value._value) + Vector128<float>.Zero);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 CanonicalizeNaN(Lanes128 value) =>
        new(Vector128.ConditionalSelect(
            Vector128.Equals(value._value, value._value), value._value, Vector128.Create(0x7FC00000).AsSingle()));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 LowBitsToExponent(Lanes128 value) => new((value._value.AsInt32() << 23).AsSingle());

    // Plain if statements, because the JIT evaluates these while it inlines. With ?: or a named condition it would keep the address of
    // the register across the branch, and so the register in memory.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void NextInput(float* inputs, int frame, int frames)
    {
        if (!AdvSimd.Arm64.IsSupported || frames < 4)
            _value = Vector128.Create(inputs[frame]);
        else if (frame % 4 == 0)
            _value = Vector128.Load(inputs + frame);
    }

#pragma warning disable CA1857 // frame is a constant in every call of the unrolled tile
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddProduct(Lanes128 weights, Lanes128 input, int frame, int frames)
    {
        if (!AdvSimd.Arm64.IsSupported || frames < 4)
            _value = Vector128.FusedMultiplyAdd(weights._value, input._value, _value);
        else
            _value = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(_value, weights._value, input._value, (byte)(frame % 4));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddPairs(Lanes128 weights, Lanes128 input, int frame, int frames)
    {
        Vector128<short> w = weights._value.AsInt16(), x = input._value.AsInt16();
        Vector128<int> sum = _value.AsInt32();
        if (!AdvSimd.Arm64.IsSupported)
        {
            sum += Sse2.MultiplyAddAdjacent(w, x);
        }
        else
        {
            sum = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(sum, w.GetLower(), x, (byte)(2 * (frame % 4)));
            sum = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(sum, w, x, (byte)(2 * (frame % 4) + 1));
        }

        _value = sum.AsSingle();
    }
#pragma warning restore CA1857

    public static Lanes128 LowerHalves(Lanes128 words) => new((words._value.AsInt32() << 16).AsSingle());

    public static Lanes128 UpperHalves(Lanes128 words) => new(words._value & Vector128.Create(0xFFFF0000).AsSingle());

    // x64 as Lanes256. ARM64 widens and multiplies the lower and the upper half of a register, so there a quarter is one column.
    public static int ByteOffset(int lane, int column) =>
        AdvSimd.Arm64.IsSupported ? lane + 4 * column : 4 * lane + (column >> 1) + 2 * (column & 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 FirstPairs(Lanes128 words)
    {
        if (AdvSimd.Arm64.IsSupported)
            return new(AdvSimd.SignExtendWideningLower(words._value.AsSByte().GetLower()).AsSingle());
        return new(((words._value.AsInt16() << 8) >> 8).AsSingle());
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes128 SecondPairs(Lanes128 words)
    {
        if (AdvSimd.Arm64.IsSupported)
            return new(AdvSimd.SignExtendWideningUpper(words._value.AsSByte()).AsSingle());
        return new((words._value.AsInt16() >> 8).AsSingle());
    }

    public static Lanes128 FromIntegers(Lanes128 integers) => new(Vector128.ConvertToSingle(integers._value.AsInt32()));

    public static void Prefetch(float* address) { } // .NET offers none for ARM64
}
