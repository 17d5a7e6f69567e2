'use strict'

/* docs/performance.md: the template, filled in. */

const fs = require('node:fs')
const path = require('node:path')
const { comparisons, losses } = require('./compared')
const { ratio, table } = require('./tables')

const TEMPLATE = path.join(__dirname, 'template.md')
const REFERENCE = 'proxy-addr'

/** One sentence about a topic, if proxy-addr took part in it. */
function sentence (topic) {
  const times = comparisons(topic)
    .filter(({ candidate }) => candidate === REFERENCE)
    .map(({ times }) => times)
  if (times.length === 0) return ''
  const [least, most] = [Math.min(...times), Math.max(...times)].map(ratio)
  const range = least === most ? `is ${least} ×` : `goes from ${least} × to ${most} ×`
  return `This package's advantage over \`${REFERENCE}\` ${range}, by the row. (Below 1 × it is behind.)\n\n`
}

function section (name, topic, chart) {
  const image = chart ? `![${chart.title}](charts/${name}.svg)\n\n` : ''
  return `## ${topic.title}\n\n${image}${sentence(topic)}${table(topic)}\n`
}

function lost (topics) {
  const items = Object.values(topics).flatMap((topic) =>
    losses(topic).map(({ row, candidate, times }) =>
      `- ${topic.title}: ${row}: \`${candidate}\` is ${ratio(1 / times)} × better.`))
  if (items.length === 0) {
    return 'In this run no rival was better in any row by more than 5 %.'
  }
  return `In this run these rivals were better by more than 5 %:\n\n${items.join('\n')}`
}

function versions ({ versions, node }) {
  return [`Node ${node}`, ...Object.entries(versions)
    .map(([name, version]) => `\`${name}\` ${version}`)].join(', ')
}

/**
 * @param {object} report what `npm run bench -- --json` prints
 * @param {{ name: string, title: string }[]} charts
 */
function page (report, charts) {
  const values = {
    machine: report.machine,
    date: report.date,
    versions: versions(report),
    topics: Object.entries(report.topics).map(([name, topic]) =>
      section(name, topic, charts.find((chart) => chart.name === name))).join('\n'),
    losses: lost(report.topics)
  }
  return fs.readFileSync(TEMPLATE, 'utf8')
    .replace(/\{\{(\w+)\}\}\n?/g, (found, name) => values[name] + (found.endsWith('\n') ? '\n' : ''))
}

module.exports = { page }
