using System.Globalization;
using EdgeRnn.Runtime.Models.Tensors;

namespace EdgeRnn.Server.Tests.Cli;

/// <summary>A temporary folder for the files of a test, and the reference vectors of the repository.</summary>
internal sealed class CliFiles : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgernn-cli-");

    public string this[string name] => Path.Combine(_folder.FullName, name);

    public static string Vector(string name, string file)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "tests", "vectors", name, file);
            if (File.Exists(path))
                return path;
        }

        throw new InvalidOperationException($"expected tests/vectors/{name}/{file} above {AppContext.BaseDirectory}");
    }

    /// <summary>Frames as CSV, one per line.</summary>
    public static string Csv(float[] frames, int frameSize)
    {
        IEnumerable<string> cells = frames.Select(value => value.ToString("R", CultureInfo.InvariantCulture));
        return string.Concat(cells.Chunk(frameSize).Select(frame => string.Join(',', frame) + "\n"));
    }

    public string Write(string name, string text)
    {
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public string WriteTensor(string file, string name, long[] shape, float[] values)
    {
        new SafetensorsWriter().Add(name, shape, values).Save(this[file]);
        return this[file];
    }

    public (long[] Shape, float[] Values) ReadTensor(string file, string name)
    {
        using var tensors = SafetensorsFile.Open(this[file]);
        return ([.. tensors[name].Shape], tensors.ReadSingles(name));
    }

    public byte[] Bytes(string name) => File.ReadAllBytes(this[name]);

    public void Dispose() => _folder.Delete(recursive: true);
}
