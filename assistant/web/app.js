// The chat page: asks the server, draws replies as they come and as text (never as markup), opens each source at its quote.

const at = (id) => document.getElementById(id);
const [form, box, conversation, panel] = ["form", "question", "conversation", "source"].map(at);
const narrow = matchMedia("(max-width: 59.99rem)"); // where the source lies over the page, not beside it
const LONGEST = 1000; // code points in a question, and in a comment
const SNIPPET = 200; // code points shown of a passage that is no source
const CONFLICTS = {
  contradiction: "문서에 적힌 값이 서로 다릅니다",
  different_basis: "기준이 달라 값이 다릅니다",
  changed: "시기에 따라 값이 바뀌었습니다",
};
const READERS = { extractive: "문서의 말 그대로", generative: "언어모델이 다듬은 말" };

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
const day = (published) => (published ? published.split("-").map(Number).join(". ") + "." : "시점 미상");

const tell = (text) => (at("status").textContent = text);

/** Text as paragraphs, runs of lines with tabs as tables; `spans` ({start, end, wrap}) are in code points. */
function drawn(text, spans = []) {
  const points = Array.from(text);
  const whole = document.createDocumentFragment();
  let [start, rows, blank] = [0, null, false];
  for (const line of text.split("\n")) {
    if (line.includes("\t")) {
      if (!rows) {
        rows = make("tbody");
        const around = { className: "table", tabIndex: 0, role: "group", ariaLabel: "표" };
        whole.append(make("div", around, make("table", {}, rows)));
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

/** The response, if it is a good one; every other error than an abort is told in Korean. */
async function request(path, options) {
  const response = await fetch(path, options).catch((error) => {
    if (error.name === "AbortError") throw error;
    throw new Error("서버에 연결할 수 없습니다. 잠시 뒤에 다시 해 주십시오.");
  });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Error(problem.detail || `서버가 답하지 못했습니다 (${response.status}).`);
}

const posted = (body, headers = {}) => ({
  method: "POST",
  headers: { "Content-Type": "application/json", ...headers },
  body: JSON.stringify(body),
});

/** Each server-sent event of a response, as [name, data]; throws where the stream breaks off. */
async function* events(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  for (let held = ""; ; ) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (held + value).split("\n\n");
    held = blocks.pop();
    for (const block of blocks.filter((block) => !block.startsWith(":"))) {
      const [name, data] = block.split("\n");
      yield [name.slice("event: ".length), JSON.parse(data.slice("data: ".length))];
    }
  }
}

/** The whole reply to a question; `on` hears of each event before it. What cannot be streamed is asked for in one piece. */
async function replied(body, signal, on) {
  const response = await request("ask", { ...posted(body, { Accept: "text/event-stream, application/json" }), signal });
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return response.json();
  let refused = "";
  try {
    for await (const [name, data] of events(response)) {
      if (name === "end") return data;
      if (name === "error") refused = data.detail;
      else on(name, data);
    }
  } catch (error) {
    if (signal.aborted) throw error;
  }
  if (refused) throw new Error(refused);
  return (await request("ask", { ...posted(body), signal })).json();
}

async function ask(question) {
  const mine = (pending = new AbortController());
  const history = turns.slice(-20);
  const reply = make("div", { className: "reply waiting" }, make("p", {}, "문서에서 근거를 찾고 있습니다"));
  const turn = make("article", {}, make("h2", {}, question), reply);
  at("welcome").hidden = true;
  busy(true);
  conversation.append(turn);
  turn.scrollIntoView({ block: "start" });
  tell("문서에서 근거를 찾고 있습니다.");
  try {
    const result = await replied({ question, history }, mine.signal, arriving(reply));
    reply.className = result.abstained ? "reply abstained" : "reply";
    redraw(reply, ...(result.abstained ? abstention(result) : answer(result)), opinion(result, history));
    tell(result.answer ?? `문서에서 답을 찾지 못했습니다. ${result.reason}`);
    // 20 turns must fit into the 64 KB a request may have.
    const said = Array.from(result.answer ?? result.reason).slice(0, 500).join("");
    turns.push({ role: "user", content: question }, { role: "assistant", content: said });
  } catch (error) {
    if (pending !== mine) return; // a new conversation has begun
    const told = mine.signal.aborted ? "답하기를 멈추었습니다." : error.message;
    reply.className = mine.signal.aborted ? "reply stopped" : "reply failed";
    redraw(reply, make("p", {}, told));
    tell(told);
    box.value ||= question;
    measure();
  }
  turn.scrollIntoView({ block: "start" });
  pending = null;
  busy(false);
}

/** The send button makes room for the stop button; who stood on one of them is put back to the box. */
function busy(on) {
  const held = [at("send"), at("stop")].includes(document.activeElement);
  [at("send").hidden, at("stop").hidden] = [on, !on];
  if (held) box.focus();
}

/** Draws into the reply what arrives before its end: the passages found, then the answer line by line. */
function arriving(reply) {
  const [citations, text] = [[], make("div", { className: "answer" })];
  let said = "";
  return (name, data) => {
    if (name === "passages") {
      const found = `문서에서 가까운 대목 ${data.passages.length}곳을 찾아 읽고 있습니다`;
      reply.replaceChildren(make("p", {}, found), text, nearest(data.passages));
      tell(`${found}.`);
      return;
    }
    if (name === "answer") said += data.text;
    if (name === "citation") citations.push(data);
    redraw(text, marked(said, citations));
  };
}

/** Puts new children into a part; who stood on a button there is put on the new one that opens the same, or to the box. */
function redraw(part, ...children) {
  const held = part.contains(document.activeElement) && document.activeElement;
  part.replaceChildren(...children);
  if (held) (anew(held, part) ?? box).focus();
}

/** The button in a part that opens what a button no longer there opened, brought to light. */
function anew(gone, part) {
  const same = [...part.querySelectorAll("button")].find((button) => button.value && button.value === gone.value);
  const folded = same?.closest("details");
  if (folded) folded.open = true;
  return same;
}

/** What a button opens: a document at a place. */
const place = ({ document: id, start, end }) => `${id}#${start}-${end}`;

/** The answer's text, each marker of a citation a button. */
function marked(text, citations) {
  const byMarker = new Map(citations.map((citation) => [citation.marker, citation]));
  const spans = [...text.matchAll(/\[(\d+)\]/g)]
    .filter((found) => byMarker.has(Number(found[1])))
    .map((found) => {
      const start = size(text.slice(0, found.index));
      return { start, end: start + found[0].length, wrap: () => marker(byMarker.get(Number(found[1]))) };
    });
  return drawn(text, spans);
}

function answer(result) {
  const notes = [
    result.as_of && `${day(result.as_of)} 발표 기준`,
    READERS[result.reader],
    `답이 맞을 가능성 ${Math.round(result.confidence * 100)}%`,
  ];
  return [
    understood(result),
    make("div", { className: "answer" }, marked(result.answer, result.citations)),
    result.notice && make("p", { className: "notice" }, result.notice),
    ...result.conflicts.map((conflict) => sideBySide(conflict, result.citations)),
    make("h3", {}, "근거"),
    make("ol", { className: "sources" }, result.citations.map((citation) => source(citation, result.values))),
    make("p", { className: "notes" }, notes.filter(Boolean).join(" · ")),
    make("details", {}, make("summary", {}, `함께 찾은 대목 ${result.passages.length}곳`), nearest(result.passages)),
  ].filter(Boolean);
}

function abstention(result) {
  return [
    understood(result),
    make("h3", { className: "verdict" }, "문서에서 답을 찾지 못했습니다"),
    make("p", {}, result.reason),
    ...(result.passages.length ? [make("h3", {}, "질문과 가장 가까운 대목"), nearest(result.passages)] : []),
  ].filter(Boolean);
}

function understood({ question, effective_question: effective }) {
  return effective === question ? "" : make("p", { className: "understood" }, `이렇게 이해했습니다: ${effective}`);
}

function marker(citation) {
  return make("button", {
    type: "button",
    className: "marker",
    value: place(citation),
    textContent: `[${citation.marker}]`,
    ariaLabel: `근거 ${citation.marker} 열기: ${citation.title || citation.document}`,
    onclick: (event) => open(citation, event.currentTarget),
  });
}

/** One numbered source: its title, the quote with the asked-for values marked, and how to name it. */
function source(citation, values) {
  const marks = values
    .filter((value) => value.marker === citation.marker)
    .map(({ start, end }) => ({ start: start - citation.start, end: end - citation.start, wrap: highlight }));
  return make(
    "li",
    {},
    make("p", { className: "title" }, marker(citation), ` ${citation.title || citation.document}`),
    make("blockquote", {}, drawn(citation.quote, marks)),
    make("p", { className: "about" }, `출처: ${citation.attribution}`),
  );
}

/** The values in conflict as cards, each with its source and that one's date, or that it is not known. */
function sideBySide(conflict, citations) {
  const cards = conflict.values.map((value) => {
    const citation = citations.find((citation) => citation.marker === value.marker);
    return make(
      "li",
      {},
      make("p", { className: "value" }, value.text, citation && marker(citation)),
      value.qualifier && make("p", {}, value.qualifier),
      citation && make("p", { className: "about" }, citation.attribution),
    );
  });
  const heading = [make("h3", {}, CONFLICTS[conflict.kind]), make("p", { className: "about" }, conflict.about)];
  return make("section", { className: "conflict" }, heading, make("ul", {}, cards));
}

function nearest(passages) {
  const items = passages.map((passage) => {
    const onclick = (event) => open(passage, event.currentTarget);
    const about = { type: "button", className: "link", value: place(passage), onclick };
    const title = make("button", about, passage.title || passage.document);
    const points = Array.from(passage.text);
    const text = points.slice(0, SNIPPET).join("") + (points.length > SNIPPET ? " …" : "");
    return make("li", {}, title, make("div", { className: "snippet" }, drawn(text)));
  });
  return make("ol", { className: "passages" }, items);
}

/** Below each reply: the answer with its sources to copy, and what the reader thinks of it, sent on a word of theirs only. */
function opinion(result, history) {
  const rate = (rating, label) => make("button", { type: "button", ariaPressed: "false", onclick: () => choose(rating) }, label);
  const buttons = { up: rate("up", "도움이 됐습니다"), down: rate("down", "고쳐야 합니다") };
  const comment = make("textarea", { rows: 2, maxLength: LONGEST });
  const about = "덧붙일 말 (선택). 개인정보는 적지 마십시오.";
  const fields = make("form", { hidden: true }, make("label", {}, about, comment), make("button", {}, "의견 보내기"));
  const outcome = make("p", { className: "notes", hidden: true, tabIndex: -1 });
  let chosen = "";

  function report(text) {
    outcome.textContent = text;
    outcome.hidden = false;
    tell(text);
  }
  async function copied() {
    const done = await copy(quotable(result));
    report(done ? "답과 출처 표기를 복사했습니다." : "복사하지 못했습니다. 답을 직접 골라 복사해 주십시오.");
  }
  function choose(rating) {
    chosen = rating;
    for (const [name, button] of Object.entries(buttons)) button.ariaPressed = String(name === rating);
    fields.hidden = false;
    comment.focus();
  }
  fields.onsubmit = async (event) => {
    event.preventDefault();
    const citations = result.citations.map(({ document, quote }) => ({ document, quote }));
    const { question, answer } = result;
    try {
      await request("feedback", posted({ question, history, answer, citations, rating: chosen, comment: comment.value }));
      report("의견을 남겼습니다. 고맙습니다.");
      for (const part of [fields, ...Object.values(buttons)]) part.remove();
      outcome.focus();
    } catch (error) {
      report(error.message);
    }
  };
  const copying = result.answer && make("button", { type: "button", onclick: copied }, "출처와 함께 복사");
  const group = { className: "actions", role: "group", ariaLabel: "이 답에 대하여" };
  return make("div", { className: "opinion" }, make("div", group, copying, Object.values(buttons)), fields, outcome);
}

/** The answer as it goes into another paper: its text, whose words it is, and each source with its 출처 표기. */
function quotable({ answer, notice, conflicts, citations }) {
  const differing = conflicts.map(({ kind, about }) => `※ ${CONFLICTS[kind]}: ${about}`);
  const sources = citations.map(({ marker, attribution }) => `[${marker}] ${attribution}`);
  return [answer, ...differing, notice && `※ ${notice}`, "", "출처", ...sources].filter((line) => line !== null).join("\n");
}

/** Copies text; the clipboard's own interface is not there on plain HTTP, where a selection is copied. Whether it worked. */
async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {} // not there, or not allowed
  const [held, back] = [make("textarea", { value: text, className: "unseen" }), document.activeElement];
  document.body.append(held);
  held.select();
  const done = document.execCommand("copy");
  held.remove();
  back.focus();
  return done;
}

/** Opens the source panel on a document; with `start` and `end`, at these code points, highlighted. */
async function open({ document: id, title, start = 0, end = 0, text, quote = text }, button) {
  opener = button;
  panel.hidden = false;
  lay();
  at("source-title").textContent = title || id;
  at("source-about").textContent = "문서를 여는 중입니다";
  at("source-text").replaceChildren();
  at("source-notices").hidden = true;
  at("source-title").focus();
  try {
    const held = await (await request(`documents/${id.split("/").map(encodeURIComponent).join("/")}`)).json();
    if (opener !== button) return; // another source was opened meanwhile
    const about = [held.publisher, held.published ? `${day(held.published)} 발행` : "시점 미상", held.licence, id];
    const moved = quote && Array.from(held.text).slice(start, end).join("") !== quote;
    if (moved) about.unshift("문서가 그사이 바뀌어 인용한 자리를 표시할 수 없습니다");
    at("source-about").textContent = about.filter(Boolean).join(" · ");
    at("source-text").replaceChildren(drawn(held.text, moved ? [] : [{ start, end, wrap: highlight }]));
    doubts(held.notices);
    at("source-text").scrollTop = 0;
    at("source-text").querySelector("mark")?.scrollIntoView({ block: "center" });
  } catch (error) {
    if (opener === button) at("source-about").textContent = error.message;
  }
}

/** What does not fit in a document: a weekday, a total, a dateline. */
function doubts(notices) {
  const title = make("summary", {}, `이 문서에서 맞지 않는 곳 ${notices.length}군데`);
  const items = notices.map((notice) => make("li", {}, notice.text));
  at("source-notices").replaceChildren(title, make("ul", { tabIndex: 0 }, items));
  at("source-notices").hidden = !notices.length;
}

/** While the source covers the page it is a dialog, and what lies below is out of reach of keyboard and screen reader. */
function lay() {
  const covers = narrow.matches && !panel.hidden;
  for (const part of document.querySelectorAll(".skip, header, main")) part.inert = covers;
  [panel.role, panel.ariaModal] = covers ? ["dialog", "true"] : ["complementary", null];
}

function close() {
  panel.hidden = true;
  lay();
  const back = opener && !opener.isConnected ? anew(opener, conversation) : opener;
  opener = null;
  (back?.checkVisibility() ? back : box).focus();
}

function measure() {
  const length = size(box.value.trim());
  at("count").textContent = length > LONGEST * 0.8 ? `${length.toLocaleString()} / ${LONGEST.toLocaleString()}자` : "";
  at("count").className = length > LONGEST ? "over" : "";
}

async function fillShelf() {
  const { documents } = await (await request("documents")).json();
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
at("stop").addEventListener("click", () => pending?.abort());
narrow.addEventListener("change", lay);
at("new").addEventListener("click", () => {
  pending?.abort();
  [pending, turns] = [null, []];
  conversation.replaceChildren();
  tell("새 대화를 시작합니다.");
  at("welcome").hidden = false;
  busy(false);
  close();
});
fillShelf().catch((error) => at("welcome").append(make("p", { className: "failed" }, error.message)));
