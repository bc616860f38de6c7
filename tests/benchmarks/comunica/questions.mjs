// Asks an endpoint every competency question, unchanged, by Comunica, and compares with what is expected.
//
//   npm ci --ignore-scripts && node questions.mjs http://127.0.0.1:8000/sparql
//
// Comunica plans queries on its own side and may send an endpoint only parts of them. The exit code is 0 where every
// answer is the expected one, 1 where one differs, 2 for a wrong call.

import { readdir, readFile } from "node:fs/promises";
import { QueryEngine } from "@comunica/query-sparql";

const FOLDER = new URL("../../competency/", import.meta.url);
const STRING = "http://www.w3.org/2001/XMLSchema#string";
const SHORT = {
  "http://www.w3.org/2001/XMLSchema#integer": /^[+-]?\d+$/u,
  "http://www.w3.org/2001/XMLSchema#decimal": /^[+-]?\d*\.\d+$/u,
  "http://www.w3.org/2001/XMLSchema#boolean": /^(true|false)$/u,
};

// A term as the expected answers write it (SPARQL 1.1 Query Results TSV, section 4).
function written(term) {
  if (term === undefined) return "";
  if (term.termType === "NamedNode") return `<${term.value}>`;
  if (term.termType === "BlankNode") return `_:${term.value}`;
  const type = term.datatype.value;
  if (SHORT[type]?.test(term.value)) return term.value;
  const text = term.value.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  const quoted = `"${text.replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;
  if (term.language) return `${quoted}@${term.language}`;
  return type === STRING ? quoted : `${quoted}^^<${type}>`;
}

// The answer, as the expected ones are written; `sent` takes the method of each request.
async function answer(query, endpoint, sent) {
  const counted = (address, options) => {
    sent.push(options?.method ?? "GET");
    return fetch(address, options);
  };
  // A new engine for each question, so that nothing is answered from what it keeps.
  const context = { sources: [{ type: "sparql", value: endpoint }], httpTimeout: 60_000, fetch: counted };
  const result = await new QueryEngine().query(query, context);
  if (result.resultType !== "bindings") throw new Error(`a ${result.resultType} where rows are expected`);
  const variables = (await result.metadata()).variables.map((variable) => variable.value);
  const rows = await (await result.execute()).toArray();
  const lines = rows.map((row) => variables.map((name) => written(row.get(name))).join("\t"));
  return [variables.map((name) => `?${name}`).join("\t"), ...lines, ""].join("\n");
}

async function main(endpoint) {
  const names = (await readdir(FOLDER)).filter((name) => name.endsWith(".rq")).sort();
  let wrong = 0;
  for (const name of names) {
    const query = await readFile(new URL(name, FOLDER), "utf8");
    const expected = await readFile(new URL(name.replace(".rq", ".expected.tsv"), FOLDER), "utf8");
    const sent = [];
    const found = await answer(query, endpoint, sent).catch((error) => `${error}`);
    const right = found === expected && sent.length > 0;
    wrong += right ? 0 : 1;
    console.log(`${name} (${sent.join(", ")}): ${right ? "as expected" : `differs:\n${found}\nexpected:\n${expected}`}`);
  }
  console.log(`${names.length} questions, ${wrong} answers not as expected`);
  return wrong === 0 ? 0 : 1;
}

if (process.argv.length === 3) {
  process.exitCode = await main(process.argv[2]);
} else {
  console.error("usage: node questions.mjs ENDPOINT");
  process.exitCode = 2;
}
