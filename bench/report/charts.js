'use strict'

/* What is drawn. Where a topic was not measured, its chart is left out. */

const { bySize, present, times } = require('./points')
const { COLOURS } = require('./svg')

const STAR = 'M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z'

/** Dark enough for white, light enough for black. Each has a shape as well. */
const LOOKS = [
  ['#d9480f', 'circle'], ['#1f77d0', 'square'], ['#8a63d2', 'triangle-up'],
  ['#2b8a3e', 'diamond'], ['#a87900', 'triangle-down'], ['#d6336c', 'cross'],
  ['#0c8599', 'triangle-right'], ['#737d87', STAR], ['#9c6644', 'triangle-left']
]

/** These look the same in each chart; others take what is left. */
const KNOWN = ['proxy-addr-native', 'proxy-addr', '@fastify/proxy-addr', 'net.BlockList',
  'ipaddr.js', 'ip-matching', 'netparser']

/** At most so many rows in the main chart. */
const MAIN_ROWS = [/^no header/, /IPv4 peer/, /mapped/, /IPv6 peer/, /client \+ 1\b.*IPv6/,
  /client \+ 3/, /1,000 subnets/, /10,000 subnets.*IPv6|IPv6.*10,000 subnets/]

/** Axis labels in the unit that suits each. */
const TIME_AXIS = {
  title: null,
  labelExpr: "datum.value < 1e3 ? format(datum.value, ',') + ' ns' : " +
    "datum.value < 1e6 ? format(datum.value / 1e3, ',') + ' µs' : " +
    "datum.value < 1e9 ? format(datum.value / 1e6, ',') + ' ms' : format(datum.value / 1e9, ',') + ' s'",
  labelOverlap: true
}

/** Powers of ten from below the smallest to above the largest. */
function decades (values) {
  const first = Math.floor(Math.log10(Math.min(...values)))
  const last = Math.ceil(Math.log10(Math.max(...values)))
  return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i))
}

function logTime (points) {
  const values = decades(points.map(({ ns }) => ns))
  return {
    field: 'ns',
    type: 'quantitative',
    scale: { type: 'log', domain: [values[0], values.at(-1)], nice: false },
    axis: { ...TIME_AXIS, values }
  }
}

function look (names) {
  const free = LOOKS.slice(KNOWN.length)
  return names.map((name) => {
    const known = KNOWN.indexOf(name)
    return known !== -1 ? LOOKS[known] : free.shift() ?? LOOKS[LOOKS.length - 1]
  })
}

/** The channels that tell candidates apart. */
function candidateChannels (names, withShape = true) {
  const looks = look(names)
  const channel = (range) => ({
    field: 'candidate', type: 'nominal', sort: names, scale: { domain: names, range }, legend: {}
  })
  return {
    color: channel(looks.map(([colour]) => colour)),
    ...(withShape ? { shape: channel(looks.map(([, shape]) => shape)) } : {})
  }
}

/** A line a row, a mark a candidate. Bars would lie: a log scale has no zero. */
function dots (topic, rows, title, subtitle) {
  const points = times(topic, rows)
  if (points.length === 0) return undefined
  const order = rows ?? Object.keys(topic.rows)
  const y = { field: 'row', type: 'nominal', sort: order, axis: { title: null, domain: false, ticks: false } }
  return {
    title: { text: title, subtitle },
    data: { values: points },
    width: 520,
    height: { step: 34 },
    layer: [
      {
        mark: { type: 'rule', color: COLOURS.grid, strokeWidth: 2 },
        encoding: {
          y,
          x: { field: 'ns', type: 'quantitative', aggregate: 'min' },
          x2: { field: 'ns', aggregate: 'max' }
        }
      },
      {
        mark: { type: 'point', filled: true, size: 110, opacity: 1 },
        encoding: { y, x: logTime(points), ...candidateChannels(present(topic, points)) }
      },
      {
        transform: [{ filter: { field: 'candidate', equal: topic.candidates[0] } }],
        mark: { type: 'text', dy: -12, fontSize: 11, color: COLOURS.text },
        encoding: { y, x: logTime(points), text: { field: 'label' } }
      }
    ]
  }
}

function mainRows (topic) {
  const rows = Object.keys(topic.rows)
  const chosen = MAIN_ROWS.map((pattern) => rows.find((row) => pattern.test(row)))
  const wanted = rows.filter((row) => chosen.includes(row))
  return wanted.length > 0 ? wanted : rows
}

function resolve (topic) {
  return dots(topic, mainRows(topic), 'From a request to the client\'s address',
    'Time a call, log scale: further left is faster. The numbers are this package\'s.')
}

function hostile (topic) {
  return dots(topic, undefined, 'Headers and lists made to be slow',
    'Time a call, log scale: further left is faster. The numbers are this package\'s.')
}

/** One panel for each kind of address that was measured at several sizes. */
function match (topic) {
  const all = times(topic).flatMap(bySize)
  const kinds = [...new Set(all.map(({ kind }) => kind))].filter((kind) =>
    new Set(all.filter((point) => point.kind === kind).map(({ subnets }) => subnets)).size > 1)
  const points = all.filter(({ kind }) => kinds.includes(kind))
  if (points.length === 0) return undefined
  const sizes = points.map(({ subnets }) => subnets)
  const values = decades(sizes)
  return {
    title: {
      text: 'Is this address trusted? By the length of the list',
      subtitle: 'Time a call over the number of subnets, both on log scales: lower is faster.'
    },
    data: { values: points },
    facet: { field: 'kind', type: 'nominal', sort: kinds },
    columns: Math.min(kinds.length, 2),
    spec: {
      width: 340,
      height: 250,
      layer: ['line', 'point'].map((type) => ({
        mark: type === 'line' ? { type, strokeWidth: 2 } : { type, filled: true, size: 60, opacity: 1 },
        encoding: {
          x: {
            field: 'subnets',
            type: 'quantitative',
            scale: { type: 'log', domain: [values[0], values.at(-1)], nice: false },
            axis: { title: 'subnets', values, format: '~s', grid: false }
          },
          y: logTime(points),
          ...candidateChannels(present(topic, points), type === 'point')
        }
      }))
    },
    resolve: { axis: { x: 'independent', y: 'independent' } }
  }
}

function httpPoints (topic) {
  return Object.keys(topic.rows).flatMap((row) => topic.candidates.flatMap((candidate) => {
    const result = topic.rows[row][candidate]
    const [framework, ...rest] = row.split(', ')
    if (result?.value === undefined || (result.unit ?? topic.unit) !== 'requests/s') return []
    return [{ framework, row: rest.join(', '), candidate, rate: result.value }]
  }))
}

function http (topic) {
  const points = httpPoints(topic)
  if (points.length === 0) return undefined
  const names = present(topic, points)
  const sort = (field) => [...new Set(points.map((point) => point[field]))]
  return {
    title: {
      text: 'Requests a second',
      subtitle: 'One server process, keep-alive, a client and one proxy in the header: longer is faster.'
    },
    data: { values: points },
    facet: { column: { field: 'framework', type: 'nominal', sort: sort('framework') } },
    spec: {
      width: 300,
      height: { step: 13 },
      mark: { type: 'bar' },
      encoding: {
        y: {
          field: 'row',
          type: 'nominal',
          sort: sort('row'),
          axis: { title: null, ticks: false, domain: false },
          scale: { paddingInner: 0.3 }
        },
        yOffset: { field: 'candidate', sort: names },
        x: { field: 'rate', type: 'quantitative', axis: { title: null, labelExpr: "datum.value ? format(datum.value, '~s') : '0'", tickCount: 5 } },
        ...candidateChannels(names, false)
      }
    },
    resolve: { scale: { x: 'independent' } }
  }
}

const CHARTS = { resolve, match, hostile, http }

/**
 * @param {object} report what `npm run bench -- --json` prints
 * @returns {{ name: string, title: string, spec: object }[]} charts, each by
 *   the name of its topic
 */
function charts (report) {
  return Object.entries(CHARTS).flatMap(([name, draw]) => {
    const topic = report.topics[name]
    const spec = topic && draw(topic)
    return spec ? [{ name, title: spec.title.text, spec }] : []
  })
}

module.exports = { charts }
