// Expand a JSON-LD document with jsonld.js and print its N-Quads: node expand.mjs ADDRESS
// Like a browser's script, it fetches the document and its context over HTTP.
import { createRequire } from "node:module";

const jsonld = createRequire(process.argv[3] + "/")("jsonld");
const documentLoader = async (url) => {
  const answer = await fetch(url, { headers: { Accept: "application/ld+json, application/json" } });
  if (!answer.ok) throw new Error(`${answer.status} ${url}`);
  return { contextUrl: null, documentUrl: answer.url, document: await answer.json() };
};
const quads = await jsonld.toRDF(process.argv[2], { format: "application/n-quads", documentLoader });
process.stdout.write(quads);
