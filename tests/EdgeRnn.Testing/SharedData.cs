namespace EdgeRnn.Testing;

/// <summary>The folder ../shared, beside the repository: trained models and recorded data.</summary>
public static class SharedData
{
    private static readonly string Folder = Path.Combine(Repository.Root, "..", "shared");

    public static bool IsPresent => Directory.Exists(Folder);

    /// <summary>The path of a file or folder in it.</summary>
    public static string PathOf(string path) => Path.Combine(Folder, path);
}

/// <summary>A test on data outside the repository; skipped if the data is absent, which CI reports.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (!SharedData.IsPresent)
            Skip = "needs the folder ../shared, which is not beside this repository";
    }
}
