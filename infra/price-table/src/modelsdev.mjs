// Reads models.dev's catalogue: dollars per million tokens, one name for one model. It is a check on the others.

import { rounded as rate } from "./rates.mjs";

export const modelsDev = (catalog) =>
  Object.entries(catalog).map(([id, models]) => ({
    id,
    models: Object.entries(models)
      .filter(([, cost]) => Number(cost.input) > 0 && cost.output !== undefined)
      .map(([name, cost]) => ({ id: name, price: price(cost) })),
  }));

function price(cost) {
  const rates = {};
  for (const name of ["input", "output", "cache_read", "cache_write", "reasoning"]) {
    if (Number(cost[name]) > 0 || name === "output") rates[name] = rate(cost[name]);
  }
  return rates;
}
