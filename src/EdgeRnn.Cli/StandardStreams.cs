using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace EdgeRnn.Cli;

/// <summary>Opens the process's standard streams so that what happens to them is seen.</summary>
internal static class StandardStreams
{
    // File descriptor 1.
    private const nint Output = 1;
    private const int CloseOnExec = 0x80000;

    /// <summary>
    /// Standard input. If it was closed, reading fails: its descriptor may then be one of the runtime's own, from which nothing ever comes.
    /// </summary>
    public static TextReader OpenInput() => IsInputClosed()
        ? new ClosedInput()
        // Console.In blocks the caller even in asynchronous reads.
        : new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);

    /// <summary>Standard output. Console.Out hides that the reader of a pipe has gone; a stream on the descriptor tells.</summary>
    public static TextWriter OpenOutput()
    {
        if (!Console.IsOutputRedirected || OperatingSystem.IsWindows())
            return Console.Out;
        try
        {
            var file = new FileStream(new SafeFileHandle(Output, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            // In a file it would write at a position of its own, and so over what other processes write to the same descriptor.
            return file.CanSeek ? Console.Out : TextWriter.Synchronized(new StreamWriter(file) { AutoFlush = true });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            // Closed, or of a kind that is no file.
            return Console.Out;
        }
    }

    /// <summary>
    /// Whether descriptor 0 is closed, or was opened by this process: a descriptor with close-on-exec cannot have come from the parent.
    /// </summary>
    private static bool IsInputClosed()
    {
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            string? flags = File.ReadLines("/proc/self/fdinfo/0").FirstOrDefault(line => line.StartsWith("flags:", StringComparison.Ordinal));
            return flags is not null && (ParseOctal(flags.AsSpan("flags:".Length).Trim()) & CloseOnExec) != 0;
        }
        catch (FileNotFoundException)
        {
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without /proc there is no way to tell.
            return false;
        }
    }

    private static long ParseOctal(ReadOnlySpan<char> digits)
    {
        long value = 0;
        foreach (char digit in digits)
            value = (value << 3) | (uint)CharUnicodeInfo.GetDecimalDigitValue(digit);
        return value;
    }

    private sealed class ClosedInput : TextReader
    {
        public override ValueTask<int> ReadAsync(Memory<char> buffer, CancellationToken cancellationToken = default) =>
            throw new CliException("standard input: expected an open stream, found it closed");
    }
}
