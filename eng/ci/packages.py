"""Checks a folder of NuGet packages: that exactly the expected ones are there, each with its metadata, files and symbols."""
import pathlib
import re
import sys
import xml.etree.ElementTree as ET
import zipfile

# The folders in which each package has its assemblies.
EXPECTED = {
    "EdgeRnn.Kernels": ["lib/net10.0"],
    "EdgeRnn.Runtime": ["lib/net10.0"],
    "EdgeRnn.Protocol": ["lib/net8.0", "lib/net10.0"],
    "EdgeRnn.Server": ["lib/net10.0"],
    "EdgeRnn.Client": ["lib/net8.0", "lib/net10.0"],
    "edgernn": ["tools/net10.0/any"],
}


def package_id(file: pathlib.Path) -> str:
    """The file's name without the version."""
    return re.sub(r"\.\d+\.\d+\.\d+.*$", "", file.name)


def files_in(package: pathlib.Path) -> list[str]:
    with zipfile.ZipFile(package) as archive:
        return archive.namelist()


def metadata_of(package: pathlib.Path) -> dict[str, ET.Element]:
    with zipfile.ZipFile(package) as archive:
        nuspec = next(name for name in archive.namelist() if name.endswith(".nuspec"))
        root = ET.fromstring(archive.read(nuspec))
    return {element.tag.split("}")[1]: element for element in root[0]}


def faults_of(package: pathlib.Path, name: str) -> list[str]:
    """What the package lacks."""
    faults = []
    files, metadata = files_in(package), metadata_of(package)
    readme = metadata.get("readme")
    if readme is None or readme.text not in files:
        faults.append("no readme")
    license_ = metadata.get("license")
    if license_ is None or license_.get("type") != "expression":
        faults.append("no license expression")
    if not metadata["description"].text or metadata["description"].text == "Package Description":
        faults.append("no description")
    found = sorted({str(pathlib.PurePosixPath(file).parent) for file in files if file.endswith(f"/{name}.dll")})
    if found != sorted(EXPECTED[name]):
        faults.append(f"{name}.dll: expected in {EXPECTED[name]}, found in {found}")
    symbols = package.with_suffix(".snupkg")
    if not symbols.is_file() or not any(file.endswith(f"/{name}.pdb") for file in files_in(symbols)):
        faults.append("no symbols")
    return faults


def main(folder: str) -> int:
    packages = {package_id(file): file for file in sorted(pathlib.Path(folder).glob("*.nupkg"))}
    failed = False
    for name in sorted(packages.keys() | EXPECTED.keys()):
        if name not in packages:
            faults = ["expected, and not packed"]
        elif name not in EXPECTED:
            faults = ["packed, and not expected"]
        else:
            faults = faults_of(packages[name], name)
        failed = failed or bool(faults)
        size = f" ({packages[name].stat().st_size / 1024:.0f} KiB)" if name in packages else ""
        print(f"FAIL package {name}{size}: {'; '.join(faults)}" if faults else f"pass package {name}{size}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
