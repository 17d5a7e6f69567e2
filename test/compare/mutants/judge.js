'use strict'

/* In a process of its own, because a fault may crash it: plays one seed. */

const { Duel } = require('../duel')
const { explainedSides } = require('../explained')
const { implementations, settings } = require('../implementations')
const { KNOWN_ROUNDS } = require('../rounds')
const { run } = require('../run')
const { ofPackage } = require('../settings')

const { path, seed, count } = JSON.parse(process.argv[2])

const sides = implementations(path)

async function judge () {
  const { comparisons, mismatches } = await run({ ...sides, seed, count })
  if (mismatches > 0) return { comparisons, caught: true }
  const duel = new Duel(sides.reference, sides.subject)
  const caught = KNOWN_ROUNDS.some((round) => duel.play(round) !== -1)
  const known = comparisons + duel.comparisons
  if (caught) return { comparisons: known, caught }
  const expressed = { ...settings('express'), subject: ofPackage(sides.subject) }
  const others = await run({ ...expressed, seed, count })
  const more = known + others.comparisons
  if (others.mismatches > 0) return { comparisons: more, caught: true }
  const explained = await run({ ...explainedSides(sides), seed, count })
  return { comparisons: more + explained.comparisons, caught: explained.mismatches > 0 }
}

judge().then((verdict) => {
  process.send(verdict)
  process.disconnect()
})
