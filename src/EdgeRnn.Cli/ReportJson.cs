using System.Text.Json.Serialization;
using EdgeRnn.Cli.Commands;
using EdgeRnn.Cli.Load;
using EdgeRnn.Cli.Running;
using EdgeRnn.Client;

namespace EdgeRnn.Cli;

/// <summary>Every report that <see cref="JsonReport"/> writes, for the compiler to generate the code.</summary>
// An error can be infinite.
[JsonSourceGenerationOptions(
    WriteIndented = true,
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals)]
[JsonSerializable(typeof(BenchReport))]
[JsonSerializable(typeof(DoctorReport))]
[JsonSerializable(typeof(InspectReport))]
[JsonSerializable(typeof(LoadReport))]
[JsonSerializable(typeof(IReadOnlyList<ModelDescription>))]
[JsonSerializable(typeof(QuantizeReport))]
[JsonSerializable(typeof(RunReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
