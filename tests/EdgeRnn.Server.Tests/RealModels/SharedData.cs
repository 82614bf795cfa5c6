namespace EdgeRnn.Server.Tests.RealModels;

/// <summary>The folder of trained models and recorded data that may lie beside the repository.</summary>
internal static class SharedData
{
    private const string SolutionFile = "EdgeRnn.sln";
    private static readonly string Folder = Find();

    public static bool IsPresent => Directory.Exists(Folder);

    public static string TrainedModel(string name) => Path.Combine(Folder, "trained", name);

    public static string DataFile(string folder, string file) => Path.Combine(Folder, "data", folder, file);

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, SolutionFile)))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "..", "shared");
    }
}

/// <summary>A test on real data: skipped where the data is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (!SharedData.IsPresent)
            Skip = "needs the folder ../shared, which is not beside this repository";
    }
}
