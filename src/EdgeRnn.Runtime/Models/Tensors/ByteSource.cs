using Microsoft.Win32.SafeHandles;

namespace EdgeRnn.Runtime.Models.Tensors;

/// <summary>Random access to the bytes of a file or of a block of memory.</summary>
internal abstract class ByteSource : IDisposable
{
    private protected ByteSource(string name, long length)
    {
        Name = name;
        Length = length;
    }

    /// <summary>The name in error messages.</summary>
    public string Name { get; }

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Opens a file for reading. It is not memory-mapped: truncating a mapped file would kill the process.</summary>
    /// <exception cref="ModelException">The file does not exist or cannot be read.</exception>
    public static ByteSource OpenFile(string path)
    {
        try
        {
            return FileSource.Open(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new ModelException($"{path}: expected a readable file, found: {e.Message}", e);
        }
    }

    public static ByteSource FromMemory(string name, ReadOnlyMemory<byte> bytes) => new MemorySource(name, bytes);

    /// <summary>Fills <paramref name="destination"/> with the bytes from <paramref name="offset"/> on.</summary>
    /// <exception cref="ModelException">The source ends before that, or cannot be read.</exception>
    public abstract void Read(long offset, Span<byte> destination);

    /// <summary>The whole content.</summary>
    /// <exception cref="ModelException">There are more than <paramref name="limit"/> bytes.</exception>
    public byte[] ReadAll(int limit)
    {
        if (Length > limit)
            throw new ModelException($"{Name}: expected at most {limit} bytes, found {Length}");
        byte[] bytes = new byte[Length];
        Read(0, bytes);
        return bytes;
    }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);

    private sealed class FileSource : ByteSource
    {
        private readonly SafeFileHandle _handle;

        private FileSource(string path, SafeFileHandle handle) : base(path, RandomAccess.GetLength(handle)) => _handle = handle;

        public static FileSource Open(string path)
        {
            // Opening a pipe would block until there is a writer. A pipe has length 0, as an empty file has, and neither can be a model.
            if (new FileInfo(path) is { Exists: true, Length: 0 })
                throw new IOException("an empty file, or none with a length");
            SafeFileHandle handle = File.OpenHandle(path);
            try
            {
                return new FileSource(path, handle);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }

        public override void Read(long offset, Span<byte> destination)
        {
            try
            {
                while (destination.Length > 0)
                {
                    int count = RandomAccess.Read(_handle, destination, offset);
                    if (count == 0)
                        throw new ModelException($"{Name}: expected {destination.Length} bytes at {offset}, found the end of the file");
                    offset += count;
                    destination = destination[count..];
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new ModelException($"{Name}: expected {destination.Length} readable bytes at {offset}, found: {e.Message}", e);
            }
        }

        protected override void Dispose(bool disposing) => _handle.Dispose();
    }

    private sealed class MemorySource(string name, ReadOnlyMemory<byte> bytes) : ByteSource(name, bytes.Length)
    {
        public override void Read(long offset, Span<byte> destination)
        {
            if (offset > bytes.Length - destination.Length)
                throw new ModelException($"{Name}: expected {destination.Length} bytes at {offset}, found {bytes.Length} in all");
            bytes.Span.Slice((int)offset, destination.Length).CopyTo(destination);
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}
