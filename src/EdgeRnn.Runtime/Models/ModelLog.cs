using Microsoft.Extensions.Logging;

namespace EdgeRnn.Runtime.Models;

/// <summary>Log messages about models; event ids from 1100.</summary>
internal static partial class ModelLog
{
    [LoggerMessage(1100, LogLevel.Warning, "{File}: {Tensor} is F64 and was rounded to F32")]
    public static partial void Narrowed(ILogger logger, string file, string tensor);

    [LoggerMessage(
        1101, LogLevel.Information, "loaded model {Name} version {Version}: {Family}, {Parameters} parameters, fingerprint {Fingerprint}")]
    public static partial void Loaded(ILogger logger, string name, string version, string family, long parameters, string fingerprint);

    [LoggerMessage(1102, LogLevel.Warning, "{Directory}: expected a folder of model packages, found {Found}: THE EMBEDDED DEMONSTRATION MODEL IS SERVED instead")]
    public static partial void ServingEmbedded(ILogger logger, string directory, string found);

    [LoggerMessage(1105, LogLevel.Error, "Package {Package} is not served, because it cannot be loaded: {Reason}")]
    public static partial void NotLoaded(ILogger logger, string package, string reason);

    [LoggerMessage(1103, LogLevel.Warning, "{File}: the manifest does not use these tensors: {Tensors}")]
    public static partial void Unused(ILogger logger, string file, string tensors);

    [LoggerMessage(1104, LogLevel.Information, "{File}: ignored, because it says nothing about the model's function: {Keys}")]
    public static partial void Ignored(ILogger logger, string file, string keys);
}
