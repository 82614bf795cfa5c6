"""queries.py PROMETHEUS DEPLOY METRICS: does every query of the dashboard and every expression of the rules find data?

Of an alert it is the expression without its threshold. Counters of rare events begin with the first event, and a machine without a
power sensor has no energy: of those it is enough that the name is one in METRICS, which is docs/metrics.md.
"""
import json
import pathlib
import re
import sys
import time
import urllib.parse
import urllib.request

import yaml

TIMEOUT_SECONDS = 60
UNITS = {"s": "_seconds", "By": "_bytes", "J": "_joules", "W": "_watts"}
RARE = re.compile(r"edgernn_(budget_misses|frames_dropped|sessions_refused|energy)|reason=\"model_fault\"|outcome=\"failed\"")
THRESHOLD = re.compile(r"\s*(==|>|<)\s*[\d.]+\s*$")


def dashboard_queries(folder):
    for file in sorted(folder.glob("grafana/dashboards/*.json")):
        dashboard = json.loads(file.read_text())
        for panel in dashboard["panels"]:
            for target in panel.get("targets", []):
                yield f"panel {panel['title']}", target["expr"]
        for annotation in dashboard["annotations"]["list"]:
            yield f"annotation {annotation['name']}", THRESHOLD.sub("", annotation["expr"])
        for variable in dashboard["templating"]["list"]:
            yield f"variable {variable['name']}", re.match(r"label_values\((.*), \w+\)$", variable["query"]["query"])[1]


def rule_queries(folder):
    for file in sorted(folder.glob("prometheus/*.rules.yml")):
        for group in yaml.safe_load(file.read_text())["groups"]:
            for rule in group["rules"]:
                if "record" in rule:
                    yield f"rule {rule['record']}", rule["expr"]
                    yield f"recorded {rule['record']}", rule["record"]
                else:
                    yield f"alert {rule['alert']}", THRESHOLD.sub("", rule["expr"])


def known_names(document):
    """The instruments of the document's table as Prometheus calls them, with every suffix that a kind of instrument may have."""
    names = set()
    for name, unit in re.findall(r"^\| `(edgernn\.[a-z_.]+)` \| `?([^`|]*?)`? ?\|", document, re.MULTILINE):
        base = name.replace(".", "_") + UNITS.get(unit, "")
        names.update(base + suffix for suffix in ("", "_total", "_bucket", "_sum", "_count"))
    return names


def find(prometheus, query):
    for variable, value in (("$__rate_interval", "10s"), ("$instance", ".*"), ("$model", ".*")):
        query = query.replace(variable, value)
    url = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.load(answer)["data"]["result"]


def finds_data(prometheus, query):
    try:
        return any(sample["value"][1] != "NaN" for sample in find(prometheus, query))
    except OSError:
        # Prometheus is still starting, or the query is invalid: tried again until the deadline.
        return False


def main(prometheus, deploy, metrics):
    folder, names = pathlib.Path(deploy), known_names(pathlib.Path(metrics).read_text())
    queries = list(dashboard_queries(folder)) + list(rule_queries(folder))
    unknown = [f"{title}: {name} is not in {metrics}" for title, query in queries
               for name in re.findall(r"\bedgernn_[a-z_]+", query) if name not in names]
    waiting = [(title, query) for title, query in queries if not RARE.search(query)]
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while waiting and time.monotonic() < deadline:
        waiting = [(title, query) for title, query in waiting if not finds_data(prometheus, query)]
        time.sleep(0.5)
    # Expressions of rare events must at least be valid.
    for title, query in queries:
        if RARE.search(query):
            find(prometheus, query)
    print(*unknown, *(f"{title}: no data: {query}" for title, query in waiting), sep="\n")
    print(f"{len(queries)} queries")
    return 1 if unknown or waiting else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
