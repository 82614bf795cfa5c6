"""Reads the ARM64 listing of .NET's compiler, and predicts the speed of loops with llvm-mca."""
import functools
import re
import subprocess
from dataclasses import dataclass, field

TITLE = re.compile(r'; Assembly listing for method (\S+?)\(')
LABEL = re.compile(r'(G_M\w+_IG\d+):')
INSTRUCTION = re.compile(r' {8,}([a-z][\w.]*)\s*(.*?)\s*$')
ITERATIONS = 200
PRODUCTS = ('fmla', 'smlal', 'smlal2')  # each multiplies four lanes and adds to four sums


@dataclass
class Method:
    name: str
    code: list = field(default_factory=list)    # (mnemonic, operands)
    labels: dict = field(default_factory=dict)  # label -> index of the next instruction

    def inner_loops(self) -> list:
        """The code from a label to a jump back to it, if it contains no other such span."""
        spans = []
        for index, (_, operands) in enumerate(self.code):
            target = re.search(r'G_M\w+_IG\d+', operands)
            if target and self.labels.get(target[0], index + 1) <= index:
                spans.append((self.labels[target[0]], index + 1))
        return [self.code[start:end] for start, end in spans
                if not any((s, e) != (start, end) and start <= s and e <= end for s, e in spans)]


def read_listing(path) -> dict:
    """The methods by name, without namespace and signature; of overloads, the longest."""
    methods = []
    method = Method('')
    with open(path, encoding='utf-8') as lines:
        for line in lines:
            if title := TITLE.match(line):
                method = Method(re.sub(r'EdgeRnn\.Kernels\.(?:(?:Cells|Lanes|Sharing|Weights)\.)?', '', title[1]))
                methods.append(method)
            elif label := LABEL.match(line):
                method.labels[label[1]] = len(method.code)
            elif instruction := INSTRUCTION.match(line):
                method.code.append((instruction[1], instruction[2]))
    return {method.name: method for method in sorted(methods, key=lambda method: len(method.code))}


def returned_constant(method: Method) -> int:
    """The number that a method returns if it only returns a constant; otherwise 0."""
    for mnemonic, operands in method.code:
        if mnemonic == 'mov' and (returned := re.fullmatch(r'w0, #(\w+)', operands)):
            return int(returned[1], 0)
    return 0


def calls(loop) -> int:
    return sum(mnemonic in ('bl', 'blr') for mnemonic, _ in loop)


def vector_instructions(loop) -> int:
    return sum('.4s' in operands for _, operands in loop)


def loads(loop) -> int:
    return sum(mnemonic.startswith('ld') for mnemonic, _ in loop)


def stack_accesses(loop) -> int:
    return sum(bool(re.search(r'\[(fp|sp)\b', operands)) for _, operands in loop)


def products(loop) -> int:
    return sum(mnemonic in PRODUCTS for mnemonic, _ in loop)


def products_by_lane(loop) -> int:
    return sum(mnemonic in PRODUCTS and operands.endswith(']') for mnemonic, operands in loop)


def to_assembler(mnemonic: str, operands: str) -> str:
    """An instruction in the syntax of the LLVM assembler. Addresses of jumps and constants are replaced, as they have no effect."""
    operands = re.sub(r'\[@RWD\d+\]', 'here', operands)
    operands = re.sub(r'\[HIGH RELOC #0x\w+\]', 'here', operands)
    operands = re.sub(r'\[LOW RELOC #0x\w+\]', ':lo12:here', operands)
    operands = re.sub(r'G_M\w+_IG\d+', 'here', operands)
    operands = re.sub(r'\bxip(\d)\b', lambda number: f'x1{6 + int(number[1])}', operands).replace('LSL', 'lsl')
    if mnemonic in ('and', 'orr', 'eor', 'bic', 'bsl', 'bit', 'bif', 'mvn'):
        operands = re.sub(r'\b(v\d+)\.\w+', r'\1.16b', operands)  # bitwise, so the assembler accepts no other arrangement
    return f'{mnemonic} {operands}'


@functools.cache
def cycles(mca: str, cpu: str, code: str) -> float:
    """Cycles per iteration of a loop in llvm-mca's model of the CPU, with all data in the first-level cache."""
    run = subprocess.run(
        [mca, '-mtriple=aarch64-linux-gnu', f'-mcpu={cpu}', f'-iterations={ITERATIONS}', '-instruction-info=0', '-resource-pressure=0'],
        input=f'here:\n{code}\n', capture_output=True, text=True, check=False)
    total = re.search(r'Total Cycles:\s+(\d+)', run.stdout)
    if run.returncode or not total:
        raise RuntimeError(f'llvm-mca rejected this loop:\n{run.stderr[:500]}')
    return int(total[1]) / ITERATIONS


def loop_cycles(mca: str, cpu: str, loop) -> float:
    return cycles(mca, cpu, '\n'.join(to_assembler(*instruction) for instruction in loop)) if loop else float('nan')


def peak(mca: str, cpu: str) -> float:
    """The maximum number of independent fused products per cycle."""
    count = 24
    return count / cycles(mca, cpu, '\n'.join(f'fmla v{i}.4s, v30.4s, v31.s[0]' for i in range(count)))
