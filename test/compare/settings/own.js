'use strict'

module.exports = require('./sides').ofPackage(require('../../../lib'))
