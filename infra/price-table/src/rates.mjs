// Rates as whole billionths of a dollar for a million tokens, in BigInt: no binary fraction is computed with.

export const RATES = [
  "input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning",
  "audio_input", "audio_cache_read", "image_input", "image_cache_read", "audio_output", "image_output",
];
/** How calls may be served, other than at once and by the token. */
export const SERVICES = ["batch", "flex", "priority", "fast", "ultrafast"];
const DECIMALS = 9;

/** Reads a decimal of at most nine places. */
export const rate = (value) => exact(value, 0, false);

/** Reads a decimal, rounded to nine places: some sources keep what binary fractions made of theirs. */
export const rounded = (value, shift = 0) => exact(value, shift, true);

function exact(value, shift, mayRound) {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/i.exec(String(value));
  if (!match) throw new Error(`${value} is no rate`);
  const [, whole, fraction = "", exponent = "0"] = match;
  const places = DECIMALS - fraction.length + Number(exponent) + shift;
  const digits = BigInt(whole + fraction);
  if (places >= 0) return digits * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  if (digits % divisor !== 0n && !mayRound) throw new Error(`${value} has more than ${DECIMALS} decimals`);
  return (digits + divisor / 2n) / divisor;
}

/** Reads what one token costs, rounded to a billionth of a dollar for a million of them. */
export const perToken = (value) => rounded(value, 6);

/** Writes a rate as a decimal string without trailing zeros. */
export function text(rate) {
  const digits = rate.toString().padStart(DECIMALS + 1, "0");
  const point = digits.length - DECIMALS;
  return `${digits.slice(0, point)}.${digits.slice(point)}`.replace(/\.?0+$/, "");
}

/** Whether two rates are within 1% of the greater one. */
export function agree(a, b) {
  const [low, high] = a < b ? [a, b] : [b, a];
  return (high - low) * 100n <= high;
}

/** Whether two prices state the same input and output within 1%. */
export const samePrice = (a, b) => agree(a.input, b.input) && agree(a.output, b.output);

/** By how much all rates of a service are those of the price itself; undefined where they differ otherwise. */
function factor(service, price) {
  for (const text of ["0.5", "2", "0.8", "1.8", "2.5", "1.5", "1.75", "0.25"]) {
    const times = rate(text);
    const scaled = (value) => (value === undefined ? undefined : (value * times) / 10n ** BigInt(DECIMALS));
    const isScaled = (a, b) =>
      RATES.every((name) => (name === "reasoning" && b.reasoning === b.output) || a[name] === scaled(b[name]));
    const tiers = service.tiers ?? [];
    const own = price.tiers ?? [];
    if (isScaled(service, price) && tiers.length === own.length
      && tiers.every((tier, i) => tier.above === own[i].above && isScaled(tier, own[i]))) return text;
  }
  return undefined;
}

/** A price with all its rates as text, in the table's order. */
export function written(price) {
  const json = {};
  for (const name of RATES) if (price[name] !== undefined) json[name] = text(price[name]);
  for (const service of SERVICES) {
    if (price[service]) {
      const times = factor(price[service], price);
      json[service] = times === undefined ? written(price[service]) : { times };
    }
  }
  if (price.tiers?.length) {
    json.tiers = price.tiers.map(({ above, ...rates }) => ({ above_input_tokens: above, ...written(rates) }));
  }
  if (price.off_peak) {
    const { peak_hours_utc, peak_days, ...rates } = price.off_peak;
    json.off_peak = { peak_hours_utc, peak_days, ...written(rates) };
  }
  for (const name of ["fees", "regions"]) {
    const entries = Object.entries(price[name] ?? {});
    if (entries.length) json[name] = Object.fromEntries(entries.sort().map(([key, value]) => [key, text(value)]));
  }
  return json;
}

/** The reverse of {@link written}. */
export function read(json) {
  const price = {};
  for (const name of RATES) if (json[name] !== undefined) price[name] = rate(json[name]);
  if (json.tiers) {
    price.tiers = json.tiers.map((tier) => ({ above: tier.above_input_tokens, ...read(tier) }));
  }
  for (const service of SERVICES) {
    if (json[service]) price[service] = json[service].times ? times(price, json[service].times) : read(json[service]);
  }
  if (json.off_peak) {
    const { peak_hours_utc, peak_days, ...rates } = json.off_peak;
    price.off_peak = { peak_hours_utc, peak_days, ...read(rates) };
  }
  for (const name of ["fees", "regions"]) {
    if (json[name]) price[name] = Object.fromEntries(Object.entries(json[name]).map(([key, value]) => [key, rate(value)]));
  }
  return price;
}

/** A price's rates and tiers, each so many times. */
export function times(price, factor) {
  const by = rate(factor);
  const scaled = (rates) => Object.fromEntries(
    RATES.filter((name) => rates[name] !== undefined).map((name) => [name, (rates[name] * by) / 10n ** BigInt(DECIMALS)]));
  return {
    ...scaled(price),
    ...(price.tiers ? { tiers: price.tiers.map((tier) => ({ above: tier.above, ...scaled(tier) })) } : {}),
  };
}
