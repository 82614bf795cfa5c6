"""configure.py DEPLOY WORK SERVER PROMETHEUS ALERTMANAGER: writes the configuration of DEPLOY for this machine to WORK.

Only addresses and times differ from what is deployed: a check cannot wait for minutes.
"""
import pathlib
import re
import sys

import yaml


def prometheus(deployed, server, alertmanager):
    config = yaml.safe_load(deployed)
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["scrape_configs"][0]["static_configs"] = [{"targets": [server]}]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [alertmanager]}]}]
    return yaml.safe_dump(config)


def rules(deployed):
    return re.sub(r"\bfor: \w+", "for: 2s", deployed).replace("[1m]", "[10s]").replace("[5m]", "[10s]")


def main(deploy, work, server, _, alertmanager):
    deploy, work = pathlib.Path(deploy), pathlib.Path(work)
    (work / "prometheus.yml").write_text(prometheus((deploy / "prometheus/prometheus.yml").read_text(), server, alertmanager))
    (work / "edgernn.rules.yml").write_text(rules((deploy / "prometheus/edgernn.rules.yml").read_text()))
    routes = (deploy / "alertmanager/alertmanager.yml").read_text()
    (work / "alertmanager.yml").write_text(re.sub(r"group_wait: \w+", "group_wait: 1s", routes))


if __name__ == "__main__":
    main(*sys.argv[1:])
