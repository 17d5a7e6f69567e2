'use strict'

/*
 * Turns specifications of vega-lite into SVG for light and dark mode.
 *
 * An image knows what the reader's system prefers, but not whether the page
 * around it is dark. So it has a background of its own, which changes with the
 * text and keeps it readable on either kind of page.
 */

const COLOURS = { ground: '#ffffff', text: '#1f2328', faint: '#59636e', grid: '#d1d9e0' }
const DARK = { ground: '#0d1117', text: '#e6edf3', faint: '#9198a1', grid: '#30363d' }

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

/** Estimates the width of text. Without a canvas, vega assumes half as much again. */
function textWidth (item, text) {
  return String(text ?? '').length * (item.fontSize ?? 11) * 0.58
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

module.exports = { COLOURS, toSVG }
