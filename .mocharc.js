'use strict'

module.exports = {
  // What is skipped in CI would be believed to have passed.
  'forbid-pending': Boolean(process.env.CI),
  reporter: 'dot',
  timeout: 60_000
}
