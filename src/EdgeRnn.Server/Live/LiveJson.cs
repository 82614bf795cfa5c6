using System.Text.Json;
using System.Text.Json.Serialization;

namespace EdgeRnn.Server.Live;

/// <summary>Writes what the page gets as JSON, by code that the compiler generates.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(LiveCourse))]
[JsonSerializable(typeof(LiveSnapshot))]
[JsonSerializable(typeof(LiveStreamDetail))]
internal sealed partial class LiveJson : JsonSerializerContext;
