using EdgeRnn.Arm64Cases;
using EdgeRnn.Kernels;
using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Reference;

// Runs the kernels on this machine and writes their operands and results to a file. The harness repeats the calls on ARM64.
if (args is not [var path])
{
    Console.Error.WriteLine("usage: Arm64Cases OUTPUT");
    return 2;
}

using (var file = new CaseFile(path))
{
    var gates = new GateCases(file);
    gates.AddRecurrent();
    gates.AddLinear();
    var rows = new RowCases(file);
    rows.AddLayerNorm();
    rows.AddSoftmax();
    rows.AddStandardize();
    Console.WriteLine($"{file.Count} cases; on x64 {string.Join(", ", KernelSet.Available)} agree");
}

// A cell without cases would go unchecked.
Type[] covered = [.. CellCase.Names.Select(name => CellCase.Random(name, new Random(1), 1, 1).ToCell().GetType()), typeof(LinearCell)];
IEnumerable<Type> cells = typeof(Cell).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(Cell)) && !type.IsAbstract);
Type[] missing = [.. cells.Except(covered)];
if (missing.Length == 0)
    return 0;
Console.Error.WriteLine($"No cases for {string.Join<Type>(", ", missing)}: add them to CellCase, PackedCell and EntryTable.");
return 1;
