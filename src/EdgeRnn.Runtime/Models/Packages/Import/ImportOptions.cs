namespace EdgeRnn.Runtime.Models.Packages.Import;

/// <summary>What an import is told besides its files.</summary>
/// <param name="Prefix">Begins the names of the recurrent module's tensors, such as "encoder."; null: found by their names.</param>
/// <param name="HeadPrefix">Begins the names of the head's weight and bias, such as "fc."; null: found by its shape.</param>
/// <param name="AllowUnused">Whether tensors that the model does not use are left out with a warning, instead of refused.</param>
/// <param name="Replace">Whether a package in the output folder is replaced.</param>
internal sealed record ImportOptions(string? Prefix = null, string? HeadPrefix = null, bool AllowUnused = false, bool Replace = false);
