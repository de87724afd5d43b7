#!/usr/bin/env python3
"""Checks the rules of the house: floors, memory orders, prose. Prints what breaks them.

    check.py [ROOT]
"""

import sys
from pathlib import Path

import floors
import orders
import prose


def main(arguments):
    root = arguments[0] if arguments else str(Path(__file__).resolve().parents[2])
    findings = [f for rule in (floors, orders, prose) for f in rule.violations(root)]
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
