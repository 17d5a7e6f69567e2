'use strict'

const assert = require('node:assert/strict')

const { missing } = require('../../tools/check/ready')
const { problemsOf } = require('../../tools/check/release')

const CHECKOUT = `actions/checkout@${'0'.repeat(40)} # v1.2.3`

/** A correct workflow, with one thing replaced. */
function workflow (was, is) {
  const text = `
on: push
permissions: {}
jobs:
  one:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions:
      contents: read
    steps:
      - uses: ${CHECKOUT}
        with:
          persist-credentials: false
      - run: npm run there
`
  assert.ok(text.includes(was))
  return text.replace(was, is)
}

const project = { scripts: { there: '' }, hasFile: (name) => name === 'there.js' }
const problems = (was, is) => problemsOf(workflow(was, is), 'one.yml', project)

describe('a workflow', function () {
  it('is accepted if it is correct', async function () {
    assert.deepEqual(await problems('', ''), [])
  })

  const FAULTS = {
    'whose own permissions are not empty': ['permissions: {}', 'permissions: read-all', /own permissions must be \{\}/],
    'with a job that sets no permissions': ['    permissions:\n      contents: read\n', '', /job sets no permissions/],
    'with a permission that does not exist': ['contents: read', 'content: read', /unknown permission scope/],
    'with a job without a time limit': ['    timeout-minutes: 5\n', '', /no timeout-minutes/],
    'with an action that is named by a tag': [CHECKOUT, 'actions/checkout@v7', /not pinned/],
    'with a commit without a version comment': [' # v1.2.3', '', /no version comment/],
    'that keeps the token of a checkout': ['persist-credentials: false', 'fetch-depth: 1', /keeps its token/],
    'that runs an unknown npm script': ['npm run there', 'npm run gone', /unknown npm script gone/],
    'that runs a missing file': ['npm run there', 'node gone.js', /no such file: gone\.js/],
    'that interpolates an expression into a script': ['npm run there', 'echo $' + '{{ github.ref }}', /interpolated into a script/],
    'that runs on an unknown runner': ['ubuntu-24.04', 'ubuntu-24.05', /unknown runner/],
    'that is not valid YAML': ['steps:', 'steps', /at line \d+, column \d+/]
  }

  for (const [name, [was, is, message]] of Object.entries(FAULTS)) {
    it(`${name} is refused`, async function () {
      const found = await problems(was, is)

      assert.equal(found.filter((problem) => message.test(problem)).length, 1, found.join('\n'))
    })
  }
})

describe('a release', function () {
  const manifest = { version: '1.2.3', repository: 'somewhere' }
  const changelog = '# Changelog\n\n## [1.2.3] - 2026-01-31\n'

  it('is ready if tag, version and date agree', function () {
    assert.deepEqual(missing('v1.2.3', manifest, changelog), [])
  })

  it('is not ready if the tag is of another version', function () {
    assert.deepEqual(missing('v1.2.4', manifest, changelog), ['package.json says 1.2.3, the tag is v1.2.4'])
  })

  it('is not ready if the version has no date', function () {
    const undated = changelog.replace('2026-01-31', 'not yet released')

    assert.deepEqual(missing('v1.2.3', manifest, undated), ['CHANGELOG.md has no date for 1.2.3'])
    assert.deepEqual(missing('v1.2.3', manifest, ''), ['CHANGELOG.md has no date for 1.2.3'])
  })

  it('is not ready if no repository is named', function () {
    assert.deepEqual(missing('v1.2.3', { version: '1.2.3' }, changelog),
      ['package.json names no repository, which provenance needs'])
  })
})
