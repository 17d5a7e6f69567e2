'use strict'

const { spawn } = require('node:child_process')
const { createInterface } = require('node:readline')

const running = new Set()

/**
 * Runs `node index.js`, or another command, in `cwd`; resolves to `{ url, stop }`
 * once it has printed its address as its first line. `stop` sends SIGTERM and
 * resolves to how it ended.
 */
async function startScript (cwd, [command, ...args] = [process.execPath, 'index.js']) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  running.add(child)
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => { stderr += text })

  const ended = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve({ code, signal, stderr })
    })
  })
  const url = await new Promise((resolve, reject) => {
    child.once('error', reject)
    createInterface({ input: child.stdout }).once('line', resolve)
    ended.then(() => reject(new Error(`it ended too early:\n${stderr}`)))
  })
  const stop = () => {
    child.kill('SIGTERM')
    return ended
  }
  return { url, stop }
}

process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

module.exports = { startScript }
