'use strict'

/* In a process of its own, because a fault may crash it: plays one seed. */

const { Duel } = require('../differential/duel')
const { implementations } = require('../differential/implementations')
const knownRounds = require('../differential/known-rounds')
const { run } = require('../differential/run')

const { path, seed, count } = JSON.parse(process.argv[2])

const sides = implementations(path)

run({ ...sides, seed, count }).then(({ comparisons, mismatches }) => {
  const duel = new Duel(sides.reference, sides.subject)
  const caught = mismatches > 0 || knownRounds.some((round) => duel.play(round) !== -1)
  process.send({ comparisons: comparisons + duel.comparisons, caught })
  process.disconnect()
})
