// The chat page: asks the server, draws replies as text (never as markup), opens each source at its quote.

const at = (id) => document.getElementById(id);
const [form, box, send, conversation, panel] = ["form", "question", "send", "conversation", "source"].map(at);
const LONGEST = 1000; // code points in a question
const CONFLICTS = {
  contradiction: "문서마다 값이 다릅니다",
  different_basis: "기준이 달라 값이 다릅니다",
  changed: "시기에 따라 값이 바뀌었습니다",
};

let turns = []; // the conversation so far, as the server takes it
let pending = null; // the AbortController of the question on its way
let opener = null; // the button that opened the source panel, to give the focus back to

/** An element; strings among the children become text nodes, so nothing in them is ever markup. */
function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children.flat().filter(Boolean));
  return element;
}

/** Length in code points, as the server counts; JavaScript's own counts UTF-16 units. */
const size = (text) => Array.from(text).length;

/** The day of publication as Korean offices write it: 2025-05-26 -> 2025. 5. 26. */
const day = (published) => published && published.split("-").map(Number).join(". ") + ".";

/** Text as paragraphs, runs of lines with tabs as tables; `spans` ({start, end, wrap}) are in code points. */
function drawn(text, spans = []) {
  const points = Array.from(text);
  const whole = document.createDocumentFragment();
  let [start, rows, blank] = [0, null, false];
  for (const line of text.split("\n")) {
    if (line.includes("\t")) {
      if (!rows) {
        rows = make("tbody");
        whole.append(make("div", { className: "table", tabIndex: 0 }, make("table", {}, rows)));
      }
      const row = rows.appendChild(make("tr"));
      let from = start;
      for (const cell of line.split("\t")) {
        row.append(make("td", {}, pieces(points, from, from + size(cell), spans)));
        from += size(cell) + 1;
      }
    } else if (line.trim()) {
      const content = pieces(points, start, start + size(line), spans);
      whole.append(make("p", { className: blank ? "apart" : "" }, content));
    }
    if (!line.includes("\t")) rows = null;
    blank = !line.trim();
    start += size(line) + 1;
  }
  return whole;
}

/** points[from:to] as strings and, where a span covers them, as what its `wrap` makes of the string. */
function pieces(points, from, to, spans) {
  const parts = [];
  const cut = (start, end) => points.slice(start, end).join("");
  for (const span of [...spans].sort((one, other) => one.start - other.start)) {
    const [start, end] = [Math.max(from, span.start), Math.min(to, span.end)];
    if (start >= end) continue;
    parts.push(cut(from, start), span.wrap(cut(start, end)));
    from = end;
  }
  return [...parts, cut(from, to)];
}

const highlight = (text) => make("mark", {}, text);

async function call(path, options) {
  const response = await fetch(path, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Error("서버에 연결할 수 없습니다. 잠시 뒤에 다시 물어 주십시오.");
  });
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(body.detail || `서버가 답하지 못했습니다 (${response.status}).`);
  return body;
}

async function ask(question) {
  const mine = (pending = new AbortController());
  const reply = make("div", { className: "reply waiting" }, make("p", {}, "문서에서 근거를 찾고 있습니다"));
  const turn = make("article", {}, make("h2", {}, question), reply);
  at("welcome").hidden = send.disabled = true;
  conversation.append(turn);
  turn.scrollIntoView({ block: "start" });
  at("status").textContent = "문서에서 근거를 찾고 있습니다.";
  try {
    const body = JSON.stringify({ question, history: turns.slice(-20) });
    const headers = { "Content-Type": "application/json" };
    const result = await call("ask", { method: "POST", headers, body, signal: mine.signal });
    reply.className = result.abstained ? "reply abstained" : "reply";
    reply.replaceChildren(...(result.abstained ? abstention(result) : answer(result)));
    at("status").textContent = result.answer ?? `문서에서 답을 찾지 못했습니다. ${result.reason}`;
    // 20 turns must fit into the 64 KB a request may have.
    const said = Array.from(result.answer ?? result.reason).slice(0, 500).join("");
    turns.push({ role: "user", content: question }, { role: "assistant", content: said });
  } catch (error) {
    if (mine.signal.aborted) return;
    reply.className = "reply failed";
    reply.replaceChildren(make("p", {}, error.message));
    at("status").textContent = error.message;
    box.value ||= question;
    measure();
  }
  turn.scrollIntoView({ block: "start" });
  pending = null;
  send.disabled = false;
}

function answer(result) {
  const byMarker = new Map(result.citations.map((citation) => [citation.marker, citation]));
  const spans = [...result.answer.matchAll(/\[(\d+)\]/g)]
    .filter((found) => byMarker.has(Number(found[1])))
    .map((found) => {
      const start = size(result.answer.slice(0, found.index));
      return { start, end: start + found[0].length, wrap: () => marker(byMarker.get(Number(found[1]))) };
    });
  const notes = [
    result.as_of && `${day(result.as_of)} 발표 기준`,
    `답이 맞을 가능성 ${Math.round(result.confidence * 100)}%`,
  ];
  return [
    understood(result),
    make("div", { className: "answer" }, drawn(result.answer, spans)),
    ...(result.notice ? [make("p", { className: "notes" }, result.notice)] : []),
    ...result.conflicts.map((conflict) => sideBySide(conflict, byMarker)),
    make("h3", {}, "근거"),
    make("ol", { className: "sources" }, result.citations.map((citation) => source(citation, result.values))),
    make("p", { className: "notes" }, notes.filter(Boolean).join(" · ")),
    make("details", {}, make("summary", {}, `함께 찾은 대목 ${result.passages.length}곳`), nearest(result.passages)),
  ];
}

function abstention(result) {
  return [
    understood(result),
    make("h3", { className: "verdict" }, "문서에서 답을 찾지 못했습니다"),
    make("p", {}, result.reason),
    ...(result.passages.length ? [make("h3", {}, "질문과 가장 가까운 대목"), nearest(result.passages)] : []),
  ];
}

function understood({ question, effective_question: effective }) {
  return effective === question ? "" : make("p", { className: "understood" }, `이렇게 이해했습니다: ${effective}`);
}

function marker(citation) {
  return make("button", {
    type: "button",
    className: "marker",
    textContent: `[${citation.marker}]`,
    ariaLabel: `근거 ${citation.marker} 열기: ${citation.title || citation.document}`,
    onclick: (event) => open(citation, event.currentTarget),
  });
}

/** One numbered source: its title, what is known of it, and the quote with the asked-for values marked. */
function source(citation, values) {
  const marks = values
    .filter((value) => value.marker === citation.marker)
    .map(({ start, end }) => ({ start: start - citation.start, end: end - citation.start, wrap: highlight }));
  return make(
    "li",
    {},
    make("p", { className: "title" }, marker(citation), ` ${citation.title || citation.document}`),
    make("p", { className: "about" }, [citation.publisher, day(citation.published)].filter(Boolean).join(" · ")),
    make("blockquote", {}, drawn(citation.quote, marks)),
    make("p", { className: "about" }, citation.attribution),
  );
}

function sideBySide(conflict, byMarker) {
  const cards = conflict.values.map((value) => {
    const citation = byMarker.get(value.marker);
    const where = citation ? [citation.title || citation.document, day(citation.published)] : [];
    return make(
      "li",
      {},
      make("p", { className: "value" }, value.text, citation && marker(citation)),
      make("p", {}, value.qualifier),
      make("p", { className: "about" }, where.filter(Boolean).join(" · ")),
    );
  });
  const heading = `${CONFLICTS[conflict.kind] ?? "값이 서로 다릅니다"}: ${conflict.about}`;
  return make("section", { className: "conflict" }, make("h3", {}, heading), make("ul", {}, cards));
}

function nearest(passages) {
  const items = passages.map((passage) => {
    const onclick = (event) => open(passage, event.currentTarget);
    const title = make("button", { type: "button", className: "link", onclick }, passage.title || passage.document);
    return make("li", {}, title, make("div", { className: "snippet" }, drawn(passage.text)));
  });
  return make("ol", { className: "passages" }, items);
}

/** Opens the source panel on a document; with `start` and `end`, at these code points, highlighted. */
async function open({ document: id, title, start = 0, end = 0, text, quote = text }, button) {
  opener = button;
  panel.hidden = false;
  at("source-title").textContent = title || id;
  at("source-about").textContent = "문서를 여는 중입니다";
  at("source-text").replaceChildren();
  at("source-title").focus();
  try {
    const held = await call(`documents/${id.split("/").map(encodeURIComponent).join("/")}`);
    if (opener !== button) return; // another source was opened meanwhile
    const about = [held.publisher, held.published && `${day(held.published)} 발행`, held.licence, id];
    const moved = quote && Array.from(held.text).slice(start, end).join("") !== quote;
    if (moved) about.unshift("문서가 그사이 바뀌어 인용한 자리를 표시할 수 없습니다");
    at("source-about").textContent = about.filter(Boolean).join(" · ");
    at("source-text").replaceChildren(drawn(held.text, moved ? [] : [{ start, end, wrap: highlight }]));
    at("source-text").scrollTop = 0;
    at("source-text").querySelector("mark")?.scrollIntoView({ block: "center" });
  } catch (error) {
    if (opener === button) at("source-about").textContent = error.message;
  }
}

function close() {
  panel.hidden = true;
  const back = opener?.isConnected && opener.checkVisibility() ? opener : box;
  opener = null;
  back.focus();
}

function measure() {
  const length = size(box.value.trim());
  at("count").textContent = length > LONGEST * 0.8 ? `${length.toLocaleString()} / ${LONGEST.toLocaleString()}자` : "";
  at("count").className = length > LONGEST ? "over" : "";
}

async function fillShelf() {
  const { documents } = await call("documents");
  const items = documents.map((held) => {
    const onclick = (event) => open(held, event.currentTarget);
    const about = [held.publisher, day(held.published)].filter(Boolean).join(" · ");
    const title = make("span", { className: "title" }, held.title || held.document);
    return make("li", {}, make("button", { type: "button", onclick }, title, make("span", { className: "about" }, about)));
  });
  at("shelf").replaceChildren(...items);
  at("shelf-title").hidden = !items.length;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value.trim();
  if (!question || pending) return;
  box.value = "";
  measure();
  ask(question);
});
box.addEventListener("input", measure);
box.addEventListener("keydown", (event) => {
  // While a syllable is being composed, Enter ends the syllable; Safari tells so by key code 229 alone.
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.isComposing && !panel.hidden) close();
});
at("close").addEventListener("click", close);
at("new").addEventListener("click", () => {
  pending?.abort();
  [pending, turns] = [null, []];
  conversation.replaceChildren();
  at("status").textContent = "새 대화를 시작합니다.";
  at("welcome").hidden = send.disabled = false;
  close();
});
fillShelf().catch((error) => at("welcome").append(make("p", { className: "failed" }, error.message)));
