using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>The module of an import.</summary>
/// <param name="Root">The whole file.</param>
/// <param name="Arguments">The constructor's arguments.</param>
/// <param name="WeightsFile">The name of the tensor file in the package.</param>
internal sealed record UpstreamModule(JsonSection Root, JsonSection Arguments, string WeightsFile)
{
    private const int MaxTextLength = 200;

    /// <summary>Values per frame.</summary>
    public int InputSize => Arguments.Integer("input_size", 1, ManifestLimits.Width);

    /// <summary>The arguments for the number and the size of the layers.</summary>
    public LayerBasics Basics(int defaultCount = 1) => new(
        WeightsFile, "",
        Arguments.Integer("num_layers", 1, ManifestLimits.Layers, defaultCount),
        Arguments.Integer("hidden_size", 1, ManifestLimits.Width));

    /// <exception cref="ModelException">The file names another class.</exception>
    public void CheckClass(string expected)
    {
        if (Root.Text("upstream_class", MaxTextLength, expected) is var found && found != expected)
            throw Root.Error("upstream_class", expected, $"\"{found}\"");
    }

    /// <exception cref="ModelException">The argument has another value.</exception>
    public void Require(string key, bool value, string reason)
    {
        if (Arguments.Boolean(key, value) != value)
            throw Arguments.Error(key, value ? "true" : "false", $"{(value ? "false" : "true")}: {reason}");
    }

    /// <exception cref="ModelException">The module is bidirectional.</exception>
    public void RefuseBidirectional() =>
        Require("bidirectional", false, "a bidirectional module cannot stream: its backward half begins at the last frame");
}
