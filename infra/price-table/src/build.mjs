// Makes the table of what the sources say, of the decisions on where they differ, and of what was charged before.

import { read, samePrice, written } from "./rates.mjs";
import { json, quotes } from "./quotes.mjs";

const START = "";

// Whose figures are taken where sources agree: the newest and fullest first.
const RANK = ["ours", "genai", "tokenlens"];

/** The table's entries, and what is for a person to look at. */
export async function build() {
  const decisions = json("decisions.json");
  const used = new Set();
  const review = { decided: [], alone: [], open: [], left: [] };
  const entries = [];
  const providers = await quotes();
  const asOf = providers.flatMap(({ names }) => [...names.values()].flat().map(({ date }) => date)).sort().at(-1);
  for (const provider of providers) {
    const priced = new Map();
    for (const { name, why } of provider.left) review.left.push({ provider: provider.id, name, why });
    for (const [name, found] of provider.names) {
      const result = decide(provider.id, name, found, decisions, used, review, asOf);
      if (result) priced.set(name, result);
    }
    // A name that only genai-prices has for a model is a name of whatever the model's own name is priced at.
    for (const [name, { home }] of priced) {
      const [quote, ...others] = provider.names.get(name);
      const model = priced.get(home);
      if (quote.by === "genai" && !others.length && model?.agreed === home) priced.set(name, model);
    }
    entries.push(...grouped(provider, priced, decisions.names.filter((each) => each.provider === provider.id)));
  }
  const unused = decisions.prices.filter((decision) => !used.has(decision));
  if (unused.length) throw new Error(`decisions that decide nothing: ${JSON.stringify(unused, null, 1)}`);
  withHistory(entries, json("history.json"));
  entries.sort((a, b) => order(a.provider, b.provider) || order(a.model, b.model));
  return { table: table(entries, asOf), review };
}

const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** The price in force on a day. */
const on = (periods, day) => periods.findLast(({ from }) => (from ?? START) <= day);

function decide(provider, name, found, { prices }, used, review, asOf) {
  if (!found.length) return undefined;
  const about = prices.filter((each) =>
    (each.provider === provider || each.providers?.includes(provider)) && (!each.models || each.models.some((model) => like(model, name))));
  const exclusion = about.find(({ take }) => take === "none");
  if (exclusion) {
    used.add(exclusion);
    review.left.push({ provider, name, why: exclusion.why });
    return undefined;
  }
  const current = found
    .map((quote) => ({ ...quote, price: on(quote.periods, asOf).price }))
    .sort((a, b) => RANK.indexOf(a.by) - RANK.indexOf(b.by));
  const from = (by) => current.find((quote) => quote.by === by);
  // What we took from a package is no second opinion about it.
  const votes = current.filter((quote, i) => current.findIndex(({ source }) => source === quote.source) === i);
  const agreeing = (quote) => votes.filter((other) => samePrice(quote.price, other.price));
  const best = votes.find((quote) => agreeing(quote).length >= 2);
  const all = best && agreeing(best).length === votes.length;
  if (all || (best && !about.some(({ when }) => when === "differ"))) {
    if (!all) review.open.push({ provider, name, quotes: current, taken: best.source });
    return result(from("ours") && agreeing(best).includes(from("ours")) ? from("ours") : best, agreeing(best), asOf);
  }
  const when = votes.length === 1 ? "alone" : "differ";
  const decision = about.find((each) => each.when === when && from(each.take));
  if (!decision) {
    review.open.push({ provider, name, quotes: current });
    return undefined;
  }
  used.add(decision);
  const taken = from(decision.take);
  if (when === "differ") review.decided.push({ provider, name, quotes: current, taken: taken.source, why: decision.why });
  else review.alone.push({ provider, name, taken: taken.source });
  return result(taken, agreeing(votes.find(({ source }) => source === taken.source)), asOf);
}

/** A name's periods: what the taken source lacks comes from those that agree with it. */
function result(taken, agreeing, asOf) {
  const price = { ...taken.price };
  const genai = agreeing.find(({ by }) => by === "genai");
  if (taken.by !== "tokenlens" && genai) {
    for (const [key, value] of Object.entries(genai.price)) {
      if (key !== "tiers" && key !== "reasoning") price[key] ??= value;
    }
  }
  // A discount above the full price is a slip.
  if (price.cache_read > price.input) delete price.cache_read;
  const sources = [taken.source, ...agreeing.map(({ source }) => source)];
  const source = { source: [...new Set(sources)].join(", "), date: taken.date };
  const names = { home: taken.home, agreed: genai?.home };
  if (!genai || genai.periods.length === 1) return { ...names, periods: [{ price, ...source }] };
  const now = on(genai.periods, asOf);
  return {
    ...names,
    periods: genai.periods.map((period) =>
      period === now
        ? { from: period.from, price, ...source }
        : { from: period.from, price: withBatch(period.price, price), source: genai.source, date: genai.date }),
  };
}

/** Batch rates of another period, where the discount is half of everything. */
function withBatch(price, like) {
  const halved = like.batch && Object.entries(like.batch).every(([name, value]) => typeof value === "bigint" && value * 2n === like[name]);
  return halved && !price.tiers
    ? { ...price, batch: Object.fromEntries(Object.keys(like.batch).filter((name) => price[name] !== undefined).map((name) => [name, price[name] / 2n])) }
    : price;
}

/** One entry for all names that one model of a source has at one price. */
function grouped(provider, priced, names) {
  const groups = new Map();
  for (const [name, { home, periods }] of priced) {
    const key = JSON.stringify([home, periods.map(({ from, price }) => [from, written(price)])]);
    if (!groups.has(key)) groups.set(key, { home, periods, names: [] });
    groups.get(key).names.push(name);
  }
  const extra = new Map(names.map((each) => [each.model, each]));
  const entries = [...groups.values()].map(({ home, periods, names }) => {
    const model = names.includes(home) ? home : names.sort(order)[0];
    const { aliases = [], patterns = [] } = extra.get(model) ?? {};
    extra.delete(model);
    const others = [...names.filter((name) => name !== model), ...aliases];
    return { provider: provider.id, ...hosted(provider, model, others), patterns, periods };
  });
  if (extra.size) throw new Error(`names of models that have no price: ${[...extra.keys()]}`);
  return entries;
}

/** Names at a host that sells the models of others start with the host; bare they are unique or nobody's. */
function hosted({ hosts, isUnique }, model, others) {
  const prefixes = json("providers.json").flatMap(({ prefixes = [] }) => prefixes);
  const isOwn = (name) =>
    isUnique(name) && /[/-]/.test(name) && !prefixes.some((prefix) => name.startsWith(prefix));
  if (!hosts) return { model, aliases: [...new Set(others)].sort(order) };
  const aliases = [model, ...others].flatMap((name) =>
    [...hosts.map((host) => host + name), ...(isOwn(name) ? [name] : [])]);
  return { model: hosts[0] + model, aliases: [...new Set(aliases)].filter((name) => name !== hosts[0] + model).sort(order) };
}

/** Puts what was charged before the sources' oldest price in front, and keeps the models that no source has any more. */
export function withHistory(entries, history) {
  for (const { provider, model, aliases = [], patterns = [], effective_from, effective_to, source, date, ...rates } of history.toReversed()) {
    const price = read(rates);
    const entry = entries.find((each) => each.provider === provider && each.model === model);
    if (entry && effective_to) {
      const earlier = entry.periods.filter(({ from }) => (from ?? START) < (effective_from ?? START));
      const next = on(entry.periods, effective_to);
      const later = entry.periods.filter(({ from }) => (from ?? START) > effective_to);
      const ended = { from: effective_from, price, source, date };
      entry.periods = [...earlier, ended, { ...next, from: effective_to }, ...later];
    } else if (!entry && !entries.some((each) => each.aliases.includes(model))) {
      entries.push({ provider, model, aliases, patterns, periods: [{ price, source, date }] });
    }
  }
}

function table(entries, asOf) {
  const prefixes = new Map();
  for (const { id, prefixes: own = [] } of json("providers.json")) {
    for (const prefix of own) prefixes.set(prefix, [...(prefixes.get(prefix) ?? []), id]);
  }
  return {
    schema: 2,
    unit: "USD per million tokens",
    as_of: asOf,
    sources: [...new Set(entries.flatMap(({ periods }) => periods.flatMap(({ source }) => source.split(", "))))].sort(order),
    prefixes: [...prefixes].sort(([a], [b]) => order(a, b)).map(([prefix, providers]) => ({ prefix, providers })),
    regions: json("decisions.json").regions,
    prices: entries.flatMap(({ provider, model, aliases, patterns, periods }) =>
      periods.map(({ from, price, source, date }, i) => ({
        provider,
        model,
        ...(i === 0 && aliases.length ? { aliases } : {}),
        ...(i === 0 && patterns.length ? { patterns } : {}),
        ...(from ? { effective_from: from } : {}),
        ...(i + 1 < periods.length ? { effective_to: periods[i + 1].from } : {}),
        ...written(price),
        source,
        date,
      }))),
  };
}

/** One entry a line, so that a change shows as one. */
export function format({ prices, ...head }) {
  return `${line(head).slice(0, -1)}, "prices": [\n${prices.map(line).join(",\n")}\n]}\n`;
}

const line = (entry) => JSON.stringify(entry, null, 1).replace(/\n\s*/g, " ").replace(/([[{]) /g, "$1").replace(/ ([\]}])/g, "$1");

const like = (pattern, name) =>
  new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`).test(name);
