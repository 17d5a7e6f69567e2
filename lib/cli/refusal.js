'use strict'

/** What is wrong with the command line, in one line that says how to mend it. */
class Refusal extends Error {}

/**
 * @param {any} error of the system
 * @returns {string} why, in words
 */
function whyNot (error) {
  switch (error.code) {
    case 'ENOENT': return 'there is no such file'
    case 'EISDIR': return 'it is a directory'
    case 'EACCES': return 'reading it is not permitted'
    default: return error.message
  }
}

module.exports = { Refusal, whyNot }
