// Reads @pydantic/genai-prices: dollars per million tokens, tiers for each rate, prices that change on a day.

import { waitForUpdate } from "@pydantic/genai-prices";
import { rate } from "./rates.mjs";

const NAMES = {
  input_mtok: "input",
  output_mtok: "output",
  cache_read_mtok: "cache_read",
  cache_write_mtok: "cache_write",
  cache_write_1h_mtok: "cache_write_1h",
  output_reasoning_mtok: "reasoning",
};
// Models that give no text back, and so have no price for it.
const WITHOUT_OUTPUT = /embed|voyage|rerank/;
// Fees beside the tokens, which no rate of ours can hold, but which only some calls have.
const IGNORED = /^(web_searches|storage_searches)_kcount$|^(input|cache)_(audio|image|video)(_read)?_mtok$/;

export async function genai() {
  const providers = await waitForUpdate();
  return providers.map((provider) => ({
    id: provider.id,
    models: provider.models.map((model) => ({
      id: model.id,
      names: [...new Set([model.id, ...equals(model.match)])],
      matches: (name) => matches(model.match, name),
      ...pricesOf(model),
    })),
  }));
}

function pricesOf(model) {
  const all = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  try {
    const byDay = all.filter((each) => each.constraint?.type !== "time_of_date");
    const periods = byDay.map((each) => ({ from: each.constraint?.start_date, price: price(each.prices, model.id) }));
    // Prices of hours: which days they hold on cannot be said there, so the dearest stands for the whole day, and a
    // budget never falls short. Where the days are known, ours.json has them.
    for (const each of all) {
      if (each.constraint?.type === "time_of_date") {
        const last = periods.at(-1);
        const hours = price(each.prices, model.id);
        if (hours.input > last.price.input) last.price = hours;
      }
    }
    return { periods };
  } catch (reason) {
    return { periods: [], unusable: reason.message };
  }
}

function price(prices, model) {
  const rates = {};
  const tiers = new Map();
  for (const [key, value] of Object.entries(prices)) {
    const name = NAMES[key];
    if (name === undefined) {
      if (!IGNORED.test(key)) throw new Error(`is priced by ${key}`);
    } else if (typeof value === "object") {
      rates[name] = rate(value.base);
      for (const tier of value.tiers) {
        if (!tiers.has(tier.start)) tiers.set(tier.start, {});
        tiers.get(tier.start)[name] = rate(tier.price);
      }
    } else {
      rates[name] = rate(value);
    }
  }
  if (rates.input === undefined) throw new Error("has no price by the token");
  if (rates.output === undefined) {
    if (!WITHOUT_OUTPUT.test(model)) throw new Error("has no price of output");
    rates.output = 0n;
  }
  if (rates.input === 0n) throw new Error("is said to be free");
  // A rate without a tier of its own stays what it is.
  const bounds = [...tiers.keys()].sort((a, b) => a - b);
  let last = { ...rates };
  const rising = bounds.map((above) => ({ ...(last = { ...last, ...tiers.get(above) }), above }));
  return rising.length ? { ...rates, tiers: rising } : rates;
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
