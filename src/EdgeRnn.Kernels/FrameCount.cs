namespace EdgeRnn.Kernels;

/// <summary>The number of frames of a tile as a type: the JIT compiles a tile once per number and drops the branches not taken.</summary>
internal interface IFrameCount
{
    static abstract int Value { get; }
}

internal readonly struct OneFrame : IFrameCount { public static int Value => 1; }
internal readonly struct TwoFrames : IFrameCount { public static int Value => 2; }
internal readonly struct FourFrames : IFrameCount { public static int Value => 4; }
internal readonly struct EightFrames : IFrameCount { public static int Value => 8; }
