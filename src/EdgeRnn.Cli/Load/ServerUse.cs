using System.Diagnostics;

namespace EdgeRnn.Cli.Load;

/// <summary>Processor time and memory of a server's process under load.</summary>
internal sealed class ServerUse : IDisposable
{
    private readonly Process _process;
    private TimeSpan _cpuStart;
    private long _start, _half;

    /// <exception cref="CliException">There is no such process.</exception>
    public ServerUse(int pid)
    {
        try
        {
            _process = Process.GetProcessById(pid);
        }
        catch (ArgumentException)
        {
            throw new CliException($"--pid: expected a running process, found none with id {pid}");
        }
    }

    public void Start()
    {
        _cpuStart = Cpu();
        _start = Resident();
    }

    public void Half() => _half = Resident();

    /// <exception cref="CliException">The process has ended.</exception>
    public ServerReport End() => new((Cpu() - _cpuStart).TotalSeconds, _start, _half, Resident());

    public void Dispose() => _process.Dispose();

    private TimeSpan Cpu() => Read(process => process.TotalProcessorTime);

    private long Resident() => Read(process => process.WorkingSet64);

    private T Read<T>(Func<Process, T> value)
    {
        try
        {
            _process.Refresh();
            return value(_process);
        }
        catch (InvalidOperationException)
        {
            throw new CliException($"--pid: the process {_process.Id} ended under load");
        }
    }
}
