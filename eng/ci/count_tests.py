"""Counts the tests in a folder of .trx files, one per test project, and names those that failed or were skipped.

Tests on real data are skipped if the folder ../shared is absent. If it is present, such a skip is a failure.
"""
import pathlib
import sys
import xml.etree.ElementTree as ET

NAMESPACE = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}
SHARED = pathlib.Path("../shared")


def results_in(files):
    """Yields (test name, outcome, message)."""
    for file in files:
        for result in ET.parse(file).getroot().iterfind("t:Results/t:UnitTestResult", NAMESPACE):
            words = " ".join(result.itertext()).split()
            yield result.get("testName"), result.get("outcome"), " ".join(words)


def main(folder: str, projects: int) -> int:
    passed = failed = skipped = 0
    files = sorted(pathlib.Path(folder).rglob("*.trx"))
    if len(files) < projects:
        failed += 1
        print(f"failed: expected results of {projects} test projects, found results of {len(files)}")
    for name, outcome, words in results_in(files):
        if outcome == "Passed":
            passed += 1
        elif outcome != "NotExecuted":
            failed += 1
            print(f"failed: {name}")
        elif "shared" in words and SHARED.is_dir():
            failed += 1
            print(f"failed: {name}: skipped although {SHARED} is present: {words}")
        else:
            skipped += 1
            print(f"skipped: {name}: {words}")
    print(f"@count {passed} {failed} {skipped}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
