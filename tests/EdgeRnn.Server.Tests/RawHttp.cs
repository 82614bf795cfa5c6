using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Grpc.Core;

namespace EdgeRnn.Server.Tests;

/// <summary>Calls StreamInfer with any bytes as the request stream.</summary>
internal static class RawHttp
{
    /// <summary>A message with gRPC's prefix: a flag and its length.</summary>
    public static byte[] Framed(ReadOnlySpan<byte> message)
    {
        byte[] framed = new byte[5 + message.Length];
        BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), message.Length);
        message.CopyTo(framed.AsSpan(5));
        return framed;
    }

    public static async Task<Status> StreamInferAsync(HttpClient client, Uri grpc, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(grpc, "edgernn.v1.InferenceService/StreamInfer"))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        using HttpResponseMessage response = await client.SendAsync(request).Soon();
        await response.Content.ReadAsByteArrayAsync().Soon();
        return new Status(
            (StatusCode)int.Parse(Find(response, "grpc-status") ?? "-1", CultureInfo.InvariantCulture),
            Uri.UnescapeDataString(Find(response, "grpc-message") ?? ""));
    }

    // A call that ends without a message carries its status in the headers.
    private static string? Find(HttpResponseMessage response, string name) =>
        response.TrailingHeaders.TryGetValues(name, out IEnumerable<string>? values) || response.Headers.TryGetValues(name, out values)
            ? values.Single()
            : null;
}
