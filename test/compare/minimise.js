'use strict'

/*
 * Reduces a round that two implementations answer differently: to fewer questions,
 * entries and characters, and plainer calls.
 */

const { Duel } = require('./duel')
const { Made } = require('./odd-values')
const { usual } = require('./requests')

const PARTS = ['list', 'questions', 'addr', 'peer', 'header', 'trust', 'shape', 'text']
const MOST_PASSES = 6
const MILLISECONDS = 5000

/**
 * @param {object} round one that has a mismatch
 * @param {object} reference
 * @param {object} subject
 * @returns {object} a smaller round that still has one; the same round if the
 *   mismatch does not recur when it is played alone
 */
function minimise (round, reference, subject) {
  const deadline = Date.now() + MILLISECONDS
  const hasTime = () => Date.now() < deadline
  const fails = (candidate) => new Duel(reference, subject).play(candidate) !== -1
  if (!fails(round)) return round

  let smallest = round
  for (let pass = 0; pass < MOST_PASSES && hasTime(); pass++) {
    const before = smallest
    smallest = simplify(smallest, fails)
    for (const path of paths(smallest)) smallest = reduceAt(smallest, path, fails, hasTime)
    if (smallest === before) break
  }
  return smallest
}

/** Tries plainer forms of the same questions. */
function simplify (round, fails) {
  let result = round
  const attempt = (candidate) => { if (fails(candidate)) result = candidate }
  attempt({ ...result, questions: [] })
  attempt({ ...result, questions: result.questions.slice(-1) })
  if (result.subjectFirst) attempt({ ...result, subjectFirst: false })
  for (let i = 0; i < result.questions.length; i++) {
    for (const change of plainer(result.questions[i])) {
      attempt(changeAt(result, ['questions', i], () => change))
    }
  }
  return result
}

function plainer (question) {
  if (question.op === 'trust') return question.style === 0 ? [] : [{ ...question, style: 0 }]
  const changes = []
  if (question.shape !== usual) changes.push({ ...question, shape: usual })
  if (question.by !== 'compiled') changes.push({ ...question, by: 'compiled', trust: undefined })
  if (question.header !== undefined) changes.push({ ...question, header: undefined })
  return changes
}

/** The paths of a round's texts and lists, outermost first. */
function paths (value, path = []) {
  if (typeof value === 'string') return value === '' ? [] : [path]
  if (Array.isArray(value)) {
    return [path, ...value.flatMap((element, i) => paths(element, [...path, i]))]
  }
  if (typeof value !== 'object' || value === null) return []
  return PARTS.filter((part) => part in value)
    .flatMap((part) => paths(value[part], [...path, part]))
}

/**
 * Removes as much as possible of the text or list at a path, while there is time: a
 * megabyte, unit by unit, would take hours.
 */
function reduceAt (round, path, fails, hasTime) {
  let result = round
  let length = lengthAt(result, path)
  for (let size = length; size >= 1; size = Math.floor(size / 2)) {
    for (let at = 0; at < length && hasTime();) {
      const candidate = changeAt(result, path, (value) => without(value, at, size))
      if (fails(candidate)) {
        result = candidate
        length = lengthAt(result, path)
      } else {
        at += size
      }
    }
  }
  return result
}

function without (sequence, at, size) {
  return typeof sequence === 'string'
    ? sequence.slice(0, at) + sequence.slice(at + size)
    : sequence.filter((_, i) => i < at || i >= at + size)
}

/** 0 if an earlier reduction removed the path. */
function lengthAt (value, path) {
  for (const key of path) value = value === undefined ? undefined : value[key]
  return value === undefined ? 0 : value.length
}

function changeAt (value, path, change) {
  if (path.length === 0) return change(value)
  const [key, ...rest] = path
  const copy = Array.isArray(value)
    ? value.slice()
    : value instanceof Made ? new Made(value.make, value.text) : { ...value }
  copy[key] = changeAt(value[key], rest, change)
  return copy
}

module.exports = { minimise }
