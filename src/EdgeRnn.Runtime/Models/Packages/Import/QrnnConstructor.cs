using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Reads the constructor arguments of salesforce/pytorch-qrnn's QRNN.</summary>
internal static class QrnnConstructor
{
    public static LayersManifest Read(UpstreamModule module)
    {
        JsonSection arguments = module.Arguments;
        module.CheckClass("torchqrnn.QRNN");
        module.RefuseBidirectional();
        module.Require("bias", true, "upstream has no layers without a bias");
        module.Require("batch_first", false, "upstream refuses it");
        if (arguments.Has("layers"))
            throw arguments.Error("layers", "none", "custom layers, which are not supported");
        // A stream is one sequence: it always carries the previous frame from block to block, as save_prev_x does between calls.
        arguments.Ignore("dropout", "use_cuda", "save_prev_x");
        return QrnnManifest.Read(arguments, module.Basics());
    }
}
