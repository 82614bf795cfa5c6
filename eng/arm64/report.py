#!/usr/bin/env python3
"""report.py LISTING LLVM_MCA

Reports on the inner loops of the kernels as compiled for NEON. Prints tables, and exits 1 if a method is missing, an inner loop has a
call or a stack access, or the largest tile of a kernel is predicted to reach less than its share of the FMA peak.
"""
import re
import sys
from collections import defaultdict

import listing

CPUS = ('cortex-a72', 'neoverse-n1')  # the neoverse-n1 has the core of the cortex-a76
TILES = {1: 'OneFrame', 2: 'TwoFrames', 4: 'FourFrames', 8: 'EightFrames'}
BY_LANE_FROM = 4  # frames: fewer do not fill the register whose lanes are the factors
MIN_SHARE = 0.95
ROW_OPERATIONS = ('LayerNorm`1[Lanes128]:Normalize', 'FrameMath:Softmax[Lanes128]', 'FrameMath:Standardize[Lanes128]')
# Products per row of weights, gate and frame, the required share of the FMA peak, and the limit of the sums of a tile. Integers have
# instructions of their own, which one of these CPUs executes at half the rate.
FORMATS = {'SingleWeights': (1, MIN_SHARE, 'MaxSums'), 'BFloat16Weights': (2, 0.7, 'MaxSumsOfHalves'),
           'Int8Weights': (4, 0.45, 'MaxSumsOfPairs')}
GATE = re.compile(r'Entries:Gate\[Lanes128,(.*),(\w+Weights)\]$')
FULLY_RECURRENT = re.compile(r'Entries:FullyRecurrent\[Lanes128,(.*),(\w+Weights)\]$')


def plain(name: str) -> str:
    """A name of the listing, shortened for the tables."""
    name = re.sub(r'Kernel(`\d)?|`\d|Activation|Lanes128|Weights', ' ', name)
    return ' '.join(re.sub(r'[\[\]:,]|Advance', ' ', name).split())


def print_table(title: str, heads: list, rows: list) -> None:
    table = [[title, *heads], *rows]
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    print()
    for row in table:
        print('  ' + row[0].ljust(widths[0]) + ''.join('   ' + cell.rjust(width) for cell, width in zip(row[1:], widths[1:])))


class Report:
    def __init__(self, methods: dict, mca: str):
        self.methods, self.mca = methods, mca
        self.problems = []
        recurrent = sorted({entry.groups() for name in methods if (entry := FULLY_RECURRENT.match(name))})
        diagonal = sorted({entry.groups() for name in methods if (entry := GATE.match(name))})
        for kind, entries in ('diagonal', diagonal), ('fully recurrent', recurrent):
            for missing in sorted(set(FORMATS) - {form for _, form in entries}):
                self.problems.append(f'no entry of a {kind} layer with {missing} was compiled')
        # The product of a fully recurrent layer with the inputs only stores its sums.
        self.gemms = diagonal + recurrent + [(f'SumsKernel`1[{kernel}]', form) for kernel, form in recurrent]
        self.kernels = sorted({kernel for kernel, _ in self.gemms})

    def method(self, name: str) -> listing.Method:
        if name not in self.methods:
            self.problems.append(f'{name} was not compiled')
        return self.methods.get(name, listing.Method(name))

    def main_loop(self, name: str) -> list:
        """The inner loop with the most vector instructions, which must stay in registers; empty if there is none."""
        method = self.method(name)
        loop = max(method.inner_loops(), key=listing.vector_instructions, default=[])
        self.expect_registers(method, loop)
        return loop

    def halves(self, name: str) -> list:
        """The inner loops over panels of an epilogue, one per half of a frame, which must stay in registers."""
        method = self.method(name)
        loops = [loop for loop in method.inner_loops() if listing.loads(loop)]  # an empty half may leave a loop that only counts
        for loop in loops or [[]]:
            self.expect_registers(method, loop)
        return loops

    def expect_registers(self, method: listing.Method, loop: list) -> None:
        calls, stack = listing.calls(loop), listing.stack_accesses(loop)
        if method.code and (not loop or calls or stack):
            self.problems.append(f'{method.name}: expected a loop in registers, found {len(loop)} instructions with {calls} calls '
                                 f'and {stack} stack accesses')

    def tiles(self) -> None:
        peaks = {cpu: listing.peak(self.mca, cpu) for cpu in CPUS}
        kernels_of = defaultdict(list)
        for kernel, form in self.gemms:
            per_row, min_share, limit = FORMATS[form]
            max_sums = listing.returned_constant(self.method(f'Lanes128:get_{limit}'))
            gates = listing.products(self.main_loop(f'GateGemm:MultiplyTiles[Lanes128,{kernel},OneFrame,{form}]')) // per_row
            run = [frames for frames in TILES if frames * gates <= max_sums]  # larger tiles are compiled, but never run
            for frames in run:
                loop = self.main_loop(f'GateGemm:MultiplyTiles[Lanes128,{kernel},{TILES[frames]},{form}]')
                where = f'{plain(kernel)} {plain(form)}, {frames} frames'
                products, by_lane = listing.products(loop), listing.products_by_lane(loop)
                expected = per_row * gates * frames
                if (products, by_lane) != (expected, expected if frames >= BY_LANE_FROM or form == 'Int8Weights' else 0):
                    self.problems.append(f'{where}: expected {gates} x {frames} x {per_row} products, found {products}, {by_lane} by lane')
                shares = [products / listing.loop_cycles(self.mca, cpu, loop) / peaks[cpu] for cpu in CPUS]
                for cpu, share in zip(CPUS, shares):
                    if frames == run[-1] and share < min_share:
                        self.problems.append(f'{where}: {share:.1%} of the FMA peak on {cpu}, expected {min_share:.0%}')
                numbers = len(loop), products, by_lane, listing.stack_accesses(loop)
                kernels_of[plain(form), gates, frames, *numbers, *(f'{share:.1%}' for share in shares)].append(kernel)
            if form == 'SingleWeights':
                self.panel_pairs(kernel, gates, max_sums)
        rows = [[f'{form} {gates} x {frames} ({len(kernels)} kernels)', *map(str, numbers)]
                for (form, gates, frames, *numbers), kernels in sorted(kernels_of.items())]
        heads = ['instructions', 'products', 'by lane', 'stack', *(f'{cpu}: of FMA peak' for cpu in CPUS)]
        print_table('tile (gates x frames), per row of weights', heads, rows)

    def panel_pairs(self, kernel: str, gates: int, max_sums: int) -> None:
        """Two panels at once with 1 and 2 frames, if their sums fit in the registers."""
        for frames in (frames for frames in (1, 2) if 2 * frames * gates <= max_sums):
            name = f'PanelPair:MultiplyPair[Lanes128,{kernel},{TILES[frames]},SingleWeights]'
            products = listing.products(self.main_loop(name))
            if products != 2 * gates * frames:
                self.problems.append(f'{name}: expected 2 panels x {gates} x {frames} products, found {products}')

    def other_loops(self) -> None:
        rows = []
        loops_of = {kernel: self.halves(f'Epilogue:Advance[Lanes128,{kernel}]') for kernel in self.kernels}
        for name, loops in (loops_of | {name: [self.main_loop(name)] for name in ROW_OPERATIONS}).items():
            rows.append([plain(name), str(sum(map(len, loops))), str(sum(map(listing.stack_accesses, loops))),
                         *(f'{sum(listing.loop_cycles(self.mca, cpu, loop) for loop in loops):.0f}' for cpu in CPUS)])
        heads = ['instructions', 'stack', *(f'{cpu}: cycles' for cpu in CPUS)]
        print_table('epilogue or row operation, per 4 values', heads, rows)


def main() -> int:
    report = Report(listing.read_listing(sys.argv[1]), sys.argv[2])
    report.tiles()
    report.other_loops()
    print()
    for problem in report.problems:
        print(f'  FAILED {problem}')
    return 1 if report.problems else 0


if __name__ == '__main__':
    sys.exit(main())
