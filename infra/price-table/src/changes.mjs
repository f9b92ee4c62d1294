// What a new table says otherwise than the one before.

import { RATES, read, written } from "./rates.mjs";

/** Models by provider and name, with their entries by time. */
function models(table) {
  const models = new Map();
  for (const entry of table.prices) {
    const key = `${entry.provider} ${entry.model}`;
    models.set(key, [...(models.get(key) ?? []), entry]);
  }
  return models;
}

/** What a price is told by: its rates and tiers. Services, regions and fees are corrected, not dated. */
function priceOf(entry) {
  const { batch, flex, priority, fast, ultrafast, regions, fees, ...price } = written(read(entry));
  return JSON.stringify(price);
}

/** Where an entry is from, and of when. */
const originOf = (table, { origin, source, date }) => (origin === undefined ? { source, date } : table.origins[origin]);

const sourcesOf = (table) => JSON.stringify(table.origins ?? table.sources);

/** The price on a day. */
const on = (entries, day) => entries.findLast(({ effective_from = "" }) => effective_from <= day);

/**
 * The prices that a newer source has changed, and when they ended. What changes without a newer source was wrong
 * before, and is corrected instead of kept; what a source itself dates is in the new table already.
 */
export function closed(before, after) {
  if (sourcesOf(before) === sourcesOf(after)) return [];
  const old = models(before);
  const ended = [];
  for (const [key, entries] of models(after)) {
    const was = old.get(key) && on(old.get(key), before.as_of);
    const is = on(entries, after.as_of);
    if (!was || originOf(after, is).date <= originOf(before, was).date || priceOf(was) === priceOf(is)) continue;
    if (entries.some((entry) => entry.effective_to && priceOf(entry) === priceOf(was))) continue;
    const { aliases, patterns, origin, source, date, ...price } = was;
    ended.push({ ...price, ...originOf(before, was), effective_to: originOf(after, is).date });
  }
  // A model that no source has any more keeps its last price.
  const kept = new Set(after.prices.flatMap(({ model, aliases = [] }) => [model, ...aliases]));
  for (const entries of old.values()) {
    if (!kept.has(entries[0].model)) {
      const { effective_from, origin, source, date, ...last } = entries.at(-1);
      const { aliases, patterns } = entries[0];
      ended.push({ ...last, ...originOf(before, entries.at(-1)), ...(aliases && { aliases }), ...(patterns && { patterns }) });
    }
  }
  return ended;
}

/** For a person to read: one line a model. */
export function changes(before, after) {
  const [old, now] = [models(before), models(after)];
  const lines = [];
  for (const key of [...new Set([...old.keys(), ...now.keys()])].sort()) {
    const [was, is] = [old.get(key), now.get(key)];
    if (!was) lines.push(`+ ${key}  ${rates(is.at(-1))}`);
    else if (!is) lines.push(`- ${key}  ${rates(was.at(-1))}`);
    else lines.push(...changed(key, was, is));
  }
  const count = (sign) => lines.filter((line) => line.startsWith(sign)).length;
  return [
    ...lines,
    `${now.size} models of ${new Set(after.prices.map(({ provider }) => provider)).size} providers in ${after.prices.length} entries,`
      + ` as of ${after.as_of}: ${count("+")} new, ${count("~")} changed, ${count("-")} gone`,
  ].join("\n");
}

function changed(key, was, is) {
  const text = (entries) => entries.map((entry) => `${entry.effective_from ?? ""} ${priceOf(entry)}`).join();
  if (text(was) !== text(is)) return [`~ ${key}  ${was.map(rates).join("; ")}  ->  ${is.map(rates).join("; ")}`];
  const names = (entries) => [...(entries[0].aliases ?? []), ...(entries[0].patterns ?? [])];
  const added = names(is).filter((name) => !names(was).includes(name));
  const gone = names(was).filter((name) => !names(is).includes(name));
  return added.length || gone.length
    ? [`~ ${key}  names: ${[...added.map((name) => `+${name}`), ...gone.map((name) => `-${name}`)].join(" ")}`]
    : [];
}

function rates(entry) {
  const from = entry.effective_from ? `from ${entry.effective_from} ` : "";
  const own = RATES.filter((name) => entry[name] !== undefined).map((name) => `${name} ${entry[name]}`).join(", ");
  const tiers = (entry.tiers ?? []).map((tier) => `, above ${tier.above_input_tokens}: ${tier.input}/${tier.output}`).join("");
  const batch = entry.batch ? `, batch ${entry.batch.times ? `x ${entry.batch.times}` : `${entry.batch.input}/${entry.batch.output}`}` : "";
  const offPeak = entry.off_peak ? `, off-peak ${entry.off_peak.input}/${entry.off_peak.output}` : "";
  return from + own + tiers + batch + offPeak;
}
