'use strict'

/*
 * Slurm on the loopback interface: munge, a controller, and two nodes. They need neither
 * systemd nor cgroups, and write only into one folder.
 */

const { spawn, spawnSync } = require('node:child_process')
const { randomBytes } = require('node:crypto')
const fs = require('node:fs')
const os = require('node:os')
const path = require('node:path')
const { setTimeout: sleep } = require('node:timers/promises')

const NODES = ['n1', 'n2']
const POLL = 500

/** Returns the configuration. Its ports differ from Slurm's own. @param {string} folder */
function config (folder) {
  const user = os.userInfo().username
  const host = os.hostname().split('.')[0]
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=27817
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${folder}/munge.socket,cred_expire=5
StateSaveLocation=${folder}/state
SlurmdSpoolDir=${folder}/spool-%n
SlurmctldPidFile=${folder}/controller.pid
SlurmdPidFile=${folder}/%n.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SlurmdParameters=config_overrides
RequeueExit=137
${NODES.map((name, i) => `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${27821 + i} CPUs=1`).join('\n')}
PartitionName=all Nodes=ALL Default=YES State=UP
`
}

/** Prepares a folder to which no other user may write. @param {string} folder */
function prepare (folder) {
  for (const name of ['.', 'state', ...NODES.map((node) => `spool-${node}`)]) {
    fs.mkdirSync(path.join(folder, name), { recursive: true, mode: 0o755 })
  }
  fs.writeFileSync(path.join(folder, 'munge.key'), randomBytes(128), { mode: 0o600 })
  fs.writeFileSync(path.join(folder, 'slurm.conf'), config(folder))
}

/** Returns the commands of the daemons, which stay in the foreground. @param {string} folder */
function commands (folder) {
  const own = (/** @type {string} */ name) => path.join(folder, name)
  const conf = ['-D', '-f', own('slurm.conf')]
  return [
    ['munged', '--foreground', '--force', `--key-file=${own('munge.key')}`, `--socket=${own('munge.socket')}`,
      `--pid-file=${own('munge.pid')}`, `--log-file=${own('munge.log')}`, `--seed-file=${own('munge.seed')}`],
    ['slurmctld', ...conf],
    ...NODES.map((name) => ['slurmd', ...conf, '-N', name])
  ]
}

class Slurm {
  /** @param {string} folder @param {object} env of the jobs */
  constructor (folder, env) {
    this.folder = folder
    this.env = { ...env, SLURM_CONF: path.join(folder, 'slurm.conf') }
    /** @type {import('node:child_process').ChildProcess[]} */
    this.daemons = []
  }

  async start () {
    prepare(this.folder)
    for (const [name, ...args] of commands(this.folder)) {
      const log = fs.openSync(path.join(this.folder, `${name}-${this.daemons.length}.log`), 'w')
      this.daemons.push(spawn(name, args, { env: this.env, stdio: ['ignore', log, log] }))
      fs.closeSync(log)
      if (name === 'munged') await this.#until(() => fs.existsSync(path.join(this.folder, 'munge.socket')))
    }
    await this.#until(() => this.ask('sinfo', '-h', '-N', '-o', '%t').split('\n').filter((state) => state === 'idle').length === NODES.length)
    return this
  }

  /** @param {() => boolean} test */
  async #until (test) {
    while (!test()) {
      const ended = this.daemons.findIndex(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null)
      if (ended !== -1) throw new Error(`${this.daemons[ended].spawnfile} ended: ${this.logs()}`)
      await sleep(POLL)
    }
  }

  logs () {
    const names = fs.readdirSync(this.folder).filter((name) => name.endsWith('.log'))
    return names.map((name) => `${name}:\n${fs.readFileSync(path.join(this.folder, name), 'utf8').slice(-2000)}`).join('\n')
  }

  /**
   * Returns what a command of Slurm prints; nothing if it fails.
   *
   * @param {string} command
   * @param {...string} args
   */
  ask (command, ...args) {
    return spawnSync(command, args, { env: this.env, cwd: this.folder, encoding: 'utf8' }).stdout?.trim() ?? ''
  }

  /**
   * Runs a script as an array of tasks.
   *
   * @param {string} script
   * @param {string} cwd
   * @param {() => void} between is called repeatedly while it runs
   * @returns {Promise<{ task: string, state: string, restarts: number, node: string }[]>}
   */
  async run (script, cwd, between) {
    const { stdout, stderr } = spawnSync('sbatch', ['--parsable', '-n1', `--chdir=${cwd}`], { input: script, env: this.env, encoding: 'utf8' })
    const job = stdout.trim()
    if (!/^\d+$/.test(job)) throw new Error(`sbatch: ${stderr}`)
    await this.#until(() => {
      between()
      return this.ask('squeue', '-h', '-j', job) === ''
    })
    return this.ask('scontrol', '--oneliner', 'show', 'job', job).split('\n').map((line) => {
      const field = (/** @type {string} */ name) => new RegExp(`\\b${name}=(\\S+)`).exec(line)?.[1] ?? ''
      return { task: field('ArrayTaskId'), state: field('JobState'), restarts: Number(field('Restarts')), node: field('NodeList') }
    })
  }

  async stop () {
    for (const daemon of this.daemons.reverse()) {
      if (daemon.exitCode !== null || daemon.signalCode !== null) continue
      const ended = new Promise((resolve) => daemon.on('exit', resolve))
      daemon.kill('SIGTERM')
      await ended
    }
  }
}

module.exports = { Slurm }
