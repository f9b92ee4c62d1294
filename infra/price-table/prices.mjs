// Makes the price table. `node prices.mjs` writes it and says what changed; `node prices.mjs --check` fails where
// the table is not exactly what the pinned packages, ours.json, decisions.json and history.json give.

import { readFileSync, writeFileSync } from "node:fs";
import { build, format } from "./src/build.mjs";
import { changes, closed } from "./src/changes.mjs";
import { report } from "./src/review.mjs";
import { json } from "./src/quotes.mjs";

const file = (path) => new URL(path, import.meta.url);
const TABLE = file("../../functions/core/engine/src/main/resources/dev/peras/engine/pricing/prices.json");
const REVIEW = file("review.md");
const HISTORY = file("history.json");

if (process.argv[2] === "--check") {
  const { table, review } = build();
  for (const [path, text] of [[TABLE, format(table)], [REVIEW, report(review)]]) {
    if (readFileSync(path, "utf8") !== text) {
      console.error(`${path.pathname} is not what \`make prices\` gives`);
      process.exit(1);
    }
  }
  console.log(`prices.json and review.md are byte for byte what the pinned packages give (${table.prices.length} entries)`);
} else {
  const before = JSON.parse(readFileSync(TABLE, "utf8"));
  const { table } = build();
  const ended = closed(before, table);
  if (ended.length) {
    const history = [...json("history.json"), ...ended];
    writeFileSync(HISTORY, `[\n${history.map((entry) => JSON.stringify(entry)).join(",\n")}\n]\n`);
  }
  const built = build();
  writeFileSync(TABLE, format(built.table));
  writeFileSync(REVIEW, report(built.review));
  console.log(changes(before, built.table));
}
