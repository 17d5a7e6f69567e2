'use strict'

/*
 * A set of subnets as sorted boundaries with an index over their leading bits:
 * an address is inside when the number of boundaries at or below it is odd.
 */

const INDEX_BITS = 20
const FEW = 8

/** @param {number} boundaries @param {number} span */
function shiftFor (boundaries, span) {
  if (boundaries <= FEW) return 53
  const bits = Math.min(Math.max(Math.ceil(Math.log2(boundaries)), 8), INDEX_BITS)
  let shift = 0
  while (span >= 2 ** (bits + shift)) shift++
  return shift
}

/** For each slot, how many boundaries are in the slots before. */
function indexOf (count, slots, slotAt) {
  const index = new Uint32Array(slots + 1)
  let next = 0
  for (let rank = 0; rank < count; rank++) {
    for (const slot = slotAt(rank); next <= slot;) index[next++] = rank
  }
  index.fill(count, next)
  return index
}

class SetV4 {
  /** @param {number[]} boundaries sorted, at most 2 ** 32 */
  constructor (boundaries) {
    const closed = boundaries.at(-1) === 2 ** 32 ? boundaries.slice(0, -1) : boundaries
    this.boundary = Uint32Array.from(closed)
    this.count = closed.length
    this.first = closed[0] ?? 2 ** 32
    this.last = closed.at(-1) ?? 2 ** 32
    this.shift = Math.min(shiftFor(this.count, this.last - this.first), 31)
    const slots = (this.last - this.first >>> this.shift) + 1
    this.index = indexOf(this.count, slots,
      (rank) => closed[rank] - this.first >>> this.shift)
  }

  /** @param {number} address */
  has (address) {
    if (address < this.first) return false
    if (address >= this.last) return (this.count & 1) === 1
    const slot = address - this.first >>> this.shift
    const boundary = this.boundary
    let low = this.index[slot]
    let high = this.index[slot + 1]
    while (low < high) {
      const middle = low + high >>> 1
      if (boundary[middle] <= address) low = middle + 1
      else high = middle
    }
    return (low & 1) === 1
  }
}

/** The leading 53 bits of an address, which a number holds exactly. */
function leading (a, b) {
  return a * 2 ** 21 + (b >>> 11)
}

class SetV6 {
  /** @param {Uint32Array} words four for each boundary, sorted */
  constructor (words) {
    this.words = words
    this.count = words.length / 4
    const lead = (rank) => leading(words[rank * 4], words[rank * 4 + 1])
    this.first = this.count > 0 ? lead(0) : Infinity
    this.last = this.count > 0 ? lead(this.count - 1) : Infinity
    const span = this.count > 0 ? this.last - this.first : 0
    this.scale = 2 ** -shiftFor(this.count, span)
    this.index = indexOf(this.count, Math.floor(span * this.scale) + 1,
      (rank) => Math.floor((lead(rank) - this.first) * this.scale))
  }

  /** The address as four words. */
  has (a, b, c, d) {
    const lead = leading(a, b)
    if (lead < this.first) return false
    if (lead > this.last) return (this.count & 1) === 1
    const slot = (lead - this.first) * this.scale | 0
    const words = this.words
    let low = this.index[slot]
    let high = this.index[slot + 1]
    while (low < high) {
      const middle = low + high >>> 1
      const at = middle * 4
      const is = words[at] - a || words[at + 1] - b || words[at + 2] - c || words[at + 3] - d
      if (is <= 0) low = middle + 1
      else high = middle
    }
    return (low & 1) === 1
  }
}

module.exports = { SetV4, SetV6 }
