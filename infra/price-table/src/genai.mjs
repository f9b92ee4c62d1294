// Reads genai-prices: dollars per million tokens, tiers for each rate, prices that change on a day, and variants.

import { rounded as rate } from "./rates.mjs";

const NAMES = {
  input_mtok: "input",
  output_mtok: "output",
  cache_read_mtok: "cache_read",
  cache_write_mtok: "cache_write",
  cache_write_1h_mtok: "cache_write_1h",
  output_reasoning_mtok: "reasoning",
  input_audio_mtok: "audio_input",
  cache_audio_read_mtok: "audio_cache_read",
  input_image_mtok: "image_input",
  cache_image_read_mtok: "image_cache_read",
  output_audio_mtok: "audio_output",
  output_image_mtok: "image_output",
};
const FEES = { web_searches_kcount: "web_search" };
const SERVICES = { '{"processing":"batch"}': "batch", '{"service_tier":"flex"}': "flex", '{"service_tier":"priority"}': "priority", '{"speed":"fast"}': "fast" };
// Models that give no text back, and so have no price for it.
const WITHOUT_OUTPUT = /embed|voyage|rerank/;
// What only some calls have beside their tokens.
const IGNORED = /^storage_searches_kcount$|^(input|output)_video_mtok$|^output_citation_mtok$|^requests_kcount$/;

export const genai = (providers) =>
  Object.entries(providers).map(([id, models]) => ({
    id,
    models: models.map((model) => ({
      id: model.id,
      names: [...new Set([model.id, ...equals(model.match)])],
      matches: (name) => matches(model.match, name),
      ...pricesOf(model),
    })),
  }));

function pricesOf(model) {
  try {
    const byDay = model.prices.filter(({ hours }) => !hours);
    const periods = byDay.map(({ from, prices }) => ({ ...(from && { from }), price: price(prices, model.id) }));
    // Prices of hours: which days they hold on cannot be said there, so the dearest stands for the whole day, and a
    // budget never falls short. Where the days are known, another source has them.
    for (const { hours, prices } of model.prices) {
      if (hours) {
        const last = periods.at(-1);
        const its = price(prices, model.id);
        if (its.input > last.price.input) last.price = its;
      }
    }
    for (const { when, from, prices } of model.variants) {
      const service = SERVICES[JSON.stringify(when)];
      if (!service || !prices.input_mtok) continue;
      for (const period of periods) {
        // A variant has a day of its own, on which it was looked up: it holds for the period of that day and later.
        const isLater = from && period.from && period.from > from;
        if (!isLater) period.price[service] = price(prices, model.id, period.price);
      }
    }
    return { periods };
  } catch (reason) {
    return { periods: [], unusable: reason.message };
  }
}

function price(prices, model, own) {
  const rates = {};
  const fees = {};
  const tiers = new Map();
  for (const [key, value] of Object.entries(prices)) {
    const name = NAMES[key];
    if (name === undefined) {
      if (FEES[key]) fees[FEES[key]] = rate(value, -3);
      else if (!IGNORED.test(key)) throw new Error(`is priced by ${key}`);
    } else if (typeof value === "object") {
      rates[name] = rate(value.base);
      for (const [above, dearer] of value.tiers) {
        if (!tiers.has(above)) tiers.set(above, {});
        tiers.get(above)[name] = rate(dearer);
      }
    } else {
      rates[name] = rate(value);
    }
  }
  if (rates.input === undefined) throw new Error("has no price by the token");
  if (rates.output === undefined) {
    rates.output = own?.output ?? rates.image_output ?? rates.audio_output ?? (WITHOUT_OUTPUT.test(model) ? 0n : undefined);
    if (rates.output === undefined) throw new Error("has no price of output");
  }
  if (rates.input === 0n) throw new Error("is said to be free");
  if (rates.image_input === rates.input) delete rates.image_input;
  // A rate without a tier of its own stays what it is.
  const bounds = [...tiers.keys()].sort((a, b) => a - b);
  let last = { ...rates };
  const rising = bounds.map((above) => ({ ...(last = { ...last, ...tiers.get(above) }), above }));
  const result = rising.length ? { ...rates, tiers: rising } : rates;
  return Object.keys(fees).length && !own ? { ...result, fees } : result;
}

function equals(match) {
  if ("equals" in match) return [match.equals];
  return "or" in match ? match.or.flatMap(equals) : [];
}

function matches(match, name) {
  const lower = name.toLowerCase();
  if ("or" in match) return match.or.some((each) => matches(each, name));
  if ("and" in match) return match.and.every((each) => matches(each, name));
  if ("equals" in match) return lower === match.equals.toLowerCase();
  if ("starts_with" in match) return lower.startsWith(match.starts_with.toLowerCase());
  if ("ends_with" in match) return lower.endsWith(match.ends_with.toLowerCase());
  if ("contains" in match) return lower.includes(match.contains.toLowerCase());
  if ("regex" in match) return new RegExp(match.regex).test(name);
  throw new Error(`unknown match: ${JSON.stringify(match)}`);
}
