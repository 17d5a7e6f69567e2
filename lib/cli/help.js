'use strict'

/* What --help prints. Each command has a text of its own in its file. */

const COMMON = `
  --json             print JSON
  -h, --help         print this`

const ENVIRONMENT = `
Output is coloured on a terminal, or if FORCE_COLOR is set; never if NO_COLOR is
set and not empty.
Exit code 2: an argument is invalid, or a file cannot be read or written; one line
on standard error says what is wrong and what to do.`

/** @param {string} help text of a command, without the parts that all commands share */
function helpOf (help) {
  return help.trim().replace('\n  {common}', COMMON) + '\n' + ENVIRONMENT
}

const overview = `
proxy-addr-native: which address in a chain of proxies is the client's, and why

  proxy-addr-native <command> [options]

Commands
  explain   say which address of a request is the client's, and why
  lint      say what is wrong with a trust proxy setting
  match     say which addresses a setting trusts
  lists     fetch a CDN's list of addresses, or check one
  logs      say which address in each line of a log is the client's, or compare settings
  doctor    say which package Express and Fastify run on in a project
  switch    put Express on this package in a project
  back      put Express back on proxy-addr
  bench     compare speed with proxy-addr on this machine
  playground
            open a page that shows what a setting makes of a request

Options
  -h, --help         print this; after a command, print its help
  -v, --version      print the version of this package

Examples
  proxy-addr-native explain --trust loopback,10.0.0.0/8 --peer 10.0.0.1 \\
    --xff '198.51.100.7, 203.0.113.9, 10.0.0.2'
  proxy-addr-native lint 10/8
  proxy-addr-native match --trust uniquelocal 10.1.2.3 172.32.0.1
  proxy-addr-native doctor
  proxy-addr-native bench --seconds 10

A setting is written as in an environment variable: true, false, a number of
hops, or addresses, subnets and names separated by commas.

Exit codes
  0  everything is as it should be
  1  lint found a danger, match an address that is not trusted, or doctor a copy of
     proxy-addr that is vulnerable or cannot be loaded
  2  an argument is invalid, or a file cannot be read or written; one line on
     standard error says what is wrong and what to do
  3  logs could not read or write all
`.trim()

module.exports = { helpOf, overview }
