'use strict'

const assert = require('node:assert/strict')

const { missing } = require('../../tools/check/release/ready')
const { problemsOf } = require('../../tools/check/release/workflows')

const CHECKOUT = `actions/checkout@${'0'.repeat(40)} # v1.2.3`

/** A workflow in which all is well, with one thing replaced. */
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
  it('is accepted if all is well', async function () {
    assert.deepEqual(await problems('', ''), [])
  })

  const FAULTS = {
    'whose permissions are not empty at first': ['permissions: {}', 'permissions: read-all', /no permissions/],
    'with a job that says nothing of permissions': ['    permissions:\n      contents: read\n', '', /whatever permissions/],
    'with a permission that does not exist': ['contents: read', 'content: read', /unknown permission scope/],
    'with a job without an end': ['    timeout-minutes: 5\n', '', /no end/],
    'with an action that is named by a tag': [CHECKOUT, 'actions/checkout@v7', /not pinned/],
    'with a commit whose version is not named': [' # v1.2.3', '', /no version is named/],
    'that keeps the token of a checkout': ['persist-credentials: false', 'fetch-depth: 1', /leaves its token/],
    'that runs a script that is not there': ['npm run there', 'npm run gone', /no npm run gone/],
    'that runs a file that is not there': ['npm run there', 'node gone.js', /no gone\.js/],
    'that pastes an expression into a script': ['npm run there', 'echo $' + '{{ github.ref }}', /pasted into a script/],
    'that runs on a machine that does not exist': ['ubuntu-24.04', 'ubuntu-24.05', /no runner/],
    'that is no YAML': ['steps:', 'steps', /at line \d+, column \d+/]
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

  it('is not if the tag is of another version', function () {
    assert.deepEqual(missing('v1.2.4', manifest, changelog), ['package.json says 1.2.3, the tag is v1.2.4'])
  })

  it('is not if the version has no date', function () {
    const undated = changelog.replace('2026-01-31', 'not yet released')

    assert.deepEqual(missing('v1.2.3', manifest, undated), ['CHANGELOG.md has no date for 1.2.3'])
    assert.deepEqual(missing('v1.2.3', manifest, ''), ['CHANGELOG.md has no date for 1.2.3'])
  })

  it('is not if no repository is named', function () {
    assert.deepEqual(missing('v1.2.3', { version: '1.2.3' }, changelog),
      ['package.json names no repository, which provenance needs'])
  })
})
