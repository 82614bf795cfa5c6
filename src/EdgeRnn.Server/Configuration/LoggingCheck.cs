using EdgeRnn.Runtime;

namespace EdgeRnn.Server.Configuration;

/// <summary>Finds log levels that do not exist. The platform would throw when the first logger is made.</summary>
internal static class LoggingCheck
{
    private const string LevelSection = "LogLevel";

    /// <summary>One sentence per level that does not exist.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        IConfigurationSection logging = configuration.GetSection("Logging");
        IEnumerable<IConfigurationSection> sections = logging.GetChildren().Select(provider => provider.GetSection(LevelSection))
            .Prepend(logging.GetSection(LevelSection));
        return sections.SelectMany(section => section.GetChildren())
            .Where(level => !Enum.TryParse<LogLevel>(level.Value, ignoreCase: true, out _))
            .Select(level => $"{ForeignText.Show(level.Path)} must be one of {string.Join(", ", Enum.GetNames<LogLevel>())}, "
                + $"found '{ForeignText.Show(level.Value ?? "")}'");
    }
}
