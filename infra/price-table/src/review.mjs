// What a person should look at: where sources differ, and what is left out of the table.

import { text } from "./rates.mjs";

export function report({ decided, alone, open, left }) {
  const differing = open.filter(({ quotes }) => new Set(quotes.map(({ source }) => source)).size > 1);
  const single = open.filter((each) => !differing.includes(each));
  return `# Review

Made by \`make prices\`. Rates are input / output / cache read in USD per million tokens; (T) is a price with tiers.

## Sources differ, decided in decisions.json

| provider | name | quotes | taken | why |
|---|---|---|---|---|
${decided.map((each) => `| ${each.provider} | ${each.name} | ${quoted(each)} | ${each.taken} | ${each.why} |`).join("\n")}

## Sources differ, not decided

Two of three agree where one is taken; the others are not in the table.

| provider | name | quotes | taken |
|---|---|---|---|
${differing.map((each) => `| ${each.provider} | ${each.name} | ${quoted(each)} | ${each.taken ?? "none"} |`).join("\n")}

## One source alone, taken by decision

${byProvider(alone)}

## One source alone, not in the table

${byProvider(single)}

## Left out

${byReason(left)}
`;
}

const quoted = ({ quotes }) => quotes.map(({ by, price }) => `${by} ${rates(price)}`).join("; ");

const rates = ({ input, output, cache_read, tiers }) =>
  `${[input, output, cache_read].map((rate) => (rate === undefined ? "-" : text(rate))).join(" / ")}${tiers ? " (T)" : ""}`;

function byProvider(list) {
  const names = grouped(list, ({ provider }) => provider);
  return [...names].map(([provider, each]) => `- ${provider} (${each.length}): ${each.map(({ name }) => name).join(", ")}`).join("\n");
}

function byReason(list) {
  return [...grouped(list, ({ provider, why }) => `${provider}: ${why}`)]
    .map(([why, each]) => `- ${why} (${each.length}): ${each.map(({ name }) => name).join(", ")}`)
    .join("\n");
}

function grouped(list, key) {
  const groups = new Map();
  for (const each of list) groups.set(key(each), [...(groups.get(key(each)) ?? []), each]);
  return groups;
}
