'use strict'

/*
 * What Express makes of its `trust proxy` setting, and what trustProxy() does,
 * in the shape of proxy-addr: compile() takes a setting, so that a Duel can be
 * fought about settings, too.
 */

const proxyaddr = require('proxy-addr')

/** @param {'express' | 'express4'} name */
function ofExpress (name) {
  const { compileTrust } = require(`${name}/lib/utils`)
  return Object.assign((req, trust) => proxyaddr(req, trust), {
    all: proxyaddr.all,
    compile: (setting) => compileTrust(setting)
  })
}

/** @param {object} lib this package, or a copy of it */
function ofPackage (lib) {
  return Object.assign((req, trust) => lib(req, trust), {
    all: lib.all,
    compile: (setting) => lib.trustProxy(setting)
  })
}

module.exports = { ofExpress, ofPackage }
