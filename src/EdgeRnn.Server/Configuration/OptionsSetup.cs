using Microsoft.Extensions.Options;

namespace EdgeRnn.Server.Configuration;

/// <summary>The options of an app: read from its configuration first, and validated after the app's own delegates.</summary>
internal sealed class OptionsSetup(IConfiguration configuration) : IConfigureOptions<EdgeRnnOptions>, IValidateOptions<EdgeRnnOptions>
{
    public void Configure(EdgeRnnOptions options) => OptionsReader.Read(configuration, options);

    public ValidateOptionsResult Validate(string? name, EdgeRnnOptions options)
    {
        string[] errors = [.. options.Validate(), .. KernelSelection.Errors()];
        return errors.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}

/// <summary>Options that were read and validated before the app was built, as the stand-alone server's are.</summary>
internal sealed class FixedOptions(EdgeRnnOptions options) : IOptionsFactory<EdgeRnnOptions>
{
    public EdgeRnnOptions Create(string name) => options;
}
