import assert from "node:assert/strict";
import { test } from "node:test";
import { build, format, withHistory } from "../src/build.mjs";
import { changes, closed } from "../src/changes.mjs";
import { quotes } from "../src/quotes.mjs";
import { RATES, agree, rate, read, samePrice, text, written } from "../src/rates.mjs";

test("rates are exact decimals", () => {
  for (const [number, decimal] of [[3, "3"], [0.1, "0.1"], [0.003625, "0.003625"], [1e-7, "0.0000001"], [0, "0"], ["22.50", "22.5"], [100, "100"]]) {
    assert.equal(text(rate(number)), decimal);
  }
  assert.equal(rate(0.1) + rate(0.2), rate(0.3));
  assert.throws(() => rate(0.08333333333333334), /more than 9 decimals/);
  for (const bad of [-1, NaN, Infinity, "x", undefined]) assert.throws(() => rate(bad), /is no rate/);
});

test("sources agree within 1%", () => {
  assert.ok(agree(100n, 100n) && agree(99n, 100n) && agree(100n, 99n) && agree(0n, 0n));
  assert.ok(!agree(98n, 100n) && !agree(0n, 1n));
});

test("a price is written as it was read", () => {
  const tiers = [{ above_input_tokens: 200000, input: "6", output: "22.5" }];
  const json = { input: "3", output: "15", batch: { times: "0.5" }, flex: { input: "2", output: "7" }, tiers, fees: { web_search: "0.01" } };
  assert.deepEqual(written(read(json)), json);
});

const entry = (input, date, more = {}) => ({ provider: "p", model: "m", input, output: "2", source: "s", date, ...more });
const table = (version, ...prices) => ({ as_of: "2026-11-12", sources: [`s ${version}`], prices });

test("a price that a newer source changed is closed on its day", () => {
  const before = table(1, entry("1", "2026-09-01", { aliases: ["a"] }));
  assert.deepEqual(closed(before, table(2, entry("2", "2026-10-01"))), [entry("1", "2026-09-01", { effective_to: "2026-10-01" })]);
});

test("a correction without a newer source leaves no history", () => {
  assert.deepEqual(closed(table(1, entry("1", "2026-09-01")), table(1, entry("2", "2026-10-01"))), []);
  assert.deepEqual(closed(table(1, entry("1", "2026-09-01")), table(2, entry("2", "2026-09-01"))), []);
});

test("a change that the source dates itself is not closed twice", () => {
  const dated = [entry("1", "2026-10-01", { effective_to: "2026-08-01" }), entry("2", "2026-10-01", { effective_from: "2026-08-01" })];
  assert.deepEqual(closed(table(1, entry("1", "2026-09-01")), table(2, ...dated)), []);
});

test("a model that is gone keeps its last price", () => {
  assert.deepEqual(closed(table(1, entry("1", "2026-09-01", { aliases: ["a"] })), table(2)), [entry("1", "2026-09-01", { aliases: ["a"] })]);
});

test("a model that became a name of another is not gone", () => {
  assert.deepEqual(closed(table(1, entry("1", "2026-09-01")), table(2, { ...entry("1", "2026-10-01", { aliases: ["m"] }), model: "n" })), []);
});

test("what ended comes before what the sources say since", () => {
  const price = (input) => read({ input, output: "2" });
  const periods = [{ price: price("1") }, { from: "2026-03-01", price: price("4") }];
  const entries = [{ provider: "p", model: "m", aliases: [], patterns: [], periods }];
  withHistory(entries, [entry("2", "2026-05-01", { effective_from: "2026-03-01", effective_to: "2026-06-01" }), { ...entry("9", "2026-05-01"), model: "gone" }]);
  assert.deepEqual(entries[0].periods.map((each) => [each.from, text(each.price.input)]), [[undefined, "1"], ["2026-03-01", "2"], ["2026-06-01", "4"]]);
  assert.equal(entries[1].model, "gone");
});

test("changes read as one line a model", () => {
  const text = changes(table(1, entry("1", "2026-09-01")), table(2, entry("2", "2026-10-01"), { ...entry("3", "2026-10-01"), model: "n" }));
  assert.equal(text, "~ p m  input 1, output 2  ->  input 2, output 2\n+ p n  input 3, output 2\n2 models of 1 providers in 2 entries, as of 2026-11-12: 1 new, 1 changed, 0 gone");
});

test("the same sources give the same bytes", () => {
  const [first, second] = [format((build()).table), format((build()).table)];
  assert.equal(first, second);
  assert.equal(JSON.parse(first).schema, 3);
});

test("where two sources agree on a rate, the table has it", () => {
  const { table } = build();
  const found = new Map();
  const now = table.prices.filter(({ effective_from: from = "", effective_to: to }) => from <= table.as_of && (!to || to > table.as_of));
  for (const entry of now) for (const name of [entry.model, ...(entry.aliases ?? [])]) found.set(`${entry.provider} ${name}`, entry);
  let compared = 0;
  const wrong = [];
  for (const { id, names, hosts } of quotes()) {
    for (const [name, list] of names) {
      const [one, other] = ["litellm", "genai"].map((by) => list.find((quote) => quote.by === by)?.periods.findLast(({ from = "" }) => from <= table.as_of)?.price);
      const entry = found.get(`${id} ${hosts ? hosts[0] : ""}${name}`);
      if (!one || !other || !samePrice(one, other) || !entry) continue;
      const price = read(entry);
      for (const rate of RATES) {
        if (one[rate] !== undefined && other[rate] !== undefined && agree(one[rate], other[rate]) && price[rate] !== undefined) {
          compared += 1;
          if (!agree(price[rate], one[rate])) wrong.push(`${id} ${name} ${rate}`);
        }
      }
    }
  }
  assert.ok(compared > 1000, `${compared} rates`);
  assert.deepEqual(wrong, []);
});

test("a name stands for one model", () => {
  const names = build().table.prices.filter(({ effective_from }) => !effective_from).flatMap(({ model, aliases = [] }) => [model, ...aliases]);
  assert.equal(new Set(names).size, names.length);
});
