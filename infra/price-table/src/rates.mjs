// Rates as whole billionths of a dollar for a million tokens, in BigInt: no binary fraction is computed with.

export const RATES = ["input", "output", "cache_read", "cache_write", "cache_write_1h", "reasoning"];
const DECIMALS = 9;

/** Reads a rate. Numbers are read by their shortest decimal form, which is what the package wrote. */
export function rate(value) {
  const match = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) throw new Error(`${value} is no rate`);
  const [, whole, fraction = "", exponent = "0"] = match;
  const places = DECIMALS - fraction.length + Number(exponent);
  const digits = BigInt(whole + fraction);
  if (places >= 0) return digits * 10n ** BigInt(places);
  const divisor = 10n ** BigInt(-places);
  if (digits % divisor !== 0n) throw new Error(`${value} has more than ${DECIMALS} decimals`);
  return digits / divisor;
}

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

/** A price with all its rates as text, in the table's order. */
export function written(price) {
  const json = {};
  for (const name of RATES) if (price[name] !== undefined) json[name] = text(price[name]);
  if (price.batch) json.batch = written(price.batch);
  if (price.tiers?.length) {
    json.tiers = price.tiers.map(({ above, ...rates }) => ({ above_input_tokens: above, ...written(rates) }));
  }
  if (price.off_peak) {
    const { peak_hours_utc, peak_days, ...rates } = price.off_peak;
    json.off_peak = { peak_hours_utc, peak_days, ...written(rates) };
  }
  return json;
}

/** The reverse of {@link written}. */
export function read(json) {
  const price = {};
  for (const name of RATES) if (json[name] !== undefined) price[name] = rate(json[name]);
  if (json.batch) price.batch = read(json.batch);
  if (json.tiers) {
    price.tiers = json.tiers.map((tier) => ({ above: tier.above_input_tokens, ...read(tier) }));
  }
  if (json.off_peak) {
    const { peak_hours_utc, peak_days, ...rates } = json.off_peak;
    price.off_peak = { peak_hours_utc, peak_days, ...read(rates) };
  }
  return price;
}
