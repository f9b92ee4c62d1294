// Reads LiteLLM's map of models: dollars a token, one key for each rate, context tier and service.

import { perToken, rate, times } from "./rates.mjs";

const KEYS = {
  input: "input_cost_per_token",
  output: "output_cost_per_token",
  cache_read: "cache_read_input_token_cost",
  cache_write: "cache_creation_input_token_cost",
  cache_write_1h: "cache_creation_input_token_cost_above_1hr",
  reasoning: "output_cost_per_reasoning_token",
  audio_input: "input_cost_per_audio_token",
  audio_cache_read: "cache_read_input_audio_token_cost",
  image_input: "input_cost_per_image_token",
  image_cache_read: "cache_read_input_image_token_cost",
  audio_output: "output_cost_per_audio_token",
  image_output: "output_cost_per_image_token",
};
const SUFFIXES = { batch: "_batches", flex: "_flex", priority: "_priority", ultrafast: "_ultrafast" };
const TIER = /_above_(\d+)k_tokens/;
const DAYS = [undefined, "mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** Models of some of its providers, as {name, price} or {name, unusable}. */
export function litellm(map, providers, prefixes) {
  return Object.entries(map)
    .filter(([, { provider }]) => providers.includes(provider))
    .sort(([a, one], [b, other]) => providers.indexOf(one.provider) - providers.indexOf(other.provider) || (a < b ? -1 : 1))
    .map(([name, model]) => ({ name: withoutPrefix(name, prefixes), ...priced(model, name) }));
}

/** The bare name of a model; a region that comes as a path stays, since it may have its own price. */
function withoutPrefix(name, prefixes) {
  const own = prefixes.filter((prefix) => name.startsWith(prefix)).sort((a, b) => b.length - a.length)[0];
  const bare = own ? name.slice(own.length) : name;
  return bare.includes("/") && own === "bedrock/" ? name : bare;
}

function priced(model, name) {
  try {
    return { price: price(model, name) };
  } catch (reason) {
    return { unusable: reason.message };
  }
}

function price(model, name) {
  if (model.tiered_pricing) throw new Error("is priced by ranges");
  const rates = ratesOf(model, "");
  if (rates.input === undefined) throw new Error("has no price by the token");
  if (rates.input === 0n) throw new Error("is said to be free");
  if (rates.output === undefined) {
    if (rates.image_output !== undefined) rates.output = rates.image_output;
    else if (rates.audio_output !== undefined) rates.output = rates.audio_output;
    else if (/embed|rerank|voyage/.test(name) || model.mode === "embedding") rates.output = 0n;
    else throw new Error("has no price of output");
  }
  for (const tier of rates.tiers ?? []) tier.output ??= rates.output;
  // Where a model hears and has one price for its input, that is the price of what it hears.
  if (model.hears && rates.audio_input === undefined && /gemini/.test(name)) hear(rates);
  const result = { ...rates };
  for (const [service, suffix] of Object.entries(SUFFIXES)) {
    const served = ratesOf(model, suffix);
    if (served.input === undefined) continue;
    served.output ??= rates.output;
    for (const tier of served.tiers ?? []) tier.output ??= served.output;
    if (model.hears && /gemini/.test(name) && served.audio_input === undefined && rates.audio_input === rates.input) hear(served);
    result[service] = served;
  }
  const { fast, ...regions } = model.provider_specific_entry ?? {};
  if (fast) result.fast = times(rates, fast);
  const places = Object.fromEntries(Object.entries(regions).filter(([place]) => place === "us").map(([place, by]) => [place, rate(by)]));
  for (const place of ["us", "eu"]) {
    const uplift = model[`regional_processing_uplift_multiplier_${place}`];
    if (uplift) places[place] = rate(uplift);
  }
  if (Object.keys(places).length) result.regions = places;
  if (model.off_peak_pricing) result.off_peak = offPeak(model.off_peak_pricing);
  const fees = feesOf(model);
  if (Object.keys(fees).length) result.fees = fees;
  return result;
}

function hear(rates) {
  rates.audio_input = rates.input;
  if (rates.cache_read !== undefined) rates.audio_cache_read = rates.cache_read;
  for (const tier of rates.tiers ?? []) {
    tier.audio_input = tier.input;
    if (tier.cache_read !== undefined) tier.audio_cache_read = tier.cache_read;
  }
}

function ratesOf(model, suffix) {
  const base = {};
  const tiers = new Map();
  for (const [name, key] of Object.entries(KEYS)) {
    if (model[key + suffix] !== undefined) base[name] = perToken(model[key + suffix]);
    for (const each of Object.keys(model)) {
      const bound = TIER.exec(each);
      if (bound && each === `${key}_above_${bound[1]}k_tokens${suffix}`) {
        const above = Number(bound[1]) * 1000;
        if (!tiers.has(above)) tiers.set(above, {});
        tiers.get(above)[name] = perToken(model[each]);
      }
    }
  }
  // Zero stands for what is not known, as caches and reasoning never cost nothing where they are charged at all.
  for (const name of ["cache_read", "cache_write", "cache_write_1h", "reasoning"]) if (base[name] === 0n) delete base[name];
  if (base.reasoning === base.output) delete base.reasoning;
  // Some state images at the price of text.
  if (base.image_input === base.input) { delete base.image_input; delete base.image_cache_read; }
  const bounds = [...tiers.keys()].sort((a, b) => a - b).filter((above) => tiers.get(above).input !== undefined);
  let last = base;
  const rising = bounds.map((above) => {
    const own = tiers.get(above);
    last = { ...last, ...own };
    if (last.reasoning === last.output || own.reasoning === undefined) delete last.reasoning;
    // Sound that costs the same at any length is written once by some and left behind by others.
    if (last.audio_input !== undefined && last.audio_input < (base.audio_input ?? 0n)) last.audio_input = base.audio_input;
    return { ...last, above };
  });
  return rising.length ? { ...base, tiers: rising } : base;
}

function offPeak({ windows, ...rates }) {
  const price = {};
  for (const [name, key] of Object.entries(KEYS)) if (rates[key] !== undefined) price[name] = perToken(rates[key]);
  const quiet = new Map();
  for (const { hours_utc: hours, weekdays } of windows) {
    for (const day of weekdays) quiet.set(Number(day), [hours].flat());
  }
  const peaks = [...quiet].map(([day, hours]) => [DAYS[day], rest(hours)]).filter(([, hours]) => hours.length);
  const [, peak_hours_utc] = peaks[0];
  if (peaks.some(([, hours]) => hours.join() !== peak_hours_utc.join())) throw new Error("has other peaks on other days");
  return { peak_hours_utc, peak_days: peaks.map(([day]) => day), ...price };
}

/** The hours of a day that are left. */
function rest(hours) {
  const minutes = (text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
  const taken = hours.map((each) => each.split("-")).map(([from, to]) => [minutes(from), minutes(to) || 1440]).sort((a, b) => a[0] - b[0]);
  const clock = (at) => `${String(Math.floor(at / 60) % 24).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
  const free = [];
  let at = 0;
  for (const [from, to] of taken) {
    if (from > at) free.push(`${clock(at)}-${clock(from)}`);
    at = Math.max(at, to);
  }
  if (at < 1440) free.push(`${clock(at)}-00:00`);
  return free;
}

/** US dollars for one. */
function feesOf(model) {
  const fees = {};
  const search = model.search_context_cost_per_query;
  if (search) {
    const sizes = ["low", "medium", "high"].map((size) => [size, search[`search_context_size_${size}`]]).filter(([, fee]) => fee !== undefined);
    if (new Set(sizes.map(([, fee]) => fee)).size === 1) fees.web_search = rate(sizes[0][1]);
    else for (const [size, fee] of sizes) fees[`web_search_${size}`] = rate(fee);
  }
  if (model.google_maps_grounding_cost_per_query) fees.maps_grounding = rate(model.google_maps_grounding_cost_per_query);
  if (model.citation_cost_per_token) fees.citation_token = rate(model.citation_cost_per_token);
  if (model.code_interpreter_cost_per_session) fees.code_interpreter_session = rate(model.code_interpreter_cost_per_session);
  if (model.input_cost_per_query) fees.search_unit = rate(model.input_cost_per_query);
  return fees;
}
