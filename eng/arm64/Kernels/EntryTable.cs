using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels;

/// <summary>
/// Every kernel at both widths of ARM64, named as in the case file, plus the width. Being listed here makes the compiler compile them; a
/// case without an entry fails. For the low precisions, one diagonal cell per number of gates is enough, because the epilogue is independent of the
/// precision.
/// </summary>
internal static unsafe class EntryTable
{
    public static void SruNoneIdentity_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<NoSkip, IdentityActivation>>(call);
    public static void SruNoneTanh_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<NoSkip, TanhActivation>>(call);
    public static void SruNoneRelu_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<NoSkip, ReluActivation>>(call);
    public static void SruInputIdentity_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<InputSkip, IdentityActivation>>(call);
    public static void SruInputTanh_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<InputSkip, TanhActivation>>(call);
    public static void SruInputRelu_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<InputSkip, ReluActivation>>(call);
    public static void SruGateIdentity_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<GateSkip, IdentityActivation>>(call);
    public static void SruGateTanh_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<GateSkip, TanhActivation>>(call);
    public static void SruGateRelu_V128(GateCall* call) => Entries.Gate<Lanes128, SruKernel<GateSkip, ReluActivation>>(call);
    public static void QrnnPooled_V128(GateCall* call) => Entries.Gate<Lanes128, QrnnKernel<NoOutputGate>>(call);
    public static void QrnnGated_V128(GateCall* call) => Entries.Gate<Lanes128, QrnnKernel<WithOutputGate>>(call);
    public static void MinGruIdentity_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinGruMix, IdentityActivation>>(call);
    public static void MinGruTanh_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinGruMix, TanhActivation>>(call);
    public static void MinGruElu_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinGruMix, EluActivation>>(call);
    public static void MinGruLogSpace_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinGruMix, LogSpaceActivation>>(call);
    public static void MinLstmIdentity_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinLstmMix, IdentityActivation>>(call);
    public static void MinLstmTanh_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinLstmMix, TanhActivation>>(call);
    public static void MinLstmElu_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinLstmMix, EluActivation>>(call);
    public static void MinLstmLogSpace_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<MinLstmMix, LogSpaceActivation>>(call);
    public static void GilrIdentity_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<GilrMix, IdentityActivation>>(call);
    public static void GilrTanh_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<GilrMix, TanhActivation>>(call);
    public static void GilrElu_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<GilrMix, EluActivation>>(call);
    public static void GilrLogSpace_V128(GateCall* call) => Entries.Gate<Lanes128, GatedKernel<GilrMix, LogSpaceActivation>>(call);
    public static void Lstm_V128(FullyRecurrentCall* call) => Entries.FullyRecurrent<Lanes128, LstmKernel>(call);
    public static void Gru_V128(FullyRecurrentCall* call) => Entries.FullyRecurrent<Lanes128, GruKernel>(call);
    public static void LinearNone_V128(GateCall* call) => Entries.Gate<Lanes128, LinearKernel<IdentityActivation>>(call);
    public static void LinearSigmoid_V128(GateCall* call) => Entries.Gate<Lanes128, LinearKernel<SigmoidActivation>>(call);
    public static void SruInputTanhBf16_V128(GateCall* call) =>
        Entries.Gate<Lanes128, SruKernel<InputSkip, TanhActivation>, BFloat16Weights>(call);
    public static void SruGateTanhBf16_V128(GateCall* call) =>
        Entries.Gate<Lanes128, SruKernel<GateSkip, TanhActivation>, BFloat16Weights>(call);
    public static void MinGruTanhBf16_V128(GateCall* call) =>
        Entries.Gate<Lanes128, GatedKernel<MinGruMix, TanhActivation>, BFloat16Weights>(call);
    public static void LstmBf16_V128(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes128, LstmKernel, BFloat16Weights>(call);
    public static void GruBf16_V128(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes128, GruKernel, BFloat16Weights>(call);
    public static void LinearNoneBf16_V128(GateCall* call) =>
        Entries.Gate<Lanes128, LinearKernel<IdentityActivation>, BFloat16Weights>(call);
    public static void SruInputTanhInt8_V128(GateCall* call) =>
        Entries.Gate<Lanes128, SruKernel<InputSkip, TanhActivation>, Int8Weights>(call);
    public static void SruGateTanhInt8_V128(GateCall* call) =>
        Entries.Gate<Lanes128, SruKernel<GateSkip, TanhActivation>, Int8Weights>(call);
    public static void MinGruTanhInt8_V128(GateCall* call) =>
        Entries.Gate<Lanes128, GatedKernel<MinGruMix, TanhActivation>, Int8Weights>(call);
    public static void LstmInt8_V128(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes128, LstmKernel, Int8Weights>(call);
    public static void GruInt8_V128(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes128, GruKernel, Int8Weights>(call);
    public static void LinearNoneInt8_V128(GateCall* call) =>
        Entries.Gate<Lanes128, LinearKernel<IdentityActivation>, Int8Weights>(call);
    public static void LayerNorm_V128(LayerNormCall* call) => Entries.Normalize<Lanes128>(call);
    public static void Softmax_V128(SoftmaxCall* call) => Entries.Softmax<Lanes128>(call);
    public static void Standardize_V128(StandardizeCall* call) => Entries.Standardize<Lanes128>(call);

    public static void SruNoneIdentity_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<NoSkip, IdentityActivation>>(call);
    public static void SruNoneTanh_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<NoSkip, TanhActivation>>(call);
    public static void SruNoneRelu_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<NoSkip, ReluActivation>>(call);
    public static void SruInputIdentity_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<InputSkip, IdentityActivation>>(call);
    public static void SruInputTanh_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<InputSkip, TanhActivation>>(call);
    public static void SruInputRelu_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<InputSkip, ReluActivation>>(call);
    public static void SruGateIdentity_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<GateSkip, IdentityActivation>>(call);
    public static void SruGateTanh_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<GateSkip, TanhActivation>>(call);
    public static void SruGateRelu_Scalar(GateCall* call) => Entries.Gate<Lanes1, SruKernel<GateSkip, ReluActivation>>(call);
    public static void QrnnPooled_Scalar(GateCall* call) => Entries.Gate<Lanes1, QrnnKernel<NoOutputGate>>(call);
    public static void QrnnGated_Scalar(GateCall* call) => Entries.Gate<Lanes1, QrnnKernel<WithOutputGate>>(call);
    public static void MinGruIdentity_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinGruMix, IdentityActivation>>(call);
    public static void MinGruTanh_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinGruMix, TanhActivation>>(call);
    public static void MinGruElu_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinGruMix, EluActivation>>(call);
    public static void MinGruLogSpace_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinGruMix, LogSpaceActivation>>(call);
    public static void MinLstmIdentity_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinLstmMix, IdentityActivation>>(call);
    public static void MinLstmTanh_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinLstmMix, TanhActivation>>(call);
    public static void MinLstmElu_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinLstmMix, EluActivation>>(call);
    public static void MinLstmLogSpace_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<MinLstmMix, LogSpaceActivation>>(call);
    public static void GilrIdentity_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<GilrMix, IdentityActivation>>(call);
    public static void GilrTanh_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<GilrMix, TanhActivation>>(call);
    public static void GilrElu_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<GilrMix, EluActivation>>(call);
    public static void GilrLogSpace_Scalar(GateCall* call) => Entries.Gate<Lanes1, GatedKernel<GilrMix, LogSpaceActivation>>(call);
    public static void Lstm_Scalar(FullyRecurrentCall* call) => Entries.FullyRecurrent<Lanes1, LstmKernel>(call);
    public static void Gru_Scalar(FullyRecurrentCall* call) => Entries.FullyRecurrent<Lanes1, GruKernel>(call);
    public static void LinearNone_Scalar(GateCall* call) => Entries.Gate<Lanes1, LinearKernel<IdentityActivation>>(call);
    public static void LinearSigmoid_Scalar(GateCall* call) => Entries.Gate<Lanes1, LinearKernel<SigmoidActivation>>(call);
    public static void SruInputTanhBf16_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, SruKernel<InputSkip, TanhActivation>, BFloat16Weights>(call);
    public static void SruGateTanhBf16_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, SruKernel<GateSkip, TanhActivation>, BFloat16Weights>(call);
    public static void MinGruTanhBf16_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, GatedKernel<MinGruMix, TanhActivation>, BFloat16Weights>(call);
    public static void LstmBf16_Scalar(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes1, LstmKernel, BFloat16Weights>(call);
    public static void GruBf16_Scalar(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes1, GruKernel, BFloat16Weights>(call);
    public static void LinearNoneBf16_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, LinearKernel<IdentityActivation>, BFloat16Weights>(call);
    public static void SruInputTanhInt8_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, SruKernel<InputSkip, TanhActivation>, Int8Weights>(call);
    public static void SruGateTanhInt8_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, SruKernel<GateSkip, TanhActivation>, Int8Weights>(call);
    public static void MinGruTanhInt8_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, GatedKernel<MinGruMix, TanhActivation>, Int8Weights>(call);
    public static void LstmInt8_Scalar(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes1, LstmKernel, Int8Weights>(call);
    public static void GruInt8_Scalar(FullyRecurrentCall* call) =>
        Entries.FullyRecurrent<Lanes1, GruKernel, Int8Weights>(call);
    public static void LinearNoneInt8_Scalar(GateCall* call) =>
        Entries.Gate<Lanes1, LinearKernel<IdentityActivation>, Int8Weights>(call);
    public static void LayerNorm_Scalar(LayerNormCall* call) => Entries.Normalize<Lanes1>(call);
    public static void Softmax_Scalar(SoftmaxCall* call) => Entries.Softmax<Lanes1>(call);
    public static void Standardize_Scalar(StandardizeCall* call) => Entries.Standardize<Lanes1>(call);
}
