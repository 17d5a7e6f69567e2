'use strict'

/*
 * Specifications of vega-lite as SVG that is read in light and in dark mode.
 *
 * An image cannot know whether the page around it is dark, only what the
 * reader's system prefers. So it brings its background with it: text and
 * ground change together, and stay readable even on the other kind of page.
 */

const COLOURS = { ground: '#ffffff', text: '#1f2328', faint: '#59636e', grid: '#d1d9e0' }
const DARK = { ground: '#0d1117', text: '#e6edf3', faint: '#9198a1', grid: '#30363d' }

const FONT = 'system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif'

const CONFIG = {
  background: COLOURS.ground,
  padding: 16,
  font: FONT,
  view: { stroke: null },
  title: {
    color: COLOURS.text,
    subtitleColor: COLOURS.faint,
    fontSize: 16,
    subtitleFontSize: 12,
    subtitlePadding: 6,
    anchor: 'start',
    frame: 'group',
    offset: 14
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
    labelLimit: 420
  },
  header: { labelColor: COLOURS.text, labelFontSize: 13, labelFontWeight: 'bold', title: null },
  legend: {
    labelColor: COLOURS.text,
    labelFontSize: 12,
    symbolSize: 90,
    labelLimit: 300,
    title: null,
    orient: 'bottom',
    columns: 3,
    columnPadding: 24
  }
}

/**
 * How wide text is. Without a canvas, vega takes it to be half as wide again,
 * and leaves gaps.
 */
function textWidth (item, text) {
  return String(text ?? '').length * (item.fontSize ?? 11) * 0.58
}

/** Attributes are weaker than a style sheet: it swaps the colours. */
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

module.exports = { COLOURS, toSVG }
