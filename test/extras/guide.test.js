'use strict'

const assert = require('node:assert/strict')
const fs = require('node:fs')
const path = require('node:path')
const { examples, run } = require('../support/printed')

const GUIDE = path.join(__dirname, '..', '..', 'docs', 'guide.md')
const TEXT = fs.readFileSync(GUIDE, 'utf8')

/** The anchor that is made of a heading. */
function anchorOf (heading) {
  return '#' + heading.toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-')
}

describe('the guide', function () {
  this.timeout(60_000)

  it('has examples of every hosting, and of symptoms', () => assert.ok(examples(TEXT).length > 15))

  for (const { code, printed, line } of examples(TEXT)) {
    it(`shows what the example at line ${line} prints`, () => {
      assert.deepEqual(run(code), { status: 0, stderr: '', printed })
    })
  }

  it('refers to headings that it has', () => {
    const anchors = Array.from(TEXT.matchAll(/^#+ (.*)$/gm), ([, heading]) => anchorOf(heading))

    for (const [, anchor] of TEXT.matchAll(/\]\((#[^)]*)\)/g)) assert.ok(anchors.includes(anchor), anchor)
  })
})
