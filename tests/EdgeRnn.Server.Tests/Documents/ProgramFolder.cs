using System.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;

namespace EdgeRnn.Server.Tests.Documents;

/// <summary>A temporary folder in which programs from documents are compiled and run as processes of their own.</summary>
internal sealed class ProgramFolder : IDisposable
{
    // What a new console project has without writing it.
    private const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    private const string RuntimeConfig = ".runtimeconfig.json";
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    // What the client library needs beyond the shared frameworks.
    private static readonly string[] ClientFiles = ["EdgeRnn.Client", "EdgeRnn.Protocol", "Google.", "Grpc.", "Microsoft.Extensions."];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("edgernn-documents-");

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    /// <summary>Makes a folder of the repository visible here.</summary>
    public void Link(string folder) => Directory.CreateSymbolicLink(PathOf(folder), Path.Combine(Repository.Root, folder));

    /// <summary>Compiles a program of top-level statements that may use the client library.</summary>
    public void CompileCSharp(string name, string source)
    {
        string[] references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var compilation = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(name),
            [CSharpSyntaxTree.ParseText(ImplicitUsings), CSharpSyntaxTree.ParseText(source)],
            references.Select(reference => MetadataReference.CreateFromFile(reference)),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        EmitResult result = compilation.Emit(PathOf(name));
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));

        foreach (string file in Directory.EnumerateFiles(AppContext.BaseDirectory, "*.dll").Where(IsOfTheClient))
            File.Copy(file, PathOf(Path.GetFileName(file)));
        string tests = typeof(ProgramFolder).Assembly.GetName().Name!;
        File.Copy(
            Path.Combine(AppContext.BaseDirectory, tests + RuntimeConfig), PathOf(Path.GetFileNameWithoutExtension(name) + RuntimeConfig));
    }

    /// <summary>Runs a command in the folder, which must succeed.</summary>
    /// <returns>The lines of its standard output.</returns>
    public async Task<string[]> RunAsync(string command, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(command, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Bound);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        Assert.True(process.ExitCode == 0, $"{command}: exit code {process.ExitCode}\n{await output}\n{await errors}");
        return (await output).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool IsOfTheClient(string file) =>
        ClientFiles.Any(start => Path.GetFileName(file).StartsWith(start, StringComparison.Ordinal));

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);
}
