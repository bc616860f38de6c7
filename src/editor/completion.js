// Completion of prefixes, classes, properties, variables and keywords; a chosen term declares its prefix.
import { pickedCompletion } from "@codemirror/autocomplete";
import { syntaxTree } from "@codemirror/language";

const MOST = 60;
const KEYWORDS = `ASK BIND CONSTRUCT COUNT DESCRIBE DISTINCT FILTER FROM GRAPH GROUP BY HAVING LIMIT MINUS NOT EXISTS
  OFFSET OPTIONAL ORDER PREFIX SELECT SUM UNION VALUES WHERE`.split(/\s+/);
const VARIABLE = /[?$][\w\u00c0-\uffff]*$/;
const NAME = /[\w\u00c0-\uffff-]*:?[\w\u00c0-\uffff.-]*$/;
const NOWHERE = /comment|string|literal/i;

/** The prefixes that a query declares. */
function declared(document) {
  return new Set([...document.toString().matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((match) => match[1]));
}

/** A completion that also declares the prefix of a name where the query does not. */
function withDeclaration(name, prefixes) {
  return (view, completion, from, to) => {
    const prefix = name.split(":")[0];
    const missing = prefix in prefixes && !declared(view.state.doc).has(prefix);
    const declaration = missing ? `PREFIX ${prefix}: <${prefixes[prefix]}>\n` : "";
    view.dispatch({
      changes: [...(missing ? [{ from: 0, insert: declaration }] : []), { from, to, insert: name }],
      selection: { anchor: from + name.length + declaration.length },
      annotations: pickedCompletion.of(completion),
      scrollIntoView: true,
    });
  };
}

function variables(context, from) {
  const names = new Set(context.state.doc.toString().match(/[?$][\w\u00c0-\uffff]+/g));
  names.delete(context.state.sliceDoc(from, context.pos));
  return { from, options: [...names].sort().map((label) => ({ label, type: "variable" })), validFor: VARIABLE };
}

/** Whether a term is meant by what was typed: by the beginning of its name or local name, or by its label. */
function rank(term, typed) {
  const name = term.name.toLowerCase();
  const wanted = typed.toLowerCase();
  if (name.startsWith(wanted)) return 0;
  if (!wanted.includes(":") && name.split(":")[1].startsWith(wanted)) return 1;
  const labels = Object.values(term.label).join(" ").toLowerCase();
  return name.includes(wanted) || labels.includes(wanted) ? 2 : -1;
}

function terms({ terms: known, prefixes }, typed, language) {
  const ranked = known.map((term) => [rank(term, typed), term]).filter(([place]) => place >= 0);
  ranked.sort(([a], [b]) => a - b);
  return ranked.slice(0, MOST).map(([, term]) => ({
    label: term.name,
    detail: term.label[language] ?? term.label.ja ?? "",
    type: term.kind,
    apply: withDeclaration(term.name, prefixes),
  }));
}

function prefixOptions(prefixes, typed) {
  const names = Object.keys(prefixes).filter((prefix) => `${prefix}:`.startsWith(typed));
  return names.map((prefix) => ({
    label: `${prefix}:`,
    detail: prefixes[prefix],
    type: "namespace",
    apply: withDeclaration(`${prefix}:`, prefixes),
  }));
}

function declarations(prefixes, typed) {
  const names = Object.keys(prefixes).filter((prefix) => `${prefix}:`.startsWith(typed));
  return names.map((prefix) => ({ label: `${prefix}: <${prefixes[prefix]}>`, type: "namespace" }));
}

/** The source of completions; the vocabulary is fetched once, when it is first wanted. */
export function completeQuery(address) {
  let vocabulary;
  const load = async () => {
    const response = await fetch(address);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  };
  return async (context) => {
    if (NOWHERE.test(syntaxTree(context.state).resolveInner(context.pos, -1).name)) return null;
    const line = context.state.doc.lineAt(context.pos);
    const before = line.text.slice(0, context.pos - line.from);
    const variable = before.match(VARIABLE);
    if (variable) return variables(context, context.pos - variable[0].length);
    const typed = before.match(NAME)[0];
    if (!typed && !context.explicit) return null;
    const from = context.pos - typed.length;
    vocabulary ??= load().catch(() => ((vocabulary = undefined), { prefixes: {}, terms: [] }));
    const known = await vocabulary;
    if (/\bPREFIX\s+$/i.test(before.slice(0, before.length - typed.length))) {
      return { from, options: declarations(known.prefixes, typed), filter: false };
    }
    const keywords = KEYWORDS.filter((word) => typed && word.startsWith(typed.toUpperCase()));
    const options = [
      ...keywords.map((label) => ({ label, type: "keyword" })),
      ...prefixOptions(known.prefixes, typed),
      ...terms(known, typed, document.documentElement.lang),
    ];
    return { from, options, filter: false };
  };
}
