'use strict'

const { spawn, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { mkdir, readFile, writeFile } = require('node:fs/promises')
const net = require('node:net')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')
const { makeTemp, remove } = require('../../support/temp')
const { needs } = require('../../support/skip')

const ATTEMPTS = 3
const PATIENCE = 10000

/** Skips if nginx is not installed, which CI forbids. */
function requireNginx (context) {
  const { error } = spawnSync('nginx', ['-v'])
  needs(context, !error, `nginx cannot be run (${error?.code})`)
}

/**
 * Starts an nginx that listens on `host` and passes requests on to `target`,
 * connecting from `address`. It appends to X-Forwarded-For; with `edge`, it
 * also sets X-Forwarded-Proto and X-Forwarded-Host. Resolves to
 * `{ port, stop }`.
 */
async function startNginx (proxy) {
  const directory = await makeTemp()
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const nginx = await launch(directory, proxy, await freePort())
    if (nginx) return nginx
  }
  const log = await readFile(path.join(directory, 'error.log'), 'utf8')
  await remove(directory)
  throw new Error(`nginx did not start:\n${log}`)
}

/** Resolves to undefined if nginx exits, for example because the port is taken. */
async function launch (directory, proxy, port) {
  await mkdir(path.join(directory, 'temp'), { recursive: true })
  await writeFile(path.join(directory, 'nginx.conf'), configuration(proxy, port))
  const child = spawn('nginx', ['-p', directory, '-c', 'nginx.conf', '-e', 'error.log'], {
    stdio: 'ignore'
  })
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'close').then(() => process.removeListener('exit', kill))

  const started = await Promise.race([
    ended.then(() => false),
    accepts(proxy.host, port)
  ])
  if (!started) {
    child.kill('SIGKILL')
    await ended
    return undefined
  }
  return {
    port,
    async stop () {
      child.kill('SIGTERM')
      await ended
      await remove(directory)
    }
  }
}

/** A single process in the foreground, with all its files in its directory. */
function configuration ({ host, target, address, edge }, port) {
  return `
daemon off;
master_process off;
pid nginx.pid;
events {
  worker_connections 64;
}
http {
  access_log off;
  client_body_temp_path temp/body;
  proxy_temp_path temp/proxy;
  fastcgi_temp_path temp/fastcgi;
  uwsgi_temp_path temp/uwsgi;
  scgi_temp_path temp/scgi;
  server {
    listen ${bracketed(host)}:${port};
    location / {
      proxy_pass http://${bracketed(target.host)}:${target.port};
      proxy_bind ${address};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
${edge ? EDGE_HEADERS : ''}
    }
  }
}
`
}

const EDGE_HEADERS = `
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;`

function bracketed (host) {
  return host.includes(':') ? `[${host}]` : host
}

async function freePort () {
  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}

async function accepts (host, port) {
  for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
    const socket = net.connect(port, host)
    const connected = await once(socket, 'connect').then(() => true, () => false)
    socket.destroy()
    if (connected) return true
  }
  return false
}

/**
 * Starts an nginx for each of `proxies`, the first being the edge and the last
 * passing on to `target`. Resolves to `{ url, stop }`.
 */
async function startNginxChain (proxies, target) {
  const running = []
  const stop = async () => {
    for (const nginx of running.splice(0).reverse()) await nginx.stop()
  }
  try {
    for (const [i, proxy] of [...proxies.entries()].reverse()) {
      const nginx = await startNginx({ ...proxy, target, edge: i === 0 })
      running.push(nginx)
      target = { host: proxy.host, port: nginx.port }
    }
  } catch (error) {
    await stop()
    throw error
  }
  return { url: `http://${bracketed(target.host)}:${target.port}/`, stop }
}

module.exports = { requireNginx, startNginxChain }
