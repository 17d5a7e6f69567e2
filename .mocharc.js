'use strict'

module.exports = {
  // What is skipped in CI would be believed to have passed.
  'forbid-pending': Boolean(process.env.CI),
  reporter: 'dot',
  // Only against tests that hang: none may fail because a machine is slow.
  timeout: 600_000
}
