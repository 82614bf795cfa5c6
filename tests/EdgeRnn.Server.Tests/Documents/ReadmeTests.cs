namespace EdgeRnn.Server.Tests.Documents;

/// <summary>README is short, its first commands are those of a newcomer, and its programs run.</summary>
public sealed class ReadmeTests
{
    private const int MaxLines = 150;
    private const int MaxProgramLines = 12;
    private const int Frames = 100;
    private const string ServerAddress = "127.0.0.1:8001";

    private const string PythonTools =
        "protoc --version && test -x /usr/bin/grpc_python_plugin && /usr/bin/python3 -c 'import grpc, google.protobuf'";

    private static readonly Document Readme = Document.Open("README.md");

    [Fact]
    public void Lines_OfReadme_AreFew() => Assert.InRange(Readme.Lines.Count, 1, MaxLines);

    [Fact]
    public void Commands_OfTheNewcomer_AreTheFirstOnes()
    {
        Assert.Equal("dotnet run -c Release --project src/EdgeRnn.Cli -- demo", FirstLine("dotnet run"));
        Assert.Equal("dotnet test", FirstLine("dotnet test"));

        static string FirstLine(string start) => Readme.Lines.First(line => line.StartsWith(start, StringComparison.Ordinal));
    }

    [Fact]
    public async Task CSharpProgram_AgainstAServer_PrintsAResultForEachBlock()
    {
        await using TestServer server = await TestServer.StartAsync(ServeEmbeddedModel);
        IReadOnlyList<string> program = Readme.Code("csharp");
        Assert.InRange(program.Count, 1, MaxProgramLines);

        using var folder = new ProgramFolder();
        folder.CompileCSharp("readme.dll", AddressedTo(server, program));
        string[] output = await folder.RunAsync("dotnet", "readme.dll");

        Assert.StartsWith("frame 0: normal ", output[0], StringComparison.Ordinal);
        Assert.InRange(output.Length, Frames / 16, Frames);
    }

    [ToolFact("protobuf-compiler, protobuf-compiler-grpc, python3-grpcio", "bash", "-c", PythonTools)]
    public async Task PythonProgram_WithStubsAsDocumented_PrintsAResultForEachBlock()
    {
        await using TestServer server = await TestServer.StartAsync(ServeEmbeddedModel);
        IReadOnlyList<string> program = Readme.Code("python");
        Assert.InRange(program.Count, 1, MaxProgramLines);
        string makeStubs = Assert.Single(
            Document.Open("docs/clients.md").CodeLines, line => line.StartsWith("protoc ", StringComparison.Ordinal));

        using var folder = new ProgramFolder();
        folder.Link("protos");
        await folder.RunAsync("bash", "-c", makeStubs);
        folder.Write("readme.py", AddressedTo(server, program));
        string[] output = await folder.RunAsync("/usr/bin/python3", "readme.py");

        Assert.StartsWith("0 [", output[0], StringComparison.Ordinal);
        Assert.InRange(output.Length, Frames / 16, Frames);
    }

    private static void ServeEmbeddedModel(EdgeRnnServerOptions options) => options.Models = null;

    private static string AddressedTo(TestServer server, IReadOnlyList<string> program)
    {
        string text = string.Join('\n', program);
        Assert.Contains(ServerAddress, text, StringComparison.Ordinal);
        return text.Replace(ServerAddress, server.Server.GrpcAddress.Authority, StringComparison.Ordinal);
    }
}
