namespace EdgeRnn.Server;

/// <summary>The version of this build, and the response header that tells it.</summary>
internal static class ServerVersion
{
    public const string Header = "edgernn-version";

    /// <summary>Such as "1.2.3".</summary>
    public static string Text { get; } = typeof(ServerVersion).Assembly.GetName().Version!.ToString(fieldCount: 3);

    /// <summary>Adds the version header to every response of these endpoints.</summary>
    public static TBuilder WithVersionHeader<TBuilder>(this TBuilder endpoints) where TBuilder : IEndpointConventionBuilder
    {
        endpoints.Add(static endpoint =>
        {
            if (endpoint.RequestDelegate is not { } next)
                return;
            endpoint.RequestDelegate = context =>
            {
                context.Response.Headers[Header] = Text;
                return next(context);
            };
        });
        return endpoints;
    }
}
