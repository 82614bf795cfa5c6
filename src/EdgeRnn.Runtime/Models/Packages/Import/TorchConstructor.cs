using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Reads the constructor arguments of torch.nn.LSTM and torch.nn.GRU.</summary>
internal static class TorchConstructor
{
    public static LayersManifest ReadLstm(UpstreamModule module)
    {
        module.CheckClass("torch.nn.LSTM");
        if (module.Arguments.Integer("proj_size", 0, ManifestLimits.Width, 0) is var projected && projected != 0)
            throw module.Arguments.Error("proj_size", "0", $"{projected}: an LSTM with projected outputs is not supported");
        return new LstmManifest(module.Basics(), ReadBias(module));
    }

    public static LayersManifest ReadGru(UpstreamModule module)
    {
        module.CheckClass("torch.nn.GRU");
        return new GruManifest(module.Basics(), ReadBias(module));
    }

    private static bool ReadBias(UpstreamModule module)
    {
        module.RefuseBidirectional();
        // These affect only training, or the layout of the caller's tensors.
        module.Arguments.Ignore("dropout", "batch_first", "device", "dtype");
        return module.Arguments.Boolean("bias", true);
    }
}
