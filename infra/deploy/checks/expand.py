"""Expands template.yaml as CloudFormation does on deployment.

First the SAM transform, then parameters and conditions: what is left is what would be made, with references between
resources as they are. `python3 infra/deploy/checks/expand.py [Parameter=value ...]` prints it as JSON.
"""

import copy
import functools
import json
import logging
import os
import sys
from pathlib import Path

from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parents[3]
NO_VALUE = {"Ref": "AWS::NoValue"}

# The transform counts its own use and complains that nobody collects the figures.
logging.getLogger("samtranslator.metrics").setLevel(logging.ERROR)


class _NoManagedPolicies:
    """Names of AWS-managed policies need no look-up: the template has none by name."""

    def load(self):
        return {}


def load(path):
    """A template as it is written, `!Ref X` as `{"Ref": "X"}`."""
    return copy.deepcopy(_parsed(path))


@functools.cache
def _parsed(path):
    return yaml_parse((ROOT / path).read_text())


def expand(template, parameters):
    """The template as deployed with these parameters; those that are left out have their defaults."""
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            # Deploying uploads the zip and puts its address here.
            resource["Properties"]["CodeUri"] = "s3://bucket/" + resource["Properties"]["CodeUri"]
    values = {
        name: str(parameters.get(name, definition.get("Default", "")))
        for name, definition in template.get("Parameters", {}).items()
    }
    unknown = parameters.keys() - values.keys()
    if unknown:
        raise ValueError("there is no parameter " + ", ".join(sorted(unknown)))
    os.environ.setdefault("AWS_DEFAULT_REGION", "eu-west-1")
    if "Transform" in template:
        template = transform(template, dict(values), _NoManagedPolicies())
    return _Deployment(template, values).template()


class _Deployment:
    def __init__(self, transformed, values):
        self._transformed = transformed
        self._values = values

    def template(self):
        resources = {
            name: self._resolved(resource)
            for name, resource in self._transformed["Resources"].items()
            if self._is_made(resource)
        }
        outputs = {
            name: self._resolved(output)
            for name, output in self._transformed.get("Outputs", {}).items()
            if self._is_made(output)
        }
        return {**self._transformed, "Resources": resources, "Outputs": outputs}

    def _is_made(self, thing):
        return "Condition" not in thing or self._holds({"Condition": thing["Condition"]})

    def _holds(self, condition):
        ((function, operands),) = condition.items()
        match function:
            case "Condition":
                return self._holds(self._transformed["Conditions"][operands])
            case "Fn::Equals":
                left, right = (self._resolved(operand) for operand in operands)
                return left == right
            case "Fn::Not":
                return not self._holds(operands[0])
            case "Fn::And":
                return all(self._holds(operand) for operand in operands)
            case "Fn::Or":
                return any(self._holds(operand) for operand in operands)
        raise ValueError("not a condition: " + function)

    def accepts(self):
        """Whether the template's rules let these parameters through."""
        return all(
            self._holds(assertion["Assert"])
            for rule in self._transformed.get("Rules", {}).values()
            for assertion in rule["Assertions"]
        )

    def _resolved(self, node):
        if isinstance(node, list):
            return [value for value in map(self._resolved, node) if value != NO_VALUE]
        if not isinstance(node, dict):
            return node
        if node.keys() == {"Ref"}:
            return self._values.get(node["Ref"], node)
        if node.keys() == {"Fn::If"}:
            condition, then, otherwise = node["Fn::If"]
            return self._resolved(then if self._holds({"Condition": condition}) else otherwise)
        resolved = {name: self._resolved(value) for name, value in node.items()}
        return {name: value for name, value in resolved.items() if value != NO_VALUE}


def accepts(template, parameters):
    """Whether the template's rules let these parameters through."""
    values = {name: parameters.get(name, p.get("Default", "")) for name, p in template["Parameters"].items()}
    return _Deployment(template, values).accepts()


if __name__ == "__main__":
    given = dict(argument.split("=", 1) for argument in sys.argv[1:])
    print(json.dumps(expand(load("template.yaml"), given), indent=2))
