namespace EdgeRnn.Testing;

/// <summary>The folder of trained models and recorded data that may lie beside the repository.</summary>
public static class SharedData
{
    private static readonly string Folder = Path.Combine(Repository.Root, "..", "shared");

    public static bool IsPresent => Directory.Exists(Folder);

    /// <summary>The place of a file or folder in it.</summary>
    public static string PathOf(string path) => Path.Combine(Folder, path);
}

/// <summary>A test on data that is not part of the repository; skipped, visibly, where it is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (!SharedData.IsPresent)
            Skip = "needs the folder ../shared, which is not beside this repository";
    }
}
