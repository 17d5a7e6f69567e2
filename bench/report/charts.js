'use strict'

/*
 * The charts: for some rows of a topic, they show each candidate's figure as a
 * symbol and as a number. Bars would mislead, because a log scale has no zero.
 * Charts are narrow enough for a phone.
 */

const { amount, titleOf } = require('../table')

const COLOURS = { ground: '#ffffff', text: '#1f2328', faint: '#59636e', grid: '#d1d9e0' }
const DARK = { ground: '#0d1117', text: '#e6edf3', faint: '#9198a1', grid: '#30363d' }

const STAR = 'M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z'

const BAR = 'M-.3,-1H.3V1H-.3Z'

/**
 * A candidate looks the same in every chart. Colours are dark enough for white
 * and light enough for black.
 */
const LOOKS = {
  'proxy-addr-native': ['#d9480f', 'circle'],
  'proxy-addr': ['#1f77d0', 'square'],
  '@fastify/proxy-addr': ['#8a63d2', 'triangle-up'],
  'net.BlockList': ['#2b8a3e', 'diamond'],
  'ipaddr.js': ['#a87900', 'triangle-down'],
  'ip-matching': ['#d6336c', 'cross'],
  netparser: ['#0c8599', 'triangle-right'],
  'plain JavaScript': ['#737d87', STAR],
  WebAssembly: ['#9c6644', 'triangle-left'],
  'no look-up': ['#737d87', BAR]
}

/** Left out, because it is not a rival. */
const FLOOR = 'floor'

const NS = { ns: 1, µs: 1e3, ms: 1e6, s: 1e9 }

const WIDTH = 190
const LINE = 17
/** The part of the width that the number of the last symbol needs. */
const ROOM = 0.28

/** Gives each axis label the unit that suits it. */
const TIME = "datum.value < 1e3 ? format(datum.value, ',') + ' ns' : " +
  "datum.value < 1e6 ? format(datum.value / 1e3, ',') + ' µs' : format(datum.value / 1e6, ',') + ' ms'"

/**
 * Returns the figure of a result: nanoseconds, or the topic's own unit. A
 * candidate that was too slow for full rounds was called a few times; its
 * figure is shown, too.
 */
function figure (result, topic) {
  if (result === undefined || result.different !== undefined) return undefined
  if (result.skipped !== undefined) return result.skipped * NS.ms
  return result.value * (NS[result.unit ?? topic.unit] ?? 1)
}

function label (result, topic) {
  if (result === undefined) return 'not measured'
  if (result.different !== undefined) return 'different answers'
  return result.skipped === undefined
    ? amount(result.value, result.unit ?? topic.unit).replace('requests/s', '/s')
    : amount(result.skipped, 'ms')
}

/** @returns {object[]} a point for each candidate of each row */
function points (topic, rows, suffix, node) {
  return rows.flatMap((row) => topic.candidates
    .filter((candidate) => candidate !== FLOOR)
    .map((candidate) => {
      const result = topic.rows[row][candidate]
      const value = figure(result, topic)
      return {
        row: row.slice(0, row.length - suffix.length),
        candidate: titleOf(candidate, node),
        look: candidate,
        ...value === undefined ? {} : { value },
        label: label(result, topic)
      }
    }))
}

/** Powers of ten from below the smallest to the largest. */
function decades (values) {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.floor(Math.log10(Math.max(...values)))
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
}

/** The horizontal channel: times on a log scale, rates from 0 on. */
function across (all, isTime) {
  const values = all.flatMap(({ value }) => value ?? [])
  const most = Math.max(...values)
  const ticks = decades(values)
  const domain = isTime
    ? [ticks[0], most * (most / ticks[0]) ** (ROOM / (1 - ROOM))]
    : [0, most / (1 - ROOM)]
  return {
    field: 'value',
    type: 'quantitative',
    scale: { type: isTime ? 'log' : 'linear', domain, nice: false },
    axis: isTime
      ? { title: null, values: ticks.filter((_, i) => i % 2 === 0), labelExpr: TIME, labelFlush: false }
      : { title: null, tickCount: 3, format: '~s' }
  }
}

/** The channel that distinguishes candidates; their names are beside the symbols. */
function look (names, at) {
  return {
    field: 'look',
    type: 'nominal',
    scale: { domain: names, range: names.map((name) => LOOKS[name][at]) },
    legend: null
  }
}

function rowOf (all, isTime) {
  const names = [...new Set(all.map(({ look }) => look))]
  const y = {
    field: 'candidate',
    type: 'nominal',
    sort: null,
    axis: { title: null, domain: false, ticks: false, grid: true, gridDash: [1, 3] }
  }
  const x = across(all, isTime)
  const text = { type: 'text', align: 'left', color: COLOURS.text, fontSize: 12 }
  return {
    width: WIDTH,
    height: { step: LINE },
    layer: [
      {
        transform: [{ filter: 'isValid(datum.value)' }],
        mark: { type: 'point', filled: true, size: 80, opacity: 1 },
        encoding: { y, x, color: look(names, 0), shape: look(names, 1) }
      },
      {
        transform: [{ filter: 'isValid(datum.value)' }],
        mark: { ...text, dx: 8 },
        encoding: { y, x, text: { field: 'label' } }
      },
      {
        transform: [{ filter: '!isValid(datum.value)' }],
        mark: { ...text, color: COLOURS.faint },
        encoding: { y, x: { value: 4 }, text: { field: 'label' } }
      }
    ]
  }
}

/** The text after a comma with which all rows end; it is shown once, above them. */
function sharedEnd (rows) {
  const end = /, [^,]*$/.exec(rows[0])?.[0] ?? ''
  return rows.every((row) => row.endsWith(end)) ? end : ''
}

/** What a chart omits. */
function leftOut (topic, rows) {
  const more = Object.keys(topic.rows).length - rows.length
  const floor = topic.candidates.includes(FLOOR) ? ' and the floor' : ''
  return more > 0 ? `Left out: ${more} rows${floor}, which are in the table.` : ''
}

/**
 * @param {object} topic
 * @param {string} node
 */
function chart (topic, node) {
  const rows = (topic.main ?? []).filter((row) => topic.rows[row] !== undefined)
  if (rows.length === 0) return undefined
  const end = sharedEnd(rows)
  const all = points(topic, rows, end, node)
  const isTime = topic.unit in NS
  return {
    title: {
      text: topic.title + end,
      subtitle: [
        isTime ? 'Time a call, log scale: left is faster.' : 'Requests a second: right is faster.',
        leftOut(topic, rows)
      ].filter(Boolean)
    },
    data: { values: all },
    facet: { row: { field: 'row', type: 'nominal', sort: [...new Set(all.map(({ row }) => row))] } },
    spacing: 10,
    spec: rowOf(all, isTime),
    resolve: { axis: { x: 'shared' } }
  }
}

/** The topics that have a chart. */
const CHARTS = ['resolve', 'match', 'hostile', 'http']

/**
 * @param {object} report what `npm run bench -- --json` prints
 * @returns {{ name: string, title: string, spec: object }[]} charts, each with
 *   the name of its topic
 */
function charts (report) {
  return CHARTS.flatMap((name) => {
    const topic = report.topics[name]
    const spec = topic && chart(topic, report.node)
    return spec ? [{ name, title: spec.title.text, spec }] : []
  })
}

/*
 * An image knows which colour scheme the reader's system prefers, but not
 * whether the page around it is dark. So it has its own background, which
 * changes with the text and keeps it readable on any page.
 */

const FONT = 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif'

const CONFIG = {
  background: COLOURS.ground,
  padding: 8,
  font: FONT,
  view: { stroke: null },
  title: {
    color: COLOURS.text,
    subtitleColor: COLOURS.faint,
    fontSize: 14,
    subtitleFontSize: 12,
    subtitlePadding: 6,
    anchor: 'start',
    frame: 'bounds',
    offset: 8
  },
  axis: {
    labelColor: COLOURS.text,
    titleColor: COLOURS.faint,
    gridColor: COLOURS.grid,
    domainColor: COLOURS.grid,
    tickColor: COLOURS.grid,
    labelFontSize: 12,
    titleFontSize: 12,
    titleFontWeight: 'normal',
    labelLimit: 180
  },
  header: {
    labelColor: COLOURS.text,
    labelFontSize: 13,
    labelFontWeight: 'bold',
    labelOrient: 'top',
    labelAnchor: 'start',
    labelPadding: 2,
    title: null
  }
}

/** Estimates the width of text. Without a canvas, vega's estimate is half as wide again. */
function textWidth (item, text) {
  return String(text ?? '').length * (item.fontSize ?? 11) * (item.fontWeight === 'bold' ? 0.63 : 0.58)
}

/** Returns a style sheet, which overrides the attributes with colours. */
function darkStyle () {
  const rules = Object.entries(COLOURS).flatMap(([name, colour]) =>
    ['fill', 'stroke'].map((what) => `[${what}="${colour}"]{${what}:${DARK[name]}}`))
  return `<style>@media (prefers-color-scheme:dark){${rules.join('')}}</style>`
}

/**
 * @param {object} spec for vega-lite
 * @returns {Promise<string>}
 */
async function toSVG (spec) {
  // Both are ES modules.
  const [vega, lite] = await Promise.all([import('vega'), import('vega-lite')])
  vega.textMetrics.width = textWidth
  const compiled = lite.compile({ ...spec, config: CONFIG }).spec
  const view = new vega.View(vega.parse(compiled), { renderer: 'none' })
  const svg = await view.toSVG()
  view.finalize()
  return svg.replace(/<svg[^>]*>/, (tag) => tag + darkStyle()) + '\n'
}

module.exports = { charts, toSVG }
