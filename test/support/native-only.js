'use strict'

/* For `mocha --require`: an addon that does not load is not to be made up for. */

process.env.PROXY_ADDR_ENGINE = 'native'
