/* The page: reads its fields, and draws the answers. Nothing is sent, stored or logged. */

import { explain, trustProxy } from 'proxy-addr-native'
import { LONGEST, answerOf, attack, hasResolver, loadResolver, requestOf } from './answer.mjs'
import { GALLERY, outputs } from './gallery.mjs'
import { UNDERSTOOD, recognise } from './recognise.mjs'
import { drawAttack, drawExpress, drawLint, drawMarks, drawOutputs, drawSide, h, show } from './view.mjs'

/** The fields, which are the state. @type {Record<string, any>} */
const fields = Object.fromEntries(['setting', 'isText', 'peer', 'header', 'more', 'secure', 'other', 'otherIsText', 'trust', 'hops',
  'chain', 'most', 'name', 'from', 'protocol', 'host'].map((id) => [id, document.getElementById(id)]))
const part = Object.fromEntries(['paste', 'took', 'gallery', 'sides', 'lint', 'express', 'attack', 'outputs', 'share', 'shared',
  'link', 'said', 'version', 'm-setting', 'm-peer', 'm-header', 'm-more', 'm-other', 'b-setting', 'b-resolver'].map((id) => [id, document.getElementById(id)]))
const kinds = ['none', 'setting', 'resolver'].map((kind) => document.getElementById(`kind-${kind}`))

const isCheck = (name) => fields[name].type === 'checkbox'

/** The first values of the fields, which a link leaves out. */
const initial = {}

function valueOf (name) {
  return isCheck(name) ? fields[name].checked : fields[name].value.slice(0, LONGEST)
}

function setField (name, value) {
  if (isCheck(name)) fields[name].checked = value === true || value === 'true'
  else if (fields[name].value !== value) fields[name].value = value
}

const stateOf = () => Object.fromEntries(Object.keys(fields).map((name) => [name, valueOf(name)]))

const kindOf = () => kinds.find(({ checked }) => checked)?.value ?? 'none'

/** Returns both sides of a comparison, or the only side. */
function sidesOf (state, kind) {
  const one = { kind: 'setting', setting: state.setting, isText: state.isText }
  if (kind === 'none') return [one]
  return [one, kind === 'setting' ? { kind, setting: state.other, isText: state.otherIsText } : { ...state, kind }]
}

/** Returns the part of an entry that is wrong, or all of it if the engine cannot tell. */
function faultIn (entry) {
  const [address] = entry.split('/')
  const { hops: [hop] } = explain({ headers: {}, socket: { remoteAddress: address } }, () => false)
  return address !== '' && hop.fault?.end > hop.fault?.start ? hop.fault : { start: 0, end: entry.length }
}

/** Returns problems of entries as places in the text of the setting. */
function faultsOf (text, problems) {
  let at = 0
  const places = text.split(',').map((part) => {
    const start = at + part.length - part.trimStart().length
    at += part.length + 1
    return { start, entry: part.trim() }
  })
  return problems.filter(({ index, level }) => index !== undefined && level !== 'hint' && places[index] !== undefined).map(({ index, code, entry }) => {
    const { start, entry: text } = places[index]
    const fault = faultIn(text)
    return { start: start + fault.start, end: start + fault.end, message: `${show(entry ?? text)}: ${code}` }
  })
}

/** Returns faults of addresses as places in the header. */
function faultsOfHops (hops, from) {
  return hops.filter((hop) => hop.from === from && hop.fault && hop.text !== undefined).map(({ start = 0, text, fault }) => (
    { start: start + fault.start, end: start + fault.end, message: `${show(text)}: ${fault.message}` }))
}

/** Replaces a problem's entry, or the whole setting, with what the problem suggests. */
function applyTo (name, isText) {
  return ({ index, instead }) => {
    const text = [instead].flat().join(', ')
    const entries = fields[name].value.split(',')
    if (index === undefined || typeof instead === 'number' || typeof instead === 'boolean') setField(name, text)
    else setField(name, entries.toSpliced(index, 1, ` ${text}`).join(',').trim())
    if (typeof instead !== 'string' && !Array.isArray(instead)) setField(isText, false)
    render()
    fields[name].focus()
  }
}

/** The fields of each side that is a setting. */
const FIELDS_OF = [['setting', 'isText'], ['other', 'otherIsText']]

/** Returns a button that changes a field. */
function change (label, name, value) {
  return {
    label,
    run () {
      setField(name, value)
      render()
      fields[name].focus()
    }
  }
}

const isPrivate = trustProxy('loopback, linklocal, uniquelocal, 100.64.0.0/10')

/** Returns buttons for what could be done about a setting's answer. */
function helpsFor ({ explanation }, name) {
  if (explanation === undefined) return []
  const { hops, remarks = [] } = explanation
  const reached = hops.filter(({ verdict }) => verdict !== 'not reached')
  const { canonical, verdict } = reached.at(-1)
  const text = fields[name].value.trim()
  const helps = []
  // A private address before others is a proxy that is not trusted yet, or a client's lie.
  if (verdict === 'untrusted' && reached.length < hops.length && canonical !== undefined && isPrivate(canonical, 0)) {
    const entry = canonical === '::1' || canonical.startsWith('127.') ? 'loopback' : canonical
    helps.push(change(`If that is your proxy: trust ${entry}`, name, /^(?:false|no|off|)$/i.test(text) ? entry : `${text}, ${entry}`))
  }
  if (remarks.some(({ code }) => code === 'without-fault') && kindOf() !== 'resolver') {
    const { run } = change('', ...(/^\d+$/.test(text) ? ['hops', text] : ['trust', text]))
    helps.push({ label: 'See what the strict resolver makes of it', run () { kinds[2].checked = true; run() } })
  }
  return helps
}

/** Returns a button against forgeries: it replaces a number of hops with the addresses of this request's proxies. */
function nameProxies ({ explanation: { hops, reason } }, name) {
  if (reason === 'too few hops') return undefined
  const addresses = hops.filter(({ by, canonical }) => by?.rule === 'hops' && canonical !== undefined).map(({ canonical }) => canonical)
  if (addresses.length === 0) return undefined
  return change(`Name the proxies instead of counting them: ${addresses.join(', ')}`, name, addresses.join(', '))
}

function copy (text, from) {
  getSelection()?.selectAllChildren(from)
  navigator.clipboard?.writeText(text).then(() => say('Copied.'), () => say('Selected: copy it with the keyboard.'))
}

function say (text) {
  part.said.textContent = text
}

/** Keeps the content if it would stay the same, so that it is not announced again. */
function fill (box, ...children) {
  const made = h('div', {}, ...children)
  if (!made.isEqualNode(box.firstChild) || box.childNodes.length > 1) box.replaceChildren(made)
}

function renderMarks (state, req, answers) {
  const { hops } = explain(req, () => true, { maxHops: 1000 })
  const header = req.headers['x-forwarded-for'] ?? ''
  part['m-setting'].replaceChildren(...drawMarks(state.setting, faultsOf(state.setting, answers[0].problems)))
  part['m-other'].replaceChildren(...answers[1]?.setting !== undefined ? drawMarks(state.other, faultsOf(state.other, answers[1].problems)) : [])
  part['m-peer'].replaceChildren(...drawMarks(state.peer, faultsOfHops(hops, 'socket')))
  part['m-header'].replaceChildren(...drawMarks(header, faultsOfHops(hops, 'header')))
}

const isSetting = ({ kind }) => kind === 'setting'

/** Draws the answers, and returns the data for the rest of the page. */
function renderAnswers () {
  const state = stateOf()
  const kind = kindOf()
  part['b-setting'].hidden = kind !== 'setting'
  part['b-resolver'].hidden = kind !== 'resolver'
  part.shared.hidden = true
  let req
  try {
    req = requestOf(state)
    part['m-more'].textContent = ''
  } catch (error) {
    part['m-more'].textContent = error.message
    req = requestOf({ ...state, more: '' })
  }
  const sides = sidesOf(state, kind)
  const answers = sides.map((side) => answerOf(req, side))
  fill(part.sides, ...answers.map((answer, i) => drawSide(answer, 'AB'[i], isSetting(sides[i]) ? helpsFor(answer, FIELDS_OF[i][0]) : [])))
  return { state, req, sides, answers }
}

/** Draws everything, after each keystroke. */
function render () {
  if (kindOf() === 'resolver' && !hasResolver()) return loadResolver().then(render)
  const { state, req, sides, answers } = renderAnswers()
  renderMarks(state, req, answers)
  fill(part.express, drawExpress(answers))
  part.lint.replaceChildren(...answers.map((answer, i) => drawLint(answer, 'AB'[i],
    isSetting(sides[i]) ? applyTo(...FIELDS_OF[i]) : undefined)))
  fill(part.attack, ...answers.map((answer, i) => answer.error === undefined
    ? drawAttack(attack(req, sides[i], answer), 'AB'[i], isSetting(sides[i]) ? nameProxies(answer, FIELDS_OF[i][0]) : undefined)
    : h('p.danger', {}, `${'AB'[i]} is refused: an app with this setting does not start.`)))
  part.outputs.replaceChildren(...answers.map((answer, i) => drawOutputs(outputs(answer, req), 'AB'[i], copy)))
}

const WORDS = { setting: 'the setting', peer: 'the peer', header: 'X-Forwarded-For', more: 'other headers' }

/** Says in a sentence what the pasted text was taken for. */
function taken ({ kind, fields: found, view }) {
  const parts = Object.entries(WORDS).filter(([name]) => found[name]).map(([name, word]) => `${word} ${show(found[name])}`)
  const { peer, setting } = found
  return `Took it for ${kind}: ${parts.length > 0 ? parts.join('; ') : 'it has no X-Forwarded-For'}.` +
    (setting === undefined ? ` The setting is not in it, and is still ${show(fields.setting.value)}.` : '') +
    (peer === undefined ? ` The peer is not in it: ${show(fields.peer.value)} is ${fields.peer.value === initial.peer ? 'that of the example' : 'left'}; yours is req.socket.remoteAddress in the app.` : '') +
    (view === undefined ? '' : ` ${view}.`)
}

function accept (found) {
  if (found?.fields === undefined) {
    const what = found === undefined ? 'Could not read it.' : found.problem ? `Took it for ${found.kind}, but ${found.problem}.` : `It looks like ${found.kind}.`
    part.took.textContent = found?.problem ? what : `${what} This page understands ${UNDERSTOOD}.`
    return
  }
  for (const [name, value] of Object.entries(found.fields)) setField(name, typeof value === 'string' ? value.slice(0, LONGEST) : value)
  if (found.fields.more || found.fields.secure) fields.more.closest('details').open = true
  part.took.textContent = taken(found)
  render()
}

/** Counts pastes: a new one ends the reading of the previous one. */
let turn = 0

/**
 * Reads what was pasted, a slice at a time.
 *
 * @param {string} text
 */
async function take (text) {
  const mine = ++turn
  part.took.textContent = ''
  if (text.trim() === '') return
  for (let at = 0; at < text.length; at += LONGEST) {
    const found = recognise(text.slice(at, at + LONGEST), at > 0)
    if (found !== undefined && (found.fields !== undefined || at === 0)) return accept(found)
    if (at + LONGEST < text.length) {
      part.took.textContent = `Looking for a line that can be read: ${Math.floor(100 * at / text.length)} %`
      await new Promise((resolve) => setTimeout(resolve))
      if (mine !== turn) return
    }
  }
  accept(undefined)
}

/** Shows only the beginning of a text that is too long for a field, but reads all of it. */
function takeLong (text) {
  part.paste.value = `${text.slice(0, 2000)}\n… and ${text.length - 2000} more characters, which were read as well`
  take(text)
}

function share () {
  const state = { kind: kindOf(), ...stateOf() }
  const pairs = Object.entries(state).filter(([name, value]) => String(value) !== String(initial[name]))
  location.hash = new URLSearchParams(pairs.map(([name, value]) => [name, String(value)])).toString()
  part.shared.hidden = false
  part.link.value = location.href
  part.link.select()
  navigator.clipboard?.writeText(location.href).then(() => say('The link is copied.'), () => say('Copy the link with the keyboard.'))
}

/** Takes the state of a shared link. */
function readFragment () {
  const given = new URLSearchParams(location.hash.slice(1))
  if (!given.has('setting') && !given.has('kind')) return
  for (const [name, value] of Object.entries({ ...initial, ...Object.fromEntries(given) })) {
    if (name === 'kind') kinds.forEach((one) => { one.checked = one.value === value })
    else if (Object.hasOwn(fields, name)) setField(name, String(value).slice(0, LONGEST))
  }
}

function choose ({ name, ...hosting }) {
  for (const [field, value] of Object.entries({ ...hosting, isText: false, secure: false })) setField(field, value)
  say(`${name}: filled in.`)
  render()
}

function start () {
  part.version.textContent = VERSION
  part.gallery.append(...GALLERY.map((hosting) => h('li', {}, h('button', { type: 'button', onclick: () => choose(hosting) }, hosting.name))))
  const [, nginx] = GALLERY
  for (const name of ['setting', 'peer', 'header']) setField(name, nginx[name])
  setField('other', '1')
  setField('trust', 'loopback')
  Object.assign(initial, { ...stateOf(), kind: 'none', setting: undefined })
  readFragment()
  if (kindOf() !== 'resolver') renderAnswers()
  performance.mark('answered')
  // The rest may wait until the answer is visible.
  setTimeout(() => loadResolver().then(render))
  for (const field of [...Object.values(fields), ...kinds]) field.addEventListener('input', render)
  part.paste.addEventListener('input', () => part.paste.value.length > LONGEST ? takeLong(part.paste.value) : take(part.paste.value))
  part.paste.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text') ?? ''
    if (text.length <= LONGEST) return
    event.preventDefault()
    takeLong(text)
  })
  part.share.addEventListener('click', share)
  addEventListener('hashchange', () => { readFragment(); render(); part.shared.hidden = false })
}

start()
