using System.Text.RegularExpressions;
using EdgeRnn.Runtime.Models.Families;
using EdgeRnn.Runtime.Models.Json;

namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>A version of asappresearch/sru, which decides the arguments of the constructor and their defaults.</summary>
/// <param name="TensorNames">The names and layouts of the tensors.</param>
/// <param name="Number">The release; 0.0.0 before the first one.</param>
/// <param name="DefaultsToTanh">The default of use_tanh; null if the date of the code is unknown.</param>
internal sealed partial record SruVersion(SruTensorNames TensorNames, Version Number, bool? DefaultsToTanh)
{
    private const int MaxTextLength = 200;
    private const string ReleasedClass = "sru.SRU";
    private const string FirstClass = "cuda_functional.SRU";
    private static readonly Version FirstWithOwnRescale = new(2, 1, 5);
    private static readonly Version FirstWithTorchLayerNorm = new(2, 1, 8);

    /// <summary>The default of rescale.</summary>
    public bool DefaultsToRescale => TensorNames == SruTensorNames.V20 && Number < FirstWithOwnRescale;

    /// <summary>Whether the skip term is multiplied by scale_x even without rescale.</summary>
    public bool AlwaysScales => DefaultsToRescale;

    public static SruVersion Read(JsonSection root, JsonSection upstream)
    {
        string tag = upstream.Text("tag", MaxTextLength, "");
        switch (root.Text("upstream_class", MaxTextLength, ReleasedClass))
        {
            case FirstClass:
                bool? isTanh = tag.Contains("2018", StringComparison.Ordinal) ? true
                    : tag.Contains("2017-08", StringComparison.Ordinal) ? false
                    : null;
                return new SruVersion(SruTensorNames.V1, new Version(0, 0, 0), isTanh);
            case ReleasedClass:
                break;
            case var other:
                throw root.Error("upstream_class", $"{ReleasedClass} or {FirstClass}", $"\"{other}\"");
        }

        if (ReleaseTag().Match(tag) is not { Success: true } match || !Version.TryParse(match.Groups["number"].Value, out Version? number)
            || number.Major is not (2 or 3))
        {
            throw upstream.Error("tag", "a release of 2.x or 3.x such as v2.6.0", $"\"{tag}\"");
        }

        SruTensorNames names = number.Major == 3 ? SruTensorNames.V3Dev
            : number < FirstWithTorchLayerNorm ? SruTensorNames.V20 : SruTensorNames.V2X;
        return new SruVersion(names, number, DefaultsToTanh: false);
    }

    [GeneratedRegex(@"^v?(?<number>\d{1,4}\.\d{1,4}\.\d{1,4})([.\-]?(rc|dev|a|b)\.?\d{0,4})?$", RegexOptions.ExplicitCapture)]
    private static partial Regex ReleaseTag();
}
