// The query editor: CodeMirror in a shadow root over the form's text area, which it keeps in step and hides.
// The form works without it. Styles are constructed sheets of the shadow root, so the page's policy needs no exception.
import { autocompletion, completionKeymap, closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { HighlightStyle, StreamLanguage, bracketMatching, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { Compartment, EditorState, StateField } from "@codemirror/state";
import { Decoration, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completeQuery } from "./completion.js";

const LONGEST_ADDRESS = 50_000; // beyond it a query is sent by POST

const highlighting = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--sparql-keyword)", fontWeight: "600" },
  { tag: [tags.string, tags.meta], color: "var(--sparql-string)" },
  { tag: [tags.local(tags.variableName), tags.variableName], color: "var(--sparql-variable)" },
  { tag: [tags.atom, tags.typeName], color: "var(--sparql-iri)" },
  { tag: tags.standard(tags.name), color: "var(--sparql-keyword)" },
  { tag: tags.comment, color: "var(--sparql-comment)", fontStyle: "italic" },
]);

const look = {
  "&": { color: "var(--ink)", background: "var(--paper)", border: "1px solid var(--rule)", borderRadius: ".5rem" },
  "&.cm-focused": { outline: "4px solid var(--ring)", outlineOffset: "2px" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, "Noto Sans Mono CJK JP", "MS Gothic", IPAGothic, monospace',
    fontSize: ".92em", lineHeight: "1.6", minHeight: "18rem", maxHeight: "70vh",
  },
  ".cm-content": { caretColor: "var(--ink)", minHeight: "18rem" },
  ".cm-gutters": { color: "var(--soft)", background: "transparent", borderRight: "1px solid var(--line)" },
  ".cm-wrong": { textDecoration: "underline wavy var(--sparql-wrong)", outline: "1px solid var(--sparql-wrong)" },
  "&.cm-focused .cm-matchingBracket": { background: "var(--mark)", color: "inherit" },
  ".cm-tooltip": { color: "var(--ink)", background: "var(--paper)", border: "1px solid var(--rule)" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: ".2rem .5rem", lineHeight: "1.5" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    color: "var(--on-key)", background: "var(--key)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1", marginLeft: "1em" },
};

const dark = matchMedia("(prefers-color-scheme: dark)");

/** The offset of a character of a line, both counted as the server does: from 1, a character a code point. */
function offsetOf(document, line, column) {
  if (line > document.lines) return document.length;
  const { from, text } = document.line(line);
  return from + [...text].slice(0, column - 1).join("").length;
}

/** Marks where the server found an error; the mark goes with the text that is typed around it. */
function errorMark(range) {
  return StateField.define({
    create: () => Decoration.set(range ? [Decoration.mark({ class: "cm-wrong" }).range(...range)] : []),
    update: (marks, transaction) => marks.map(transaction.changes),
    provide: (field) => EditorView.decorations.from(field),
  });
}

/** The range of the error that the text area carries; none where there is no character to mark. */
function errorRange(document, { line, first, last }) {
  if (!line) return null;
  const from = offsetOf(document, Number(line), Number(first));
  const to = Math.max(offsetOf(document, Number(line), Number(last) + 1), from);
  if (to > from) return [from, to];
  return from > 0 ? [from - 1, from] : null;
}

// Left to itself, Chromium keeps the look of what is typed over as an inline style, which the page's policy forbids.
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || event.data === null || empty || event.isComposing) return false;
    const insert = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, event.data, insert))) view.dispatch(insert());
    return true;
  },
});

function enhance(area) {
  const form = area.form;
  const label = area.labels[0];
  const host = document.createElement("div");
  host.className = "editor";
  area.before(host);
  const root = host.attachShadow({ mode: "open" });
  const scheme = new Compartment();
  const themed = () => EditorView.theme(look, { dark: dark.matches });
  const run = () => (form.requestSubmit(), true);
  const text = EditorState.create({ doc: area.value }).doc;
  const range = errorRange(text, area.dataset);
  const attributes = { "aria-label": label.textContent.trim(), "aria-describedby": range ? "error help" : "help" };
  if (range) attributes["aria-invalid"] = "true";
  const view = new EditorView({
    parent: root,
    root,
    doc: text,
    selection: range ? { anchor: range[0] } : undefined,
    scrollTo: range ? EditorView.scrollIntoView(range[0], { y: "center" }) : undefined,
    extensions: [
      // Tab is bound to nothing: it leaves the editor.
      keymap.of([{ key: "Ctrl-Enter", run }, { key: "Mod-Enter", run }]),
      keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
      typeOver,
      history(),
      lineNumbers(),
      bracketMatching(),
      closeBrackets(),
      StreamLanguage.define(sparql),
      syntaxHighlighting(highlighting),
      autocompletion({ override: [completeQuery(area.dataset.vocabulary)], icons: false, maxRenderedOptions: 60 }),
      errorMark(range),
      scheme.of(themed()),
      EditorState.phrases.of({ Completions: area.dataset.completions }),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of(attributes),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) area.value = update.state.doc.toString();
      }),
    ],
  });
  const help = document.createElement("p");
  help.id = "help";
  help.lang = document.documentElement.lang;
  help.textContent = area.dataset.help;
  help.part = "help";
  const error = document.createElement("p");
  error.id = "error";
  error.hidden = true;
  error.textContent = document.getElementById("error-place")?.textContent.replace(/\s+/g, " ") ?? "";
  root.append(help, error);
  dark.addEventListener("change", () => view.dispatch({ effects: scheme.reconfigure(themed()) }));
  label.addEventListener("click", () => view.focus());
  form.addEventListener("submit", () => {
    if (encodeURIComponent(area.value).length > LONGEST_ADDRESS) form.method = "post";
  });
  area.required = false; // a hidden control cannot be pointed at; the server says what an empty query lacks
  area.hidden = true;
}

const area = document.querySelector("textarea[data-vocabulary]");
if (area) enhance(area);
