'use strict'

/*
 * Writes a report as one page that loads nothing, and draws its few bars itself. Text
 * from a log is untrusted, so it is escaped.
 */

const { caveats, cut, measures, number, percent, shown, withPorts } = require('./compare')

/** The height of a bar with its name above. Widths are percentages, so that text has the same size on all screens. */
const ROW = 40
const WIDEST = 85

const STYLE = `
:root { color-scheme: light dark; --text: #1f2328; --faint: #59636e; --line: #d1d9e0; --before: #8c959f; --after: #0969da;
  --bad: #cf222e; --ground: #fff }
@media (prefers-color-scheme: dark) { :root { --text: #e6edf3; --faint: #9198a1; --line: #30363d; --before: #6e7681;
  --after: #4493f8; --bad: #f85149; --ground: #0d1117 } }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: var(--ground); max-width: 60rem;
  margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin-bottom: .25rem } h2 { font-size: 1.1rem; margin-top: 2.25rem }
code, .text { font-family: ui-monospace, monospace; font-size: .87em; overflow-wrap: anywhere }
.settings, .faint { color: var(--faint) } .share { font-size: 2.5rem; font-weight: 600; line-height: 1.1 }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .3rem .6rem .3rem 0;
  border-top: 1px solid var(--line); vertical-align: top } th { border: 0; color: var(--faint); font-weight: 500 }
td.number, th.number { text-align: right; white-space: nowrap } .example { color: var(--faint) }
svg { width: 100%; max-width: 40rem; margin-bottom: .75rem } svg text { font: 13px system-ui, sans-serif; fill: var(--text) }
.before { fill: var(--before) } .after { fill: var(--after) } .bad { fill: var(--bad) }
.key { display: inline-block; width: .8em; height: .8em; margin-right: .3em } .key.after { margin-left: 1em } .key.before { background: var(--before) }
.key.after { background: var(--after) }`

/** @param {unknown} text */
function escaped (text) {
  return String(text).replace(/[&<>"']/g, (unit) => `&#${unit.charCodeAt(0)};`)
    // Characters that are invisible, or that change the direction of text.
    .replace(/[\p{Cc}\p{Cf}]/gu, (unit) => `\\u{${/** @type {number} */ (unit.codePointAt(0)).toString(16)}}`)
}

/**
 * Draws bars, one below another.
 *
 * @param {string} label for screen readers
 * @param {{ name: string, value: number, kind: string }[]} bars
 */
function chart (label, bars) {
  const most = Math.max(1, ...bars.map(({ value }) => value))
  const rows = bars.map(({ name, value, kind }, i) => {
    const y = i * ROW
    const width = `${(value / most * WIDEST).toFixed(2)}%`
    return `<text y="${y + 14}">${escaped(name)}</text>` +
      `<rect class="${kind}" y="${y + 20}" width="${width}" height="14" rx="2"/>` +
      `<text x="${width}" dx="6" y="${y + 32}">${number(value)}</text>`
  })
  return `<svg height="${bars.length * ROW}" role="img" aria-label="${escaped(label)}">${rows.join('')}</svg>`
}

/** @param {any} report */
function measured (report) {
  const rows = measures(report)
  const bars = rows.flatMap(([name, before, after]) => [
    { name: `${name}, before`, value: before, kind: 'before' },
    { name: `${name}, after`, value: after, kind: name === 'all trusted' && after > before ? 'bad' : 'after' }
  ])
  const lines = rows.map(([name, before, after, what]) => `<tr><td>${name}</td><td class="number">${number(before)}</td>` +
    `<td class="number">${number(after)}</td><td class="faint">${what}</td></tr>`)
  const ports = report.ports > 0 ? `<p>${withPorts(report)}.</p>` : ''
  const hints = caveats(report).map((caveat) => `<p>${escaped(caveat)}.</p>`).join('')
  return `<h2>Before and after</h2><p class="faint"><span class="key before"></span>before<span class="key after"></span>after</p>
${chart('the counts, before and after', bars)}
<table><tr><th></th><th class="number">before</th><th class="number">after</th><th></th></tr>${lines.join('')}</table>${ports}${hints}`
}

/** @param {any} report */
function changes ({ transitions, transitionsInAll }) {
  if (transitions.length === 0) return '<h2>Transitions</h2><p>No request gets another address.</p>'
  const bars = transitions.slice(0, 10).map((/** @type {any} */ { from, to, requests }) =>
    ({ name: `${cut(shown(from), 20)} → ${cut(shown(to), 20)}`, value: requests, kind: 'after' }))
  const rows = transitions.map((/** @type {any} */ { from, to, requests, example }) =>
    `<tr><td class="text">${escaped(shown(from))} → ${escaped(shown(to))}</td><td class="number">${number(requests)}</td></tr>` +
    `<tr><td class="text example" colspan="2">${escaped(cut(example, 300))}</td></tr>`)
  return `<h2>The largest of ${number(transitionsInAll)} transitions</h2>${chart('requests of the largest transitions', bars)}
<table><tr><th>from → to, with a line of the log</th><th class="number">requests</th></tr>${rows.join('')}</table>`
}

/** @param {string} title @param {string} what @param {any[]} rows */
function groups (title, what, rows) {
  if (rows.length === 0) return ''
  const lines = rows.map(({ client, clients, requests, some }) =>
    `<tr><td class="text">${escaped(shown(client))}</td><td class="number">${number(clients)}</td><td class="number">` +
    `${number(requests)}</td><td class="text">${some.map((/** @type {string} */ one) => escaped(shown(one))).join(', ')}` +
    `${clients > some.length ? ', …' : ''}</td></tr>`)
  return `<h2>${title}</h2><table><tr><th>client</th><th class="number">${what}</th><th class="number">requests</th>` +
    `<th>such as</th></tr>${lines.join('')}</table>`
}

/** @param {any} report @returns {string} */
function pageOf (report) {
  const { before, after, requests, changed, share, lines, unreadable, merged, merges, split, splits, format } = report
  const skipped = unreadable > 0 ? `, and ${number(unreadable)} of ${number(lines)} lines cannot be read` : ''
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>What ${escaped(after)} changes</title><style>${STYLE}</style></head><body>
<h1>What another trust proxy setting changes</h1>
<p class="settings">before: <code>${escaped(before)}</code>; after: <code>${escaped(after)}</code>; format <code>${escaped(format)}</code></p>
<p><span class="share">${percent(share)}</span><br>${number(changed)} of ${number(requests)} requests get another client${skipped}.</p>
${measured(report)}
${changes(report)}
${groups(`Merges: ${number(merged)} clients after, each of them several before`, 'were', merges)}
${groups(`Splits: ${number(split)} clients before, each of them several after`, 'become', splits)}
</body></html>
`
}

module.exports = { pageOf }
