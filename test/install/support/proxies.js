'use strict'

/* Real proxies in front of an app: nginx, alone or several in a row, and haproxy. */

const { spawn, spawnSync } = require('node:child_process')
const { once } = require('node:events')
const { mkdir, open, readFile, writeFile } = require('node:fs/promises')
const net = require('node:net')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')
const { makeTemp, remove } = require('../../support/temp')
const { needs } = require('../../support/skip')

const ATTEMPTS = 3
const LOG = 'proxy.log'
/** Milliseconds; a proxy that fails exits sooner. */
const PATIENCE = 60_000

/** Skips if a proxy is not installed, which CI forbids. */
function requireProxy (context, name) {
  const { error } = spawnSync(name, ['-v'])
  needs(context, !error, `${name} cannot be run (${error?.code})`)
}

/**
 * Starts an nginx that listens on `host` and passes requests on to `target`,
 * connecting from `address`. It appends to X-Forwarded-For; with `edge`, it
 * also sets X-Forwarded-Proto and X-Forwarded-Host. Resolves to
 * `{ port, stop }`.
 */
function startNginx (proxy) {
  return start(proxy.host, async (directory, port) => {
    await mkdir(path.join(directory, 'temp'), { recursive: true })
    await writeFile(path.join(directory, 'nginx.conf'), nginxConfiguration(proxy, port))
    return ['nginx', '-p', directory, '-c', 'nginx.conf', '-e', 'stderr']
  })
}

/**
 * Starts a haproxy on 127.0.0.1 that passes requests on to `target`, an address of
 * its own notation. It writes X-Forwarded-For, Forwarded, and a header of its own.
 * Resolves to `{ port, stop }`.
 */
function startHaproxy (target) {
  return start('127.0.0.1', async (directory, port) => {
    const file = path.join(directory, 'haproxy.cfg')
    await writeFile(file, haproxyConfiguration(target, port))
    return ['haproxy', '-db', '-f', file]
  })
}

/** Starts a proxy by the command that `prepare` resolves to, on a port that is free. */
async function start (host, prepare) {
  const directory = makeTemp()
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const port = await freePort()
    const proxy = await launch(directory, await prepare(directory, port), host, port)
    if (proxy) return proxy
  }
  const log = await readFile(path.join(directory, LOG), 'utf8')
  remove(directory)
  throw new Error(`the proxy did not start:\n${log}`)
}

/** Resolves to undefined if the proxy exits, for example because the port is taken. */
async function launch (directory, [command, ...args], host, port) {
  const log = await open(path.join(directory, LOG), 'w')
  const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd] })
  await log.close()
  const kill = () => child.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(child, 'close').then(() => process.removeListener('exit', kill))

  const started = await Promise.race([
    ended.then(() => false),
    accepts(host, port)
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
      remove(directory)
    }
  }
}

/** A single process in the foreground, with all its files in its directory. */
function nginxConfiguration ({ host, target, address, edge }, port) {
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

/** A single process in the foreground. */
function haproxyConfiguration (target, port) {
  return `
defaults
  mode http
  timeout connect 30s
  timeout client 30s
  timeout server 30s
frontend edge
  bind 127.0.0.1:${port}
  option forwardfor
  http-request add-header Forwarded "for=\\"%[src]:%[src_port]\\";proto=http;by=_edge"
  http-request set-header X-Edge-Client %[src]
  default_backend app
backend app
  server app ${target}
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

module.exports = { requireProxy, startHaproxy, startNginxChain }
