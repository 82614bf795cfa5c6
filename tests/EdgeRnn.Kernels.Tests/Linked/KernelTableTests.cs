using EdgeRnn.Kernels.Cells;
using EdgeRnn.Kernels.Lanes;
using EdgeRnn.Kernels.Linked;
using EdgeRnn.Kernels.Weights;

namespace EdgeRnn.Kernels.Tests.Linked;

public unsafe class KernelTableTests
{
    [Fact]
    public void Fill_EveryEntry_IsTheAddressOfAnotherKernel()
    {
        nint[] table = new nint[KernelTable.Length];
        fixed (nint* entries = table)
            KernelTable.Fill<Lanes1>(entries);

        Assert.DoesNotContain(0, table);
        Assert.Equal(table.Length, table.Distinct().Count());
    }

    /// <summary>A cell that is compiled, but missing in the table, would fail only in a native program.</summary>
    [Fact]
    public void IndexOf_KernelOfEveryLayer_IsInTheTable()
    {
        HashSet<int> indexes = [];
        foreach (WeightPrecision precision in Enum.GetValues<WeightPrecision>())
        {
            foreach (string name in CellCase.Names)
                Add(CellCase.Random(name, new Random(1), 3, 5).ToCell(), precision);
            foreach (OutputActivation activation in Enum.GetValues<OutputActivation>())
                Add(new LinearCell(3, 5, new float[15], default, activation), precision);
        }

        Assert.All(indexes, index => Assert.InRange(index, KernelTable.Softmax + 1, KernelTable.Length - 2));

        void Add(Cell cell, WeightPrecision precision)
        {
            using GateLayer layer = KernelSet.Select("scalar").Compile(cell, precision);
            Type[] types = layer.GetType().GetGenericArguments(); // lanes, kernel, format
            AddKernel(types[1], types[2]);
            if (cell is FullyRecurrentCell)
                AddKernel(typeof(SumsKernel<>).MakeGenericType(types[1]), types[2]);
        }

        void AddKernel(Type kernel, Type format)
        {
            object index = typeof(KernelTable).GetMethod(nameof(KernelTable.IndexOf))!.MakeGenericMethod(kernel, format).Invoke(null, null)!;
            Assert.True(indexes.Add((int)index), $"{kernel} in {format} has the index of another kernel.");
        }
    }
}
