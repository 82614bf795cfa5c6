#!/usr/bin/env python3
"""image.py IMAGE.dll IMAGE.map.csv OUT_DIR

Turns the ARM64 image that crossgen2 wrote into kernels.S (with kernels.bin) for the cross assembler, and lists the entries of
EntryTable in entries.inc. The image is taken as it is, page by page; only its import cells are filled: with the method
when that is in the image, with the harness's stand-in for a piece of the runtime, or else with a trap that names the import.
"""
import re
import struct
import sys
from pathlib import Path

PAGE = 4096
ENTRY = re.compile(r'_EntryTable__(\w+)$')
CELL = re.compile(r'\w*Imports?(\(.*?\))? ?-> ?SignaturePointer_(?P<what>.*)')
# What the kernels need of the runtime; harness.c and calls.S define these.
RUNTIME = (
    (r'ReadyToRunHelper_(Checked)?WriteBarrier$', 'runtime_write_barrier'),
    (r'NewObjectSignature: ', 'runtime_new_object'),
    (r'MethodFixupSignature\(MethodEntry: S_P_CoreLib_System_SpanHelpers__Memmove;', 'memmove'),
    # Asks only that the static constructor of the C# compiler's own helpers has run; there is none.
    (r'TypeFixupSignature\(StaticBaseNonGC\): \w+__PrivateImplementationDetails_$', 'runtime_nothing'),
)


def flatten(pe: bytes) -> bytes:
    """The image as it lies in memory."""
    header = struct.unpack_from('<I', pe, 0x3c)[0]
    sections, optional = struct.unpack_from('<H', pe, header + 6)[0], struct.unpack_from('<H', pe, header + 20)[0]
    flat = bytearray()
    for number in range(sections):
        size, address, raw_size, raw = struct.unpack_from('<IIII', pe, header + 24 + optional + 40 * number + 8)
        flat.extend(bytes(max(0, address + size - len(flat))))
        used = min(size, raw_size)
        flat[address:address + used] = pe[raw:raw + used]
    return bytes(flat) + bytes(-len(flat) % PAGE)


def read_map(text: str):
    """Addresses of methods and of import cells, by and with their names."""
    methods, cells = {}, {}
    for line in text.splitlines()[1:]:
        address, _, _, _, rest = line.split(',', 4)  # the rest is no CSV: names hold commas
        if rest.endswith(',MethodWithGCInfo'):
            methods[rest.removesuffix(',MethodWithGCInfo')] = int(address, 16)
        elif cell := CELL.match(rest.lstrip(',')):
            cells[int(address, 16)] = cell['what']
    return methods, cells


def target(what: str, methods: dict) -> str | None:
    """What a cell shall point to; None if the kernels should never come there."""
    method = re.search(r'\(MethodEntry: ([^;]+);', what)
    if method and method[1] in methods:
        return f'kernels + {methods[method[1]]:#x}'
    return next((function for pattern, function in RUNTIME if re.match(pattern, what)), None)


def assemble(flat_name: str, methods: dict, cells: dict) -> str:
    lines = ['.section .kernels, "awx", %progbits', f'.balign {PAGE}', 'kernels:']
    traps = ['.text']
    position = 0
    for address in sorted(cells):
        where = target(cells[address], methods)
        if where is None:
            where = f'trap_{address:x}'
            name = cells[address].replace('"', "'").replace('\\', '')
            traps += [f'{where}:', 'adr x0, 1f', 'b runtime_missing', f'1: .asciz "{name}"', '.balign 4']
        if address > position:
            lines.append(f'.incbin "{flat_name}", {position}, {address - position}')
        lines.append(f'.xword {where}')
        position = address + 8
    lines.append(f'.incbin "{flat_name}", {position}')
    for symbol, address in methods.items():
        if entry := ENTRY.search(symbol):
            lines += [f'.globl {entry[1]}', f'.set {entry[1]}, kernels + {address:#x}']
    wrap = next(address for symbol, address in methods.items() if symbol.endswith('_Entries__Wrap'))
    lines += ['.globl Wrap', f'.set Wrap, kernels + {wrap:#x}']
    return '\n'.join(lines + traps) + '\n'


def main() -> None:
    image, table, out = map(Path, sys.argv[1:])
    methods, cells = read_map(table.read_text())
    flat = out / 'kernels.bin'
    flat.write_bytes(flatten(image.read_bytes()))
    (out / 'kernels.S').write_text(assemble(str(flat), methods, cells))
    entries = sorted(entry[1] for symbol in methods if (entry := ENTRY.search(symbol)))
    (out / 'entries.inc').write_text(''.join(f'ENTRY({name})\n' for name in entries))


if __name__ == '__main__':
    main()
