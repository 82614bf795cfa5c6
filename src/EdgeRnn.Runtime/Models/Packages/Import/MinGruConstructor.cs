using EdgeRnn.Kernels.Cells;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>Reads the constructor arguments of lucidrains/minGRU-pytorch's minGRU and minLSTM: one layer of as many units as inputs.</summary>
internal static class MinGruConstructor
{
    public const string Repository = "lucidrains/minGRU-pytorch";
    public const string MinGruClass = "minGRU";
    public const string MinLstmClass = "minLSTM";

    public static LayersManifest Read(UpstreamModule module)
    {
        JsonSection arguments = module.Arguments;
        int dim = arguments.Integer("dim", 1, ManifestLimits.Width);
        if (arguments.PositiveNumber("expansion_factor") is { } factor && factor != 1)
            throw arguments.Error("expansion_factor", "1", $"{factor}: the output projection that it brings is not supported");
        if (arguments.Boolean("proj_out", false))
            throw arguments.Error("proj_out", "false", "true: an output projection is not supported");
        var basics = new LayerBasics(module.WeightsFile, "", 1, dim);
        return module.Root.Text("upstream_class", ManifestLimits.NameLength, MinGruClass) == MinLstmClass
            ? new MinLstmManifest(basics, CandidateActivation.LogSpace, Bias: false)
            : new MinGruManifest(basics, CandidateActivation.LogSpace, Bias: false);
    }
}
