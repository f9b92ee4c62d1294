// What each source says about each name: provider by provider, name by name.

import { readFileSync } from "node:fs";
import { genai } from "./genai.mjs";
import { read } from "./rates.mjs";
import { tokenlens } from "./tokenlens.mjs";

export const json = (name) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url)));

const MODEL = /^[A-Za-z0-9._:@/-]{1,100}$/;

/**
 * All quotes: for each provider, for each name, one quote a source. A quote has a `source`, its `date`, the model's
 * name there (`home`) and `periods`: prices, by the day that they start on.
 */
export async function quotes() {
  const sources = json("sources.json");
  for (const { package: name, version } of Object.values(sources)) {
    const installed = json(`node_modules/${name}/package.json`).version;
    if (installed !== version) throw new Error(`sources.json says ${name} ${version}, but ${installed} is installed`);
  }
  const packages = { genai: await genai(), tokenlens: await tokenlens() };
  const ours = json("ours.json");
  const hosts = listings(packages);
  return json("providers.json").map((provider) => ({
    ...provider,
    ...ofProvider(provider, packages, ours.filter((entry) => entry.provider === provider.id), sources),
    isUnique: (name) => hosts.get(name.toLowerCase())?.size === 1,
  }));
}

/** Who lists a name, in either package. */
function listings({ genai, tokenlens }) {
  const same = new Map(json("providers.json").flatMap(({ id, genai, tokenlens }) =>
    [[`genai ${genai}`, id], ...tokenlens.map((name) => [`tokenlens ${name}`, id])]));
  const hosts = new Map();
  const list = (source, provider, name) => {
    const key = name.toLowerCase();
    if (!hosts.has(key)) hosts.set(key, new Set());
    hosts.get(key).add(same.get(`${source} ${provider}`) ?? `${source} ${provider}`);
  };
  for (const provider of genai) {
    for (const model of provider.models) model.names.forEach((name) => list("genai", provider.id, name));
  }
  for (const provider of tokenlens) provider.models.forEach((model) => list("tokenlens", provider.id, model.id));
  return hosts;
}

function ofProvider(provider, packages, ours, sources) {
  const names = new Map();
  const left = [];
  const add = (name, quote) => {
    if (!MODEL.test(name) || (provider.names && !new RegExp(provider.names).test(name))) return;
    if (!names.has(name)) names.set(name, []);
    names.get(name).push(quote);
  };
  for (const entry of ours) {
    const quote = {
      by: "ours", home: entry.model, source: entry.source, date: entry.date, periods: [{ price: read(entry) }],
    };
    [entry.model, ...(entry.aliases ?? [])].forEach((name) => add(name, quote));
  }
  const listed = packages.tokenlens.filter(({ id }) => provider.tokenlens.includes(id)).flatMap(({ models }) => models);
  const { date } = sources.tokenlens;
  const tokenlensSource = label(sources.tokenlens);
  for (const { id, price } of listed) {
    add(id, { by: "tokenlens", home: id, source: tokenlensSource, date, periods: [{ price }] });
  }
  const models = packages.genai.find(({ id }) => id === provider.genai).models;
  const genaiSource = label(sources["genai-prices"]);
  for (const model of models) {
    if (model.unusable) left.push({ name: model.id, why: model.unusable });
    else model.names.forEach((name) => add(name.replace(/^regional\./, ""), null));
  }
  // Its own matching says what it would price a name of another source at.
  for (const [name, found] of names) {
    const model = models.find((each) => each.matches(name)) ?? models.find(({ id }) => id === name);
    if (model && !model.unusable) {
      found.push({
        by: "genai", home: model.id.replace(/^regional\./, ""), source: genaiSource, date: sources["genai-prices"].date,
        periods: model.periods, isOwn: model.names.includes(name),
      });
    }
    names.set(name, found.filter(Boolean));
  }
  return { names, left };
}

const label = ({ package: name, version }) => `${name} ${version}`;
