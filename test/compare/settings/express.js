'use strict'

module.exports = require('./sides').ofExpress('express')
