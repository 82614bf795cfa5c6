namespace EdgeRnn.Runtime.Models.Json;

/// <summary>Limits of what a manifest may ask for, checked before anything is allocated.</summary>
internal static class ManifestLimits
{
    /// <summary>Bytes of a manifest or of the configuration of an import.</summary>
    public const int FileBytes = 4 << 20;

    /// <summary>Values per frame, units per layer, outputs.</summary>
    public const int Width = 65536;

    public const int Layers = 64;
    public const int NameLength = 100;
    public const int LabelLength = 200;
    public const int TextLength = 4000;
    public const int TensorNameLength = 500;
}
