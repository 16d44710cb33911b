// Shows /dedup/api/. Whatever comes from there becomes text, never markup.
const REFRESH = 2000, QUEUES = 10000, PATIENCE = 8000;
const $ = id => document.getElementById(id);
const count = value => value === null ? "not known" : value.toLocaleString("en");

/** An element; children that are no nodes become text, null ones are left out. */
function el(name, attributes, ...children) {
  const [tag, ...classes] = name.split(".");
  const svg = tag === "svg" || tag === "polyline";
  const node = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  if (classes.length) node.setAttribute("class", classes.join(" "));
  for (const [key, value] of Object.entries(attributes ?? {})) node.setAttribute(key, value);
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}
const td = (...children) => el("td", null, ...children);
const figure = value => el(value ? "td.n" : "td.n.quiet", null, typeof value === "number" ? count(value) : value);

/** Makes a node like another one, touching only what differs: no flicker, and focus and selection stay. */
function become(old, now) {
  if (old.isEqualNode(now)) return;
  if (old.nodeName !== now.nodeName || old.nodeType !== Node.ELEMENT_NODE) {
    old.replaceWith(now);
    return;
  }
  for (const { name } of [...old.attributes]) if (!now.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of now.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  show(old, [...now.childNodes]);
}
function show(parent, nodes) {
  const old = [...parent.childNodes];
  nodes.forEach((node, i) => i < old.length ? become(old[i], node) : parent.append(node));
  old.slice(nodes.length).forEach(node => node.remove());
}
const say = (id, text) => show($(id), [document.createTextNode(text)]);

function time(millis) {
  const text = new Date(millis).toLocaleString("sv");
  return text.startsWith(new Date().toLocaleDateString("sv")) ? text.slice(11) : text;
}
function span(millis) {
  const seconds = Math.max(0, millis) / 1000;
  const [size, unit] = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]].find(([size]) => seconds >= size) ?? [1, "s"];
  return `${unit === "s" && seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds / size)} ${unit}`;
}

/** When something is tried next; what is due has been tried, or waits for an event. */
const due = (time, now, tried) => time > now ? `in ${span(time - now)}` : tried;
/** One line for a pipeline, and one for each of its steps that is unavailable. */
function lines(pipeline, prefix, observing) {
  const { stop, unavailable } = pipeline;
  const polling = stop ? ["bad", `Polling is stopped since ${time(stop.since)}: ${stop.reason}`]
    : observing ? ["warn", "Polling, and observing: copies are forwarded too, marked with dedupCopy"] : ["good", "Polling"];
  return [polling, ...unavailable.map(({ step, since }) => ["bad", `Step ${step} is unavailable since ${time(since)}`])]
    .map(([kind, text]) => el(`p.${kind}`, null, prefix + text));
}
function waits({ stop, unavailable, waiting }, prefix, now) {
  return [
    stop ? [`${prefix}next look`, due(stop.nextLook, now, "one message is tried now")] : null,
    ...unavailable.map(({ step, nextTrial }) => [`${prefix}next trial of step ${step}`, due(nextTrial, now, "with the next event")]),
    unavailable.length || waiting ? [`${prefix}messages waiting`, count(waiting)] : null,
  ].filter(Boolean);
}
let several = false;
function showState(state) {
  several = state.pipelines.length > 1;
  const prefix = ({ id }) => several ? `${id}: ` : "";
  show($("polling"), state.pipelines.length
    ? state.pipelines.flatMap(pipeline => lines(pipeline, prefix(pipeline), state.observing))
    : [el("p.bad", null, `Polling is stopped: ${state.problem ?? "no route runs"}`)]);
  const facts = [
    ...state.pipelines.flatMap(pipeline => waits(pipeline, prefix(pipeline), state.now)),
    ["time in the queue", state.lastWait
      ? `${span(state.lastWait.millis)}, of the message finished last, at ${time(state.lastWait.at)}` : "nothing received yet"],
    ["pending confirms", count(state.pendingConfirms)],
    ["lost leases", count(state.lostLeases)],
    ["up for", `${span(state.now - state.started)}, since ${time(state.started)}`],
  ];
  show($("facts"), facts.map(([name, value]) => el("div", null, el("dt", null, name), el("dd", null, value))));
  say("about", `Event Dedup ${state.version}`);
}

function showQueues(answer) {
  show($("queues"), answer.queues.map(({ pipeline, role, name, depth }) => el("tr", null,
    el("th", { scope: "row" }, `${several ? `${pipeline}: ` : ""}${role} `, el("span.quiet", null, name.split(/[/:]/).pop())),
    ...depth ? [depth.visible, depth.inFlight, depth.delayed].map(figure) : [el("td", { colspan: 3 }, "SQS does not say")])));
}

function line(minutes) {
  const most = Math.max(...minutes, 1);
  const points = minutes.map((value, i) => `${(i * 120 / 59).toFixed(1)},${(21 - value / most * 20).toFixed(1)}`);
  return el("svg", { viewBox: "0 0 120 22", role: "img",
    "aria-label": `${count(minutes.reduce((a, b) => a + b, 0))} events in 60 minutes, at most ${count(Math.max(...minutes))} a minute` },
    el("polyline", { points: points.join(" ") }));
}
const fields = found => Object.entries(found).sort(([, a], [, b]) => b - a)
  .map(([field, times]) => el("div", null, el("span.mono", null, field), ` ${count(times)}`));
const share = (part, all) => part ? `${(100 * part / all).toFixed(1)} %` : "";
const name = ({ pipeline, rule, line }) => el("span.name", null, several ? el("span.quiet", null, `${pipeline}: `) : null, line === null
  ? rule === "none" ? "(not an event)" : `${rule} (not in the file any more)` : el("button.link", { type: "button", "data-rule": rule }, rule));

function showRules({ file, rules }, now) {
  say("rules-file", file);
  const seen = rules.filter(({ figures }) => figures.lastSeen);
  show($("rules-seen"), seen.length ? seen.map(rule => {
    const is = rule.figures;
    return el("tr", null, el("th", { scope: "row" }, name(rule)),
      figure(is.events), figure(is.forwarded), figure(is.copies), figure(share(is.copies, is.events)),
      el(is.differing ? "td.n.warn" : "td.n.quiet", null, count(is.differing)), el("td.fields", null, ...fields(is.fields)),
      figure(is.filtered), el(is.fallbacks ? "td.n.warn" : "td.n.quiet", null, count(is.fallbacks)),
      el(is.deadLetters ? "td.n.bad" : "td.n.quiet", null, count(is.deadLetters)),
      td(`${span(now - is.lastSeen)} ago`), td(line(is.minutes)));
  }) : [el("tr", null, el("td.quiet", { colspan: 12 }, "no events yet"))]);
  const sum = field => seen.reduce((all, rule) => all + rule.figures[field], 0);
  show($("rules-sum"), seen.length ? [el("th", { scope: "row" }, "all"),
    ...["events", "forwarded", "copies"].map(field => figure(sum(field))), figure(share(sum("copies"), sum("events"))), figure(sum("differing")), td(),
    ...["filtered", "fallbacks", "deadLetters"].map(field => figure(sum(field))), td(), td()] : []);
  const idle = rules.filter(({ figures }) => !figures.lastSeen);
  say("rules-idle-title", `${idle.length} rules with no events yet`);
  show($("rules-idle"), idle.map(rule => el("tr", null,
    el("th", { scope: "row" }, name(rule)), figure(rule.line), el("td.quiet", null, "no events yet"))));
}
async function openRule(event) {
  const button = event.target.closest("[data-rule]");
  if (button) {
    const found = (await get("rule-texts")).find(({ rule }) => rule === button.dataset.rule);
    say("rule-title", found.rule);
    say("rule-place", `${$("rules-file").textContent}, line ${found.line}`);
    say("rule-text", found.text);
    $("rule").showModal();
  }
}

let recent = [];
function choose(select, values) {
  const chosen = select.value;
  show(select, ["all", ...new Set(values)].map((value, i) => el("option", { value: i ? value : "" }, value)));
  select.value = values.includes(chosen) ? chosen : "";
}
const COLOURS = { forwarded: "td.good", duplicate: "td", observed_copy: "td.warn", filtered: "td", dead_letter: "td.bad", returned: "td.warn" };
function showRecent(decisions) {
  recent = decisions;
  choose($("by-outcome"), recent.map(({ outcome }) => outcome).sort());
  choose($("by-rule"), recent.map(({ rule }) => rule).sort());
  filterRecent();
}
function filterRecent() {
  const shown = recent.filter(({ outcome, rule }) =>
    ["", outcome].includes($("by-outcome").value) && ["", rule].includes($("by-rule").value));
  say("recent-count", `${shown.length} of the last ${recent.length}`);
  show($("decisions"), shown.length ? shown.map(is => el("tr", null,
    td(time(is.at)),
    el(COLOURS[is.outcome] ?? "td", null, is.outcome, is.reason ? ` ${is.reason}` : null,
      is.fields.length ? el("div.warn", null, "differs in ", el("span.mono", null, is.fields.join(", "))) : null),
    el("td.wrap", null, is.type ?? "(not an event)"), el("td.wrap", null, is.rule),
    el("td.mono", null, is.key), figure(is.millis), el("td.mono", null, is.messageId)))
    : [el("tr", null, el("td.quiet", { colspan: 7 }, recent.length ? "none of these" : "no events yet"))]);
}

function showLetters(letters) {
  show($("letters"), letters.length ? letters.map(({ reason, count, command }) => el("tr", null,
    el("th", { scope: "row" }, reason), figure(count), td(command ? el("code", null, command) : null)))
    : [el("tr", null, el("td.quiet", { colspan: 3 }, "none"))]);
}

const table = (head, rows) => el("div.scroll", { tabindex: 0, role: "region", "aria-label": head[0] || "Answer" }, el("table", null,
  el("thead", null, el("tr", null, ...head.map(text => el("th", { scope: "col" }, text)))), el("tbody", null, ...rows)));
const title = row => row.pointer ? el("span.mono", null, row.pointer) : row.label;
function explained(events, found) {
  return [...events.map((rows, i) => table([`Event ${i + 1} of ${found}`, ""], rows.map(row =>
    el("tr", null, el("th", { scope: "row" }, title(row)), td(row.value))))),
    events.length < found ? el("p.note", null, `and ${found - events.length} more`) : null].filter(Boolean);
}
function compared({ same, a, b, deciding, ignored, text }) {
  const id = row => row.label + " " + (row.pointer ?? "");
  const other = row => b.find(candidate => id(candidate) === id(row));
  const pairs = [...a.map(row => [row, row, other(row)]),
    ...b.filter(row => !a.some(candidate => id(candidate) === id(row))).map(row => [row, undefined, row])];
  const differences = (heading, list) => list.length ? [el("h3", null, heading), table(["at", "A", "B"], list.map(is =>
    el("tr", null, el("th", { scope: "row" }, el("span.mono", null, is.pointer)), td(el("mark", null, is.a)), td(el("mark", null, is.b)))))] : [];
  return [el("h3", null, same ? "The same event" : "Two different events"),
    table(["", "A", "B"], pairs.map(([row, left, right]) => {
      const cell = left?.value === right?.value ? "td" : "td.differs";
      return el("tr", null, el("th", { scope: "row" }, title(row)), el(cell, null, left?.value ?? ""), el(cell, null, right?.value ?? ""));
    })),
    ...differences("Key parts that differ", deciding), ...differences("Differences that the rule ignores", ignored),
    el("details", null, el("summary", null, "As the command key prints it"), el("pre", { tabindex: 0 }, text))];
}
async function compare() {
  const body = JSON.stringify({ a: $("a").value, b: $("b").value });
  try {
    const response = await fetch("/dedup/api/compare", { method: "POST", headers: { "Content-Type": "application/json" }, body });
    const answer = response.status === 413 ? { error: "Together the events are longer than 2 MiB." } : await response.json();
    show($("answer"), answer.error ? [el("p.bad", null, answer.error)]
      : answer.events ? explained(answer.events, answer.found) : compared(answer));
  } catch {
    show($("answer"), [el("p.bad", null, "There is no answer.")]);
  }
}

async function get(what) {
  const response = await fetch(`/dedup/api/${what}`, { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}
function lookGone(gone) {
  if ($("gone").hidden === gone) {
    say("gone", gone ? `No answer since ${time(Date.now())}: the process has ended, or cannot be reached. What is shown is from before.` : "");
    $("gone").hidden = !gone;
    document.body.classList.toggle("gone", gone);
  }
}
/** Again and again, but not while nobody looks. */
async function repeat(pause, work) {
  if (!document.hidden) await work().catch(() => lookGone(true));
  setTimeout(() => repeat(pause, work), pause);
}
repeat(REFRESH, async () => {
  const [state, rules, recent, letters] = await Promise.all(["state", "rules", "recent", "dead-letters"].map(get));
  showState(state);
  showRules(rules, state.now);
  showRecent(recent);
  showLetters(letters);
  lookGone(false);
});
repeat(QUEUES, async () => showQueues(await get("queues")));
$("rules").addEventListener("click", openRule);
$("close").addEventListener("click", () => $("rule").close());
$("by-outcome").addEventListener("change", filterRecent);
$("by-rule").addEventListener("change", filterRecent);
$("ask").addEventListener("click", compare);
